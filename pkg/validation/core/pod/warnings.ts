/** Advice on Pods and templates: what is accepted and will surprise. */
import type { ObjectMeta, Pod } from '../../../api/types.ts';
import { goQuote } from '../../../api/schema/go-quote.ts';
import { dnsLabelProblems } from '../../formats/dns.ts';
import { ipWarnings } from '../../formats/ips.ts';
import { isWhole, parseQuantity } from '../../formats/quantity.ts';
import { entriesOf, hasKey, valueOf } from '../../metadata/labels.ts';
import { deprecatedNodeLabel, nodeTermWarnings } from '../node-labels.ts';
import { portWarnings } from './port-warnings.ts';
import type { Template } from './template.ts';
import type { Container, PodSpec } from './types.ts';

/** `at` is the path of the template with a trailing dot, empty for a Pod. */
export function podTemplateWarnings(template: Template | undefined, at: string): string[] {
  const spec = template?.spec ?? {};
  const path = `${at}spec`;
  const containers = containersOf(spec, path);
  return [
    ...placementWarnings(spec, path),
    ...annotationWarnings(template?.metadata, `${at}metadata.annotations`),
    ...repeated(
      spec.hostAliases,
      ({ ip = '' }) => ip,
      (index) => `${path}.hostAliases[${index}].ip: duplicate ip`,
    ),
    ...secretWarnings(spec, `${path}.imagePullSecrets`),
    ...containers.flatMap(([field, container]) => [
      ...fractionWarnings(container, field),
      ...envWarnings(container, field),
    ]),
    ...portWarnings(containers),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...affinityWarnings(spec, `${path}.affinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip, index) =>
      ipWarnings(`${path}.dnsConfig.nameservers[${index}]`, ip),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip = '' }, index) => ipWarnings(`${path}.hostAliases[${index}].ip`, ip)),
  ];
}

/** Updates of Pods are frequent and come from machines: they get none. */
export function podWarnings(pod: Pod, previous: Pod | undefined): string[] {
  if (previous !== undefined) return [];
  return [...nameWarnings(pod.metadata, "the Pod's hostname"), ...podTemplateWarnings(pod, '')];
}

/** Names that are no DNS label make poor hostnames. */
export function nameWarnings({ name = '' }: ObjectMeta, use = 'Pod names and hostnames'): string[] {
  const problems = dnsLabelProblems(name);
  if (problems.length === 0) return [];
  const advice = 'which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: this is used in ${use}, ${advice}: [${problems.join(' ')}]`];
}

function containersOf(spec: PodSpec, path: string): [string, Container][] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container, index): [string, Container] => [`${path}.${list}[${index}]`, container]),
  );
}

function placementWarnings(spec: PodSpec, path: string): string[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: hard,
    preferredDuringSchedulingIgnoredDuringExecution: soft,
  } = spec.affinity?.nodeAffinity ?? {};
  const affinity = `${path}.affinity.nodeAffinity`;
  return [
    ...entriesOf(spec.nodeSelector).flatMap(([key]) => {
      const advice = deprecatedNodeLabel(key);
      return advice === undefined ? [] : [`${path}.nodeSelector[${key}]: ${advice}`];
    }),
    ...(hard?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      nodeTermWarnings(
        term,
        `${affinity}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${index}]`,
        false,
      ),
    ),
    ...(soft ?? []).flatMap(({ preference = {} }, index) =>
      nodeTermWarnings(
        preference,
        `${affinity}.preferredDuringSchedulingIgnoredDuringExecution[${index}].preference`,
        true,
      ),
    ),
    ...(spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey = '', labelSelector }, index) => {
      const field = `${path}.topologySpreadConstraints[${index}]`;
      const advice = deprecatedNodeLabel(topologyKey);
      return [
        ...(advice === undefined ? [] : [`${field}.topologyKey: ${topologyKey} is ${advice}`]),
        ...(labelSelector === undefined ? [noSelector(field)] : []),
      ];
    }),
  ];
}

const noSelector = (field: string): string => `${field}.labelSelector: a null labelSelector results in matching no pod`;

function affinityWarnings(spec: PodSpec, path: string): string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const {
      requiredDuringSchedulingIgnoredDuringExecution: hard = [],
      preferredDuringSchedulingIgnoredDuringExecution: soft = [],
    } = spec.affinity?.[kind] ?? {};
    const field = `${path}.${kind}`;
    return [
      ...hard.flatMap(({ labelSelector }, index) =>
        labelSelector ? [] : [noSelector(`${field}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`)],
      ),
      ...soft.flatMap(({ podAffinityTerm }, index) =>
        podAffinityTerm?.labelSelector
          ? []
          : [noSelector(`${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm`)],
      ),
    ];
  });
}

const retired: readonly [string, string][] = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
];

const annotationWarnings = (metadata: Template['metadata'], field: string): string[] =>
  retired.flatMap(([key, advice]) => (hasKey(metadata?.annotations, key) ? [`${field}[${key}]: ${advice}`] : []));

function repeated<T>(
  items: readonly T[] | undefined,
  nameOf: (item: T) => string,
  say: (index: number) => string,
): string[] {
  const seen = new Set<string>();
  return (items ?? []).flatMap((item, index) => {
    const name = nameOf(item);
    const again = seen.has(name);
    seen.add(name);
    return again ? [`${say(index)} ${goQuote(name)}`] : [];
  });
}

function secretWarnings(spec: PodSpec, field: string): string[] {
  const secrets = spec.imagePullSecrets ?? [];
  return [
    ...repeated(
      secrets,
      ({ name = '' }) => name,
      (index) => `${field}[${index}].name: duplicate name`,
    ),
    ...secrets.flatMap(({ name = '' }, index) =>
      name === '' ? [`${field}[${index}].name: invalid empty name ""`] : [],
    ),
  ];
}

/** Memory in fractions of a byte. */
function fractionWarnings(container: Container, field: string): string[] {
  return (['memory', 'ephemeral-storage'] as const).flatMap((name) =>
    (['limits', 'requests'] as const).flatMap((list) => {
      const amount = valueOf(container.resources?.[list], name) ?? '';
      const value = parseQuantity(amount);
      if (value === undefined || isWhole(value)) return [];
      return [
        `${field}.resources.${list}[${name}]: fractional byte value ${goQuote(amount)} is invalid, must be an integer`,
      ];
    }),
  );
}

/** A later definition may build on an earlier one by naming it; anything else hides it. */
function envWarnings(container: Container, field: string): string[] {
  const seen = new Set<string>();
  return (container.env ?? []).flatMap(({ name = '', value = '', valueFrom }, index) => {
    const again = seen.has(name);
    seen.add(name);
    const reference = `$(${name})`;
    if (!again || (valueFrom === undefined && value !== reference && value.includes(reference))) return [];
    return [
      `${field}.env[${index}]: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`,
    ];
  });
}
