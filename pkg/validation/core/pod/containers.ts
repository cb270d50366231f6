/** Containers and init containers. Names are unique over both; ports of the host over the containers. */
import type { FieldError } from '../../../api/field-error.ts';
import { duplicate, forbidden, invalid, invalidEach, json, notSupported, required, tooMany } from '../../errors.ts';
import { dnsLabelProblems } from '../../formats/dns.ts';
import { validateContainerPorts, validateHostPorts } from './container-ports.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateLifecycle, validateProbes } from './handlers.ts';
import { validateDevices, validateMounts } from './mounts.ts';
import { validateResources } from './resources.ts';
import { validateSecurityContext } from './security.ts';
import type { Container, PodSpec, Volumes } from './types.ts';

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const restartPolicies = ['Always', 'Never', 'OnFailure'];

export function validateContainers(spec: PodSpec, volumes: Volumes, field: string): FieldError[] {
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [required(field)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const name = container.name ?? '';
    const found = validateCommon(container, spec, volumes, at);
    if (names.has(name)) found.push(duplicate(`${at}.name`, name));
    names.add(name);
    return [...found, ...validateRunning(container, spec, at), ...validateRestart(container, at)];
  });
  return [...errors, ...validateHostPorts(containers, field)];
}

/** They run one after another, except those that restart always: these stay, and may have probes. */
export function validateInitContainers(spec: PodSpec, volumes: Volumes, field: string): FieldError[] {
  const names = new Set((spec.containers ?? []).map(({ name = '' }) => name));
  return (spec.initContainers ?? []).flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const { name = '', restartPolicy } = container;
    const stays = restartPolicy === 'Always';
    const errors = [...validateCommon(container, spec, volumes, at), ...validateRestart(container, at)];
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else if (name !== '') names.add(name);
    errors.push(...validateHostPorts([container], field));
    if (stays) return [...errors, ...validateRunning(container, spec, at)];
    for (const part of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (container[part] === undefined) continue;
      errors.push(forbidden(`${at}.${part}`, 'may not be set for init containers without restartPolicy=Always'));
    }
    return errors.concat(
      (container.resizePolicy ?? []).flatMap(({ restartPolicy: onResize }, position) =>
        onResize === 'RestartContainer'
          ? [
              invalid(
                `${at}.resizePolicy[${position}].restartPolicy`,
                json(onResize),
                "must not be set to 'RestartContainer' for non-sidecar initContainers",
              ),
            ]
          : [],
      ),
    );
  });
}

function validateRunning(container: Container, spec: PodSpec, field: string): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds;
  const hooks = container.lifecycle;
  return [
    ...(hooks ? validateLifecycle(hooks, grace, `${field}.lifecycle`) : []),
    ...validateProbes(container, grace, field),
  ];
}

/** What containers of all three sorts have in common. */
export function validateCommon(container: Container, spec: PodSpec, volumes: Volumes, field: string): FieldError[] {
  const { name = '', image = '', terminationMessagePolicy = '', imagePullPolicy = '' } = container;
  const messages = ['File', 'FallbackToLogsOnError'];
  return [
    ...(name === '' ? [required(`${field}.name`)] : invalidEach(`${field}.name`, name, dnsLabelProblems(name))),
    ...(image === '' ? [required(`${field}.image`)] : []),
    ...oneOf(terminationMessagePolicy, messages, `${field}.terminationMessagePolicy`),
    ...validateContainerPorts(container.ports ?? [], `${field}.ports`),
    ...validateEnv(container.env ?? [], `${field}.env`),
    ...validateEnvFrom(container.envFrom ?? [], `${field}.envFrom`),
    ...validateMounts(container, volumes, `${field}.volumeMounts`),
    ...validateDevices(container, volumes, `${field}.volumeDevices`),
    ...oneOf(imagePullPolicy, pullPolicies, `${field}.imagePullPolicy`),
    ...validateResources(container.resources ?? {}, `${field}.resources`),
    ...validateResizePolicy(container, spec.restartPolicy, `${field}.resizePolicy`),
    ...validateSecurityContext(container.securityContext, `${field}.securityContext`, spec.hostUsers !== false),
  ];
}

/** Required, then among the values given. */
export function oneOf(value: string, allowed: readonly string[], field: string): FieldError[] {
  if (value === '') return [required(field)];
  return allowed.includes(value) ? [] : [notSupported(field, json(value), allowed)];
}

/** Most findings are reported at the list. */
function validateResizePolicy(container: Container, podRestart: string | undefined, field: string): FieldError[] {
  const seen = new Set<string>();
  return (container.resizePolicy ?? []).flatMap(({ resourceName = '', restartPolicy = '' }, index) => {
    const repeated = seen.has(resourceName) ? [duplicate(`${field}[${index}]`, json(resourceName))] : [];
    seen.add(resourceName);
    return [
      ...repeated,
      ...oneOf(resourceName, ['cpu', 'memory'], field),
      ...oneOf(restartPolicy, ['NotRequired', 'RestartContainer'], field),
      ...(podRestart === 'Never' && restartPolicy !== 'NotRequired'
        ? [invalid(field, json(restartPolicy), "must be 'NotRequired' when pod `restartPolicy` is 'Never'")]
        : []),
    ];
  });
}

function validateRestart(container: Container, field: string): FieldError[] {
  const { restartPolicy, restartPolicyRules = [] } = container;
  const errors: FieldError[] = [];
  if (restartPolicy === undefined) {
    if (restartPolicyRules.length === 0) return [];
    errors.push(required(`${field}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  } else if (!restartPolicies.includes(restartPolicy)) {
    errors.push(notSupported(`${field}.restartPolicy`, json(restartPolicy), restartPolicies));
  }
  if (restartPolicyRules.length > 20)
    errors.push(tooMany(`${field}.restartPolicyRules`, restartPolicyRules.length, 20));
  return errors.concat(
    restartPolicyRules.flatMap(({ action = '', exitCodes }, index) => {
      const at = `${field}.restartPolicyRules[${index}]`;
      const operators = ['In', 'NotIn'];
      return [
        ...(action === 'Restart' ? [] : [notSupported(`${at}.action`, json(action), ['Restart'])]),
        ...(exitCodes === undefined ? [required(`${at}.exitCodes`, 'must be specified')] : []),
        ...(exitCodes === undefined || operators.includes(exitCodes.operator ?? '')
          ? []
          : [notSupported(`${at}.exitCodes.operator`, json(exitCodes.operator ?? ''), operators)]),
      ];
    }),
  );
}
