/** Which Services have to look again after a pod changed (Q6–Q10). */
import type { Pod, Service } from '../api/types.ts';
import { isFinished, isReady, isTerminating } from './pod.ts';
import { selects } from './select-pods.ts';
import type { StringMap } from './string-map.ts';
import { sameEntries } from './string-map.ts';

/** What of a change matters. With `before`, labels changed too. */
export interface PodChange {
  readonly namespace: string;
  readonly labels: StringMap | undefined;
  readonly before?: { readonly labels: StringMap | undefined; readonly podChanged: boolean };
}

export function podAppeared({ metadata: { namespace = '', labels } }: Pod): PodChange {
  return { namespace, labels };
}

/** Q7–Q9: undefined when no Service can see the difference. */
export function podUpdated(old: Pod, current: Pod): PodChange | undefined {
  if (old.metadata.resourceVersion === current.metadata.resourceVersion) return undefined;
  const podChanged = contentChanged(old, current);
  const labelsChanged =
    !sameEntries(old.metadata.labels, current.metadata.labels) ||
    // H14: kept although both fields are immutable.
    (old.spec?.hostname ?? '') !== (current.spec?.hostname ?? '') ||
    (old.spec?.subdomain ?? '') !== (current.spec?.subdomain ?? '');
  if (!labelsChanged) return podChanged ? podAppeared(current) : undefined;
  return { ...podAppeared(current), before: { labels: old.metadata.labels, podChanged } };
}

/**
 * Q8, with deletion compared by value and the uid compared at all (H15). Upstream looks at every change of a pod that
 * is terminating (H12), of which only its end matters.
 */
function contentChanged(old: Pod, current: Pod): boolean {
  const ips = (pod: Pod): string => (pod.status?.podIPs ?? []).map(({ ip }) => ip).join();
  return (
    (old.metadata.deletionTimestamp ?? '') !== (current.metadata.deletionTimestamp ?? '') ||
    old.metadata.uid !== current.metadata.uid ||
    isReady(old) !== isReady(current) ||
    (isTerminating(current) && isFinished(old) !== isFinished(current)) ||
    ips(old) !== ips(current)
  );
}

/**
 * Q9: of those that select the pod by new or by old labels, all if the pod itself changed, else those that select it
 * by only one of the two.
 */
export function affectedBy(change: PodChange, services: Iterable<Service>): Service[] {
  return [...services].filter(({ metadata, spec }) => {
    if (metadata.namespace !== change.namespace) return false;
    const now = selects(spec?.selector, change.labels);
    if (change.before === undefined) return now;
    const then = selects(spec?.selector, change.before.labels);
    return change.before.podChanged ? now || then : now !== then;
  });
}
