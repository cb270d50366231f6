/**
 * The ReplicaSet controller: keeps as many Pods as `spec.replicas` says.
 *
 * Owns: Pods whose controller reference is a ReplicaSet, and its status. Takes Pods without a controller that the
 * selector means, and lets go those it no longer means.
 * Watches: ReplicaSets and Pods. Never touches: Pods that somebody else controls.
 */
import { pods, replicaSets } from '../../pkg/api/resources.ts';
import type { Pod, ReplicaSet } from '../../pkg/api/types.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { startOwnerController } from '../../pkg/reconcile/index.ts';
import { planReplicaSet } from './plan.ts';

export function startReplicaSetController(context: ControllerContext): RunningController {
  return startOwnerController<ReplicaSet, Pod>({
    name: 'replicaset',
    context,
    ownerType: replicaSets,
    childType: pods,
    workers: 5,
    plan: planReplicaSet,
  });
}
