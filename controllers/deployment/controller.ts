/**
 * The Deployment controller: one ReplicaSet for each pod template, rolled out step by step.
 *
 * Owns: ReplicaSets whose controller reference is a Deployment, its status and its revision annotation.
 * Watches: Deployments and ReplicaSets. Never touches: Pods.
 */
import { deployments, replicaSets } from '../../pkg/api/resources.ts';
import type { Deployment, ReplicaSet } from '../../pkg/api/types.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { startOwnerController } from '../../pkg/reconcile/index.ts';
import { planDeployment } from './plan.ts';

export function startDeploymentController(context: ControllerContext): RunningController {
  return startOwnerController<Deployment, ReplicaSet>({
    name: 'deployment',
    context,
    ownerType: deployments,
    childType: replicaSets,
    workers: 5,
    plan: planDeployment,
  });
}
