/** Which Pods are missed least: the order in which they are taken away. */
import type { Pod } from '../../pkg/api/types.ts';
import { byAge, isReady } from '../../pkg/workloads/index.ts';

const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost';

/**
 * Without a node before placed, pending before running, not ready before ready, cheap before dear, started again and
 * again before steady, young before old.
 */
export function firstToGo(a: Pod, b: Pod): number {
  for (const worth of worths) {
    const difference = worth(a) - worth(b);
    if (difference !== 0) return difference;
  }
  return byAge(b, a);
}

const phases: readonly (string | undefined)[] = ['Pending', 'Unknown', 'Running'];

const worths: readonly ((pod: Pod) => number)[] = [
  ({ spec }) => ((spec?.nodeName ?? '') === '' ? 0 : 1),
  ({ status }) => Math.max(0, phases.indexOf(status?.phase)),
  (pod) => (isReady(pod) ? 1 : 0),
  deletionCost,
  ({ status }) => -Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
];

function deletionCost({ metadata }: Pod): number {
  const text = new Map(Object.entries(metadata.annotations ?? {})).get(costAnnotation);
  return text !== undefined && /^-?\d{1,10}$/.test(text) ? Number(text) : 0;
}
