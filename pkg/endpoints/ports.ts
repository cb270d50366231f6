/** From a Service's ports and a pod to numbers (C10–C14), and from port lists to groups of pods (S7, S8). */
import type { EndpointPort, Pod, Service, ServicePort } from '../api/types.ts';

type Container = NonNullable<Pod['spec']>['containers'][number];

/** One Service port as one pod offers it; `number` is undefined when the pod has no port of that name. */
export interface ResolvedPort {
  readonly port: ServicePort;
  readonly number: number | undefined;
}

/** Absent, 0 and the empty name mean the port itself: the API server fills them in, a manifest may not. */
function targetOf(port: ServicePort): string | number {
  const target = port.targetPort;
  return target === undefined || target === null || target === 0 || target === '' ? port.port : target;
}

/** C10: a number needs no container that declares it. C11: a name is looked up together with the protocol. */
export function resolvePort(pod: Pod, port: ServicePort): number | undefined {
  const target = targetOf(port);
  if (typeof target === 'number') return target;
  const protocol = port.protocol ?? 'TCP';
  const containers = pod.spec?.containers ?? [];
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return findNamed(containers, target, protocol) ?? findNamed(sidecars, target, protocol);
}

function findNamed(containers: readonly Container[], name: string, protocol: string): number | undefined {
  for (const container of containers) {
    for (const port of container.ports ?? []) {
      if (port.name === name && (port.protocol ?? 'TCP') === protocol) return port.containerPort;
    }
  }
  return undefined;
}

export function resolvePorts(service: Service, pod: Pod): ResolvedPort[] {
  return (service.spec?.ports ?? []).map((port) => ({ port, number: resolvePort(pod, port) }));
}

/** C12. Upstream writes the name even when it is empty. */
export function toEndpointPort(port: ServicePort, number: number): EndpointPort {
  return {
    name: port.name ?? '',
    port: number,
    protocol: port.protocol ?? 'TCP',
    ...(port.appProtocol === undefined || port.appProtocol === null ? {} : { appProtocol: port.appProtocol }),
  };
}

/** Pods that offer the same ports share slices. */
export interface PortGroup {
  readonly key: string;
  readonly ports: EndpointPort[];
}

const part = (value: string | number | null | undefined): string =>
  value === undefined || value === null ? '-' : `=${value}`;

/** S8: name, protocol, number and appProtocol, absent being a value of its own; order and `null` do not count. */
export function portGroupKey(ports: readonly EndpointPort[] | null | undefined): string {
  return (ports ?? [])
    .map(({ name, protocol, port, appProtocol }) => [name, protocol, port, appProtocol].map(part).join(' '))
    .sort()
    .join('\n');
}

export interface GroupedPod {
  readonly group: PortGroup;
  /** Target port names this pod does not have (C13). */
  readonly missing: readonly string[];
}

/** Answers for pod after pod; pods with the same numbers get the same group object. */
export function portGrouper(service: Service): (pod: Pod) => GroupedPod {
  const known = new Map<string, GroupedPod>();
  const needsPod = (service.spec?.ports ?? []).some((port) => typeof targetOf(port) === 'string');
  let only: GroupedPod | undefined;
  return (pod) => {
    if (!needsPod && only !== undefined) return only;
    const resolved = resolvePorts(service, pod);
    const numbers = resolved.map(({ number }) => number ?? '').join(',');
    let grouped = known.get(numbers);
    if (grouped === undefined) {
      grouped = group(resolved);
      known.set(numbers, grouped);
    }
    only = grouped;
    return grouped;
  };
}

function group(resolved: readonly ResolvedPort[]): GroupedPod {
  const ports = resolved.flatMap(({ port, number }) => (number === undefined ? [] : [toEndpointPort(port, number)]));
  const missing = resolved.flatMap(({ port, number }) => (number === undefined ? [String(port.targetPort)] : []));
  return { group: { key: portGroupKey(ports), ports }, missing };
}
