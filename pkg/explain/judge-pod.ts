/** Everything that keeps a pod from serving, or would matter if it did; the first reason is the one that decides. */
import type { Node, Pod, Service, ServicePort } from '../api/types.ts';
import {
  addressTypesOf,
  hasIp,
  isFinished,
  isReady,
  isTerminating,
  parseAddress,
  podIps,
  readyCondition,
  resolvePorts,
} from '../endpoints/index.ts';
import { labelDifferences } from './nearest-label.ts';
import type { PodReason } from './reasons.ts';

export interface Surroundings {
  readonly nodes: ReadonlyMap<string, Node>;
  /** Pods by address, to find who shares one. */
  readonly podsByIp: ReadonlyMap<string, readonly Pod[]>;
}

/** Obstacles in the order in which the controllers meet them; empty: the pod is to be published as ready. */
export function obstacles(service: Service, pod: Pod, { nodes }: Surroundings): PodReason[] {
  const outside = whyNotMeant(service, pod);
  if (outside !== undefined) return [outside];
  if (isFinished(pod)) return [{ kind: 'finished', phase: pod.status?.phase === 'Failed' ? 'Failed' : 'Succeeded' }];
  const nodeName = pod.spec?.nodeName ?? '';
  if (!hasIp(pod)) return [nodeName === '' ? { kind: 'notScheduled' } : { kind: 'noIp', phase: phaseOf(pod) }];

  const publishAll = service.spec?.publishNotReadyAddresses === true;
  const reasons: PodReason[] = [];
  const wanted = addressTypesOf(service);
  const found = podIps(pod).flatMap((ip) => parseAddress(ip)?.family ?? []);
  if (!wanted.some((family) => found.includes(family))) reasons.push({ kind: 'wrongFamily', wanted, found });
  if (!nodes.has(nodeName) && !publishAll) reasons.push({ kind: 'nodeUnknown', node: nodeName });
  if (!publishAll) {
    if (isTerminating(pod)) reasons.push({ kind: isReady(pod) ? 'servesWhileTerminating' : 'terminating' });
    if (!isReady(pod)) reasons.push(whyNotReady(pod));
  }
  return [...reasons, ...missingPorts(service, pod)];
}

/** Things worth knowing about a pod that serves. */
export function remarks(pod: Pod, service: Service, { podsByIp }: Surroundings): PodReason[] {
  const reasons: PodReason[] = [];
  if (service.spec?.publishNotReadyAddresses === true && !isReady(pod)) reasons.push({ kind: 'servesUnready' });
  if (pod.spec?.hostNetwork === true) {
    const sharing = podIps(pod).flatMap((ip) => podsByIp.get(ip) ?? []);
    const names = sharing.filter((other) => other !== pod).map((other) => other.metadata.name ?? '');
    reasons.push({ kind: 'hostNetwork', sharedWith: [...new Set(names)].sort() });
  }
  return reasons;
}

function whyNotMeant(service: Service, pod: Pod): PodReason | undefined {
  const { namespace = '' } = pod.metadata;
  if (namespace !== service.metadata.namespace) return { kind: 'otherNamespace', namespace };
  const labels = labelDifferences(service.spec?.selector ?? {}, pod.metadata.labels);
  return labels.length === 0 ? undefined : { kind: 'labelMismatch', labels };
}

const phaseOf = (pod: Pod): string => pod.status?.phase ?? 'Pending';

/** Readiness gates are asked only when the pod's own containers are not to blame. */
function whyNotReady(pod: Pod): PodReason {
  const conditions = pod.status?.conditions ?? [];
  const containers = (pod.status?.containerStatuses ?? []).filter(({ ready }) => !ready).map(({ name }) => name);
  const containersReady = conditions.find(({ type }) => type === 'ContainersReady');
  const gates = (pod.spec?.readinessGates ?? [])
    .map(({ conditionType }) => conditionType)
    .filter((gate) => conditions.find(({ type }) => type === gate)?.status !== 'True');
  if (gates.length > 0 && containersReady?.status === 'True') return { kind: 'readinessGate', gates };
  const ready = readyCondition(pod);
  return { kind: 'notReady', why: ready?.message ?? ready?.reason, containers };
}

function missingPorts(service: Service, pod: Pod): PodReason[] {
  return resolvePorts(service, pod).flatMap(({ port, number }) => (number === undefined ? [whyNoPort(pod, port)] : []));
}

function whyNoPort(pod: Pod, { targetPort, protocol = 'TCP' }: ServicePort): PodReason {
  const name = String(targetPort);
  const offered = (pod.spec?.containers ?? []).flatMap(({ ports }) => ports ?? []);
  const other = offered.find((port) => port.name === name);
  if (other !== undefined) {
    return { kind: 'portProtocolDiffers', name, wanted: protocol, found: other.protocol ?? 'TCP' };
  }
  return { kind: 'portNameMissing', name, offered: offered.flatMap((port) => port.name ?? []) };
}
