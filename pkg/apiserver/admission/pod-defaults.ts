/** What a cluster adds to every Pod and Node: tolerations of a node's first troubles, a priority, a taint until ready. */
import { forbidden } from '../../api/status.ts';
import type { KubeObject, Node, Pod } from '../../api/types.ts';
import type { AdmissionPlugin, Attributes } from './admission.ts';

type PodSpec = NonNullable<Pod['spec']>;

const tolerationSeconds = 300;
const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';

const isKind = ({ scope }: Attributes, kind: string): boolean =>
  scope.resource.group === '' && scope.resource.kind === kind;

export const defaultTolerations: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate(attributes) {
    if (attributes.operation === 'DELETE' || !isKind(attributes, 'Pod') || attributes.scope.subresource !== undefined)
      return;
    const { spec } = attributes.object as Pod;
    if (spec === undefined) return;
    const tolerations = spec.tolerations ?? [];
    const tolerates = (key: string): boolean =>
      tolerations.some(
        (toleration) =>
          (toleration.key === key || (toleration.key ?? '') === '') &&
          (toleration.effect === 'NoExecute' || (toleration.effect ?? '') === ''),
      );
    const missing = [notReady, unreachable].filter((key) => !tolerates(key));
    if (missing.length === 0) return;
    spec.tolerations = [
      ...tolerations,
      ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds })),
    ];
  },
};

interface PriorityClass extends KubeObject {
  value?: number;
  globalDefault?: boolean;
  preemptionPolicy?: string;
}

export const priorityAdmission: AdmissionPlugin = {
  name: 'Priority',
  mutate(attributes) {
    if (attributes.operation === 'DELETE' || !isKind(attributes, 'Pod') || attributes.scope.subresource !== undefined)
      return;
    const { spec, metadata } = attributes.object as Pod;
    if (spec === undefined) return;
    if (attributes.operation === 'UPDATE') {
      keepPriority(spec, (attributes.previous as Pod | undefined)?.spec);
      return;
    }
    const { resource } = attributes.scope;
    const found = priorityOf(attributes, spec.priorityClassName ?? '');
    if (found === undefined) {
      throw forbidden(
        resource,
        metadata.name ?? '',
        `no PriorityClass with name ${spec.priorityClassName ?? ''} was found`,
      );
    }
    const { name, value, policy } = found;
    if (spec.priority !== undefined && spec.priority !== value) {
      throw forbidden(
        resource,
        metadata.name ?? '',
        `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller ` +
          `computed ${value} from the given PriorityClass name`,
      );
    }
    if (name !== '') spec.priorityClassName = name;
    spec.priority = value;
    spec.preemptionPolicy ??= policy;
  },
};

/** Who writes a Pod without the priority it was given leaves it as it is. */
function keepPriority(spec: PodSpec, previous: PodSpec | undefined): void {
  if (previous?.priority !== undefined) spec.priority ??= previous.priority;
  if (previous?.preemptionPolicy !== undefined) spec.preemptionPolicy ??= previous.preemptionPolicy;
}

interface Priority {
  readonly name: string;
  readonly value: number;
  readonly policy: string;
}

/** The named class, or the lowest of the global defaults, or none at all; undefined when the name leads nowhere. */
function priorityOf({ scope }: Attributes, name: string): Priority | undefined {
  const classes = scope.core.registry.get('scheduling.k8s.io', 'priorityclasses');
  if (classes === undefined) return { name: '', value: 0, policy: 'PreemptLowerPriority' };
  const { objects } = scope.core;
  const read = (found: PriorityClass): Priority => ({
    name: found.metadata.name ?? '',
    value: found.value ?? 0,
    policy: found.preemptionPolicy ?? 'PreemptLowerPriority',
  });
  if (name !== '') {
    const entry = objects.get(classes, name);
    return entry && read(entry.parse());
  }
  const defaults = Array.from(objects.cache(classes).current().iterate(), ([, entry]): PriorityClass => entry.parse())
    .filter(({ globalDefault }) => globalDefault === true)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
  return defaults[0] === undefined ? { name: '', value: 0, policy: 'PreemptLowerPriority' } : read(defaults[0]);
}

/** A new Node takes no Pods before somebody has seen it ready. */
export const taintNewNodes: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  mutate(attributes) {
    if (attributes.operation !== 'CREATE' || !isKind(attributes, 'Node')) return;
    const node = attributes.object as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === notReady && effect === 'NoSchedule')) return;
    node.spec = { ...node.spec, taints: [...taints, { key: notReady, effect: 'NoSchedule' }] };
  },
};
