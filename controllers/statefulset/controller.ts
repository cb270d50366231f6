/**
 * The StatefulSet controller: Pods with names that stay.
 *
 * Owns: Pods whose controller reference is a StatefulSet, and its status. Watches: StatefulSets and Pods.
 * Not built: volume claims, ControllerRevision objects (so no `kubectl rollout undo` of a StatefulSet).
 */
import { pods, statefulSets } from '../../pkg/api/resources.ts';
import type { Pod, StatefulSet } from '../../pkg/api/types.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { startOwnerController } from '../../pkg/reconcile/index.ts';
import { planStatefulSet } from './plan.ts';

export function startStatefulSetController(context: ControllerContext): RunningController {
  return startOwnerController<StatefulSet, Pod>({
    name: 'statefulset',
    context,
    ownerType: statefulSets,
    childType: pods,
    workers: 5,
    plan: planStatefulSet,
  });
}
