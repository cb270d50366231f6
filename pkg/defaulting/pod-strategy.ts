/** What the server does to Pods around validation (P24). */
import type { Pod } from '../api/types.ts';
import { each, fillZero, inside, without } from './fill.ts';
import { withLabelKeys } from './label-keys.ts';
import { podQos } from '../validation/core/pod/qos.ts';
import { keepSpec, keepStatus } from './strategy.ts';

type Status = NonNullable<Pod['status']>;

/** Every Pod starts Pending; a gated one says why nobody schedules it. */
export function preparePodForCreate(pod: Pod): Pod {
  const gated = (pod.spec?.schedulingGates ?? []).length > 0;
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
    ...(pod.metadata.creationTimestamp && { lastTransitionTime: pod.metadata.creationTimestamp }),
  };
  return {
    ...withLabelKeys(pod),
    status: { phase: 'Pending', qosClass: podQos(pod), ...(gated ? { conditions: [condition] } : {}) },
  };
}

export const preparePodForUpdate = (next: Pod, previous: Pod): Pod => keepStatus(next, previous);

/** P24, P33: neither the owner nor the deletion of a Pod can be changed through `…/status`. */
export function preparePodStatusUpdate(next: Pod, previous: Pod): Pod {
  const { ownerReferences, deletionTimestamp } = previous.metadata;
  const metadata = {
    ...without(next.metadata, 'ownerReferences', 'deletionTimestamp'),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
  };
  return { ...keepSpec(next, previous), metadata, status: keepServerFields(next.status ?? {}, previous.status ?? {}) };
}

/** Old kubelets drop the class and the generations they do not know. */
function keepServerFields(next: Status, previous: Status): Status {
  const before = new Map<string, (number | undefined)[]>();
  for (const { type, observedGeneration } of previous.conditions ?? []) {
    before.set(type, [...(before.get(type) ?? []), observedGeneration]);
  }
  const status = fillZero(next, pick(previous, 'qosClass', 'observedGeneration'));
  return inside(status, 'conditions', (conditions) =>
    each(conditions, (condition) => {
      const observedGeneration = before.get(condition.type)?.shift();
      return observedGeneration === undefined ? condition : fillZero(condition, { observedGeneration });
    }),
  );
}

function pick<T extends object>(object: T, ...keys: (keyof T)[]): Partial<T> {
  const picked: Partial<T> = {};
  for (const key of keys) if (object[key] !== undefined) picked[key] = object[key];
  return picked;
}
