/**
 * What is kept of objects that are only read (IN40): a cluster has many pods, and each carries far more than anybody
 * here looks at. New objects, so that what came over the wire can be forgotten.
 */
import type { Node, Pod } from '../api/types.ts';

type PodSpec = NonNullable<Pod['spec']>;
type PodStatus = NonNullable<Pod['status']>;
type Container = PodSpec['containers'][number];

/** A copy of some fields; those that are not there stay away. */
function pick<T extends object, Key extends keyof T>(source: T, keys: readonly Key[]): Pick<T, Key> {
  const picked: Partial<T> = {};
  for (const key of keys) {
    const value = source[key];
    if (value !== undefined && value !== null) picked[key] = value;
  }
  return picked as Pick<T, Key>;
}

const identity = ['name', 'namespace', 'uid', 'resourceVersion', 'labels', 'deletionTimestamp'] as const;

const container = ({ name, ports, restartPolicy }: Container): Container => ({
  name,
  ...(ports === undefined ? {} : { ports }),
  ...(restartPolicy === undefined ? {} : { restartPolicy }),
});

/** Containers that offer no port are no help in finding one. */
const withPorts = (containers: readonly Container[] | undefined): Container[] =>
  (containers ?? []).filter(({ ports }) => (ports ?? []).length > 0).map(container);

export function stripPod({ metadata, spec, status }: Pod): Pod {
  const containers = withPorts(spec?.containers);
  const sidecars = withPorts(spec?.initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return {
    metadata: pick(metadata, identity),
    spec: {
      ...pick<PodSpec, keyof PodSpec>(spec ?? { containers: [] }, ['nodeName', 'hostname', 'subdomain', 'hostNetwork']),
      containers,
      ...(sidecars.length === 0 ? {} : { initContainers: sidecars }),
    },
    status: {
      ...pick<PodStatus, keyof PodStatus>(status ?? {}, ['phase', 'podIP', 'podIPs']),
      conditions: (status?.conditions ?? [])
        .filter(({ type }) => type === 'Ready')
        .map((condition) => pick(condition, ['type', 'status', 'lastTransitionTime'])),
    },
  };
}

export function stripNode({ metadata, status }: Node): Node {
  const cpu = new Map(Object.entries(status?.allocatable ?? {})).get('cpu');
  return {
    metadata: pick(metadata, identity),
    status: {
      ...(cpu === undefined ? {} : { allocatable: { cpu } }),
      conditions: (status?.conditions ?? [])
        .filter(({ type }) => type === 'Ready')
        .map((condition) => pick(condition, ['type', 'status'])),
    },
  };
}
