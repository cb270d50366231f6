/**
 * What is kept of objects that are only read (IN40): a cluster has many pods, and each carries far more than anybody
 * here looks at. New objects, so that what came over the wire can be forgotten.
 */
import type { Node, ObjectMeta, Pod } from '../api/types.ts';

type PodSpec = NonNullable<Pod['spec']>;
type PodStatus = NonNullable<Pod['status']>;
type NodeStatus = NonNullable<Node['status']>;
type Container = PodSpec['containers'][number];

/** A copy of some fields; those that are not there stay away. */
function pick<T extends object, Key extends keyof T>(source: T | undefined, keys: readonly Key[]): Pick<T, Key> {
  const picked: Partial<T> = {};
  for (const key of keys) {
    const value = source?.[key];
    if (value !== undefined && value !== null) picked[key] = value;
  }
  return picked as Pick<T, Key>;
}

function stripMeta(metadata: ObjectMeta): ObjectMeta {
  const controllers = (metadata.ownerReferences ?? []).filter(({ controller }) => controller === true);
  return {
    ...pick(metadata, ['name', 'namespace', 'uid', 'resourceVersion', 'labels', 'deletionTimestamp']),
    ...(controllers.length === 0 ? {} : { ownerReferences: controllers }),
  };
}

const stripContainer = (container: Container): Container => pick(container, ['name', 'ports', 'restartPolicy']);

/** The time of the last change is what trigger times are made of (S25). */
const readyOnly = <Condition extends { type: string; status: string; lastTransitionTime?: string }>(
  conditions: readonly Condition[] | undefined,
): Pick<Condition, 'type' | 'status' | 'lastTransitionTime'>[] =>
  (conditions ?? [])
    .filter(({ type }) => type === 'Ready')
    .map((condition) => pick(condition, ['type', 'status', 'lastTransitionTime']));

export function stripPod({ metadata, spec, status }: Pod): Pod {
  const kept = ['nodeName', 'hostname', 'subdomain', 'hostNetwork', 'restartPolicy'] as const;
  return {
    metadata: stripMeta(metadata),
    spec: {
      ...pick<PodSpec, (typeof kept)[number]>(spec, kept),
      containers: (spec?.containers ?? []).map(stripContainer),
      ...(spec?.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(stripContainer) }),
    },
    status: {
      ...pick<PodStatus, 'phase' | 'podIP' | 'podIPs'>(status, ['phase', 'podIP', 'podIPs']),
      conditions: readyOnly(status?.conditions),
    },
  };
}

export function stripNode({ metadata, spec, status }: Node): Node {
  const cpu = new Map(Object.entries(status?.allocatable ?? {})).get('cpu');
  return {
    metadata: stripMeta(metadata),
    spec: pick(spec, ['unschedulable', 'podCIDR', 'podCIDRs']),
    status: {
      ...(cpu === undefined ? {} : { allocatable: { cpu } }),
      ...pick<NodeStatus, 'addresses'>(status, ['addresses']),
      conditions: readyOnly(status?.conditions),
    },
  };
}
