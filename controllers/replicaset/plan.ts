/** The pure core of the ReplicaSet controller: as many Pods as wanted, and a status that says how many there are. */
import { selectorFromMap, selectorFromSpec } from '../../pkg/api/labels/selector.ts';
import { pods as podType, replicaSets } from '../../pkg/api/resources.ts';
import type { KubeObject, Pod, ReplicaSet } from '../../pkg/api/types.ts';
import type { Plan, Step } from '../../pkg/steps/index.ts';
import { preconditionOf } from '../../pkg/steps/index.ts';
import {
  availableInMs,
  claim,
  isActive,
  isBeingDeleted,
  isReady,
  podFromTemplate,
  statusSteps,
} from '../../pkg/workloads/index.ts';
import { firstToGo } from './first-to-go.ts';

/** Why something is written. Machine words. */
export type Because = 'adopted' | 'released' | 'tooFew' | 'tooMany' | 'counted' | 'becomesAvailable';

export interface ReplicaSetInputs {
  readonly owner: ReplicaSet;
  /** Its Pods, and those of the namespace without a controller. */
  readonly children: readonly Pod[];
  readonly now: number;
}

/** At most so many Pods are made or deleted in one go; the next look does the rest. */
const burst = 500;

export function planReplicaSet({ owner, children, now }: ReplicaSetInputs): Plan<KubeObject, Because> {
  const selector = selectorFromSpec(owner.spec?.selector ?? {});
  const claimed = claim({ owner, ownerType: replicaSets, childType: podType, selector, children });
  const active = claimed.mine.filter(isActive);
  const adopting = claimed.steps.filter(({ because }) => because === 'adopted').length;
  return {
    steps: Object.freeze([
      ...claimed.steps,
      ...(isBeingDeleted(owner) ? [] : scale(owner, active, adopting)),
      ...statusSteps(replicaSets, owner, statusOf(owner, active, now), 'counted' as const),
      ...nextLook(owner, active, now),
    ]),
  };
}

function scale(owner: ReplicaSet, active: readonly Pod[], adopting: number): Step<KubeObject, Because>[] {
  const missing = (owner.spec?.replicas ?? 1) - active.length - adopting;
  if (missing === 0) return [];
  if (missing > 0) {
    const object = podFromTemplate({ owner, ownerType: replicaSets, template: owner.spec?.template });
    return Array.from({ length: Math.min(missing, burst) }, () => ({
      kind: 'create',
      resource: podType,
      object,
      because: 'tooFew',
      // One Pod refused, say by a quota, is a reason to stop asking.
      chain: 'create',
    }));
  }
  return active
    .toSorted(firstToGo)
    .slice(0, Math.min(-missing, burst))
    .map((pod) => ({
      kind: 'delete',
      resource: podType,
      object: pod,
      precondition: uidOf(pod),
      because: 'tooMany',
      chain: pod.metadata.name ?? '',
    }));
}

/** Whatever happened to the Pod meanwhile, it goes; but not another one of its name. */
function uidOf(pod: Pod): { readonly uid?: string } {
  const { uid } = preconditionOf(pod);
  return uid === undefined ? {} : { uid };
}

function statusOf(owner: ReplicaSet, active: readonly Pod[], now: number): NonNullable<ReplicaSet['status']> {
  const template = selectorFromMap(owner.spec?.template?.metadata?.labels);
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(({ metadata }) => template.matches(metadata.labels)).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => availableInMs(pod, minReady(owner), now) === 0).length,
    observedGeneration: owner.metadata.generation ?? 0,
  };
}

const minReady = ({ spec }: ReplicaSet): number => spec?.minReadySeconds ?? 0;

/** No event says that a Pod has been ready for long enough. */
function nextLook(owner: ReplicaSet, active: readonly Pod[], now: number): Step<KubeObject, Because>[] {
  const waits = active
    .map((pod) => availableInMs(pod, minReady(owner), now))
    .filter((ms) => ms !== undefined && ms > 0);
  if (waits.length === 0) return [];
  return [{ kind: 'requeueAfter', delayMs: Math.min(...(waits as number[])), because: 'becomesAvailable' }];
}
