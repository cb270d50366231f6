/** A Pod's spec, as Pods and templates share it, in upstream's order. */
import type { FieldError } from '../../../api/field-error.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../../errors.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from '../../formats/dns.ts';
import { legacyIpErrors } from '../../formats/ips.ts';
import { labelKeyProblems } from '../../formats/labels.ts';
import { between } from '../../formats/text.ts';
import { validateLabels } from '../../metadata/labels.ts';
import { validateAffinity } from './affinity.ts';
import { oneOf, validateContainers, validateInitContainers } from './containers.ts';
import { validateDnsConfig } from './dns.ts';
import { validateEphemeralContainers } from './ephemeral.ts';
import { validateSchedulingGates, validateSpread, validateTolerations } from './scheduling.ts';
import { validatePodSecurityContext } from './security.ts';
import type { PodRules, PodSpec } from './types.ts';
import { validateVolumes } from './volumes.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const mostSeconds = 2_147_483_647;

/** `podName` is known for Pods only. */
export function validatePodSpec(spec: PodSpec, field: string, rules: PodRules, podName = ''): FieldError[] {
  const { usable, errors: volumeErrors } = validateVolumes(spec.volumes ?? [], podName, `${field}.volumes`, rules);
  const missingGrace = spec.terminationGracePeriodSeconds === undefined;
  return [
    ...(missingGrace ? [required(`${field}.terminationGracePeriodSeconds`)] : []),
    ...volumeErrors,
    ...validateContainers(spec, usable, `${field}.containers`),
    ...validateInitContainers(spec, usable, `${field}.initContainers`),
    ...validateEphemeralContainers(spec, usable, `${field}.ephemeralContainers`),
    ...validateHostNetwork(spec, field, rules),
    ...oneOf(spec.restartPolicy ?? '', restartPolicies, `${field}.restartPolicy`),
    ...oneOf(spec.dnsPolicy ?? '', dnsPolicies, `${field}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...validatePodSecurityContext(
      spec.securityContext,
      { network: spec.hostNetwork === true, ipc: spec.hostIPC === true, pid: spec.hostPID === true },
      spec.shareProcessNamespace,
      `${field}.securityContext`,
    ),
    ...validateAffinity(spec.affinity, `${field}.affinity`),
    ...validateDnsConfig(spec, `${field}.dnsConfig`, rules.strictIps),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType = '' }, index) =>
      invalidEach(`${field}.readinessGates[${index}].conditionType`, conditionType, labelKeyProblems(conditionType)),
    ),
    ...validateSchedulingGates(spec.schedulingGates ?? [], `${field}.schedulingGates`),
    ...validateSpread(spec.topologySpreadConstraints ?? [], `${field}.topologySpreadConstraints`),
    ...validateHostUsers(spec, field),
    ...validateNames(spec, field),
    ...validateTolerations(spec.tolerations ?? [], `${field}.tolerations`),
    ...validateHostAliases(spec, `${field}.hostAliases`, rules),
    ...validateClasses(spec, field),
  ];
}

/** On the host's network a port is the host's port; templates may leave it to be filled in. */
function validateHostNetwork(spec: PodSpec, field: string, rules: PodRules): FieldError[] {
  if (spec.hostNetwork !== true) return [];
  return (spec.containers ?? []).flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ hostPort = 0, containerPort = 0 }, at) =>
      (rules.isPod || hostPort !== 0) && hostPort !== containerPort
        ? [
            invalid(
              `${field}.containers[${index}].ports[${at}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  );
}

/** Users of its own do not go together with parts of the host, or with devices of it. */
function validateHostUsers(spec: PodSpec, field: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const refuse = (path: string): FieldError => forbidden(`${field}.${path}`, 'when `hostUsers` is false');
  return [
    ...(spec.hostNetwork === true ? [refuse('hostNetwork')] : []),
    ...(spec.hostPID === true ? [refuse('HostPID')] : []),
    ...(spec.hostIPC === true ? [refuse('HostIPC')] : []),
    ...(['initContainers', 'containers'] as const).flatMap((list) =>
      (spec[list] ?? []).flatMap(({ volumeDevices = [] }, index) =>
        volumeDevices.length > 0 ? [refuse(`${list}[${index}].volumeDevices`)] : [],
      ),
    ),
  ];
}

/** O60 */
function validateNames(spec: PodSpec, field: string): FieldError[] {
  const { serviceAccountName = '', nodeName = '', activeDeadlineSeconds, hostname = '', subdomain = '' } = spec;
  const subdomainField = (name: string, value: string): FieldError[] =>
    value === '' ? [] : invalidEach(`${field}.${name}`, value, dnsSubdomainProblems(value));
  const labelField = (name: string, value: string): FieldError[] =>
    value === '' ? [] : invalidEach(`${field}.${name}`, value, dnsLabelProblems(value));
  const outside =
    activeDeadlineSeconds !== undefined && (activeDeadlineSeconds < 1 || activeDeadlineSeconds > mostSeconds);
  return [
    ...subdomainField('serviceAccountName', serviceAccountName),
    ...subdomainField('nodeName', nodeName),
    ...(outside ? [invalid(`${field}.activeDeadlineSeconds`, activeDeadlineSeconds, between(1, mostSeconds))] : []),
    ...labelField('hostname', hostname),
    ...labelField('subdomain', subdomain),
  ];
}

function validateHostAliases(spec: PodSpec, field: string, rules: PodRules): FieldError[] {
  return (spec.hostAliases ?? []).flatMap(({ ip = '', hostnames = [] }, index) => [
    ...legacyIpErrors(`${field}[${index}].ip`, ip, rules.strictIps),
    ...hostnames.flatMap((name, at) =>
      invalidEach(`${field}[${index}].hostnames[${at}]`, name, dnsSubdomainProblems(name)),
    ),
  ]);
}

function validateClasses(spec: PodSpec, field: string): FieldError[] {
  const { priorityClassName = '', runtimeClassName, preemptionPolicy, os } = spec;
  return [
    ...(priorityClassName === ''
      ? []
      : invalidEach(`${field}.priorityClassName`, priorityClassName, dnsSubdomainProblems(priorityClassName))),
    ...(runtimeClassName === undefined
      ? []
      : invalidEach(`${field}.runtimeClassName`, runtimeClassName, dnsSubdomainProblems(runtimeClassName))),
    ...(preemptionPolicy === undefined
      ? []
      : oneOf(preemptionPolicy, ['PreemptLowerPriority', 'Never'], `${field}.preemptionPolicy`)),
    ...(os === undefined ? [] : validateOs(os.name ?? '', `${field}.os`)),
  ];
}

/** Missing, it is reported at the name; unknown, at the whole. */
function validateOs(name: string, field: string): FieldError[] {
  const known = ['linux', 'windows'];
  if (name === '') return [required(`${field}.name`)];
  return known.includes(name) ? [] : [notSupported(field, json(name), known)];
}
