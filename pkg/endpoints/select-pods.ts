/** Which pods stand behind a Service (C1, Q10, E6), and, for those that do not, the first thing that keeps them out. */
import type { Pod, Service } from '../api/types.ts';
import { hasIp, isFinished, isTerminating } from './pod.ts';
import type { StringMap } from './string-map.ts';
import { valueOf } from './string-map.ts';

/** Why a pod that the selector means is not published. Machine words; pkg/explain turns them into sentences. */
export type ExclusionReason =
  | 'phaseFailed'
  | 'phaseSucceeded'
  | 'noIp'
  | 'terminating'
  | 'wrongFamily'
  | 'nodeUnknown'
  | 'portNameMissing'
  | 'overCapacity';

/** A pod the selector means that was left out of some of what was written. */
export interface Exclusion {
  readonly pod: string;
  readonly because: ExclusionReason;
  /** The port name, address family or node that was wanted. */
  readonly wanted?: string;
}

/** Q10: an absent selector matches nothing, an empty one every pod of the namespace. */
export function selects(selector: StringMap | undefined, labels: StringMap | undefined): boolean {
  if (selector === undefined || selector === null) return false;
  for (const key of Object.keys(selector)) {
    if (valueOf(labels, key) !== valueOf(selector, key)) return false;
  }
  return true;
}

/** An empty selector is a selector. */
export function isSelectorless(service: Service): boolean {
  return service.spec?.selector === undefined || service.spec.selector === null;
}

/** E3, E4: whether endpoints follow from pods; otherwise they are somebody else's business, and stay as they are (H6). */
export function followsPods(service: Service): boolean {
  return service.spec?.type !== 'ExternalName' && !isSelectorless(service);
}

/** C1: undefined when the pod is eligible. Slices always want terminating pods, Endpoints only sometimes. */
export function whyIneligible(pod: Pod, terminatingToo: boolean): ExclusionReason | undefined {
  if (isFinished(pod)) return pod.status?.phase === 'Failed' ? 'phaseFailed' : 'phaseSucceeded';
  if (!hasIp(pod)) return 'noIp';
  return !terminatingToo && isTerminating(pod) ? 'terminating' : undefined;
}

/** The pods the selector means, in one order whatever the order they came in (P4). */
export function selectedPods(service: Service, pods: readonly Pod[]): Pod[] {
  const selector = service.spec?.selector;
  const namespace = service.metadata.namespace;
  return pods
    .filter((pod) => pod.metadata.namespace === namespace && selects(selector, pod.metadata.labels))
    .sort(byName);
}

/** A total order for objects of one kind and namespace. */
export function byName(left: { metadata: { name?: string } }, right: { metadata: { name?: string } }): number {
  const [a, b] = [left.metadata.name ?? '', right.metadata.name ?? ''];
  return a < b ? -1 : a > b ? 1 : 0;
}
