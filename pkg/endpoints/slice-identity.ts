/** When two slice endpoints are the same endpoint, and when they say the same about it. */
import type { Endpoint, ObjectReference } from '../api/types.ts';

/** S11: addresses, hostname and the namespace and name behind it; two pods that share an address stay two. */
export function endpointIdentity({ addresses, hostname, targetRef }: Endpoint): string {
  const where = addresses.length === 1 ? addresses[0] : addresses.toSorted().join(' ');
  return `${where}\n${hostname ?? ''}\n${targetRef?.namespace ?? ''}/${targetRef?.name ?? ''}`;
}

/** Go leaves a nil field out, other servers write null. */
const same = <T>(left: T | null | undefined, right: T | null | undefined): boolean =>
  (left ?? undefined) === (right ?? undefined);

const referenceFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'fieldPath'] as const;

/** Everything but the resourceVersion, which changes with each heartbeat of the pod. */
export function sameReference(left: ObjectReference | undefined, right: ObjectReference | undefined): boolean {
  if (left === undefined || left === null || right === undefined || right === null) return same(left, right);
  return referenceFields.every((field) => (left[field] ?? '') === (right[field] ?? ''));
}

/** S12: what is written about an endpoint, given that it is the same one. Hints are settled elsewhere. */
export function saysTheSame(left: Endpoint, right: Endpoint): boolean {
  return (
    same(left.nodeName, right.nodeName) &&
    same(left.zone, right.zone) &&
    same(left.conditions?.ready, right.conditions?.ready) &&
    same(left.conditions?.serving, right.conditions?.serving) &&
    same(left.conditions?.terminating, right.conditions?.terminating) &&
    sameReference(left.targetRef, right.targetRef)
  );
}
