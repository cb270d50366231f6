/** What a pod says about itself, as far as Services care. */
import type { ObjectReference, Pod, Service } from '../api/types.ts';

type PodCondition = NonNullable<NonNullable<Pod['status']>['conditions']>[number];

/** The first condition of type Ready, which also carries the time of the last change (S25). */
export function readyCondition(pod: Pod): PodCondition | undefined {
  for (const condition of pod.status?.conditions ?? []) if (condition.type === 'Ready') return condition;
  return undefined;
}

/** C2: readiness gates are folded into this condition by the node's agent; nothing else is looked at. */
export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** C3: independent of phase. */
export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined && pod.metadata.deletionTimestamp !== null;
}

/** All containers have stopped for good. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
}

/** C1 asks for either field; C7 takes addresses from this list alone. */
export function podIps(pod: Pod): readonly string[] {
  return (pod.status?.podIPs ?? []).map(({ ip }) => ip);
}

export function hasIp(pod: Pod): boolean {
  return (pod.status?.podIP ?? '') !== '' || (pod.status?.podIPs ?? []).length > 0;
}

/** C5; the host's network makes no difference. */
export function publishesHostname(pod: Pod, { metadata: { namespace, name } }: Service): boolean {
  const { hostname = '', subdomain } = pod.spec ?? {};
  return hostname !== '' && subdomain === name && pod.metadata.namespace === namespace;
}

/** C6: no apiVersion, and no resourceVersion, which would change with every heartbeat. */
export function referenceTo({ metadata: { namespace, name, uid } }: Pod): ObjectReference {
  const reference: ObjectReference = { kind: 'Pod' };
  if (namespace !== undefined) reference.namespace = namespace;
  if (name !== undefined) reference.name = name;
  if (uid !== undefined) reference.uid = uid;
  return reference;
}
