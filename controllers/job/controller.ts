/**
 * The Job controller: runs Pods to their end.
 *
 * Owns: Pods whose controller reference is a Job, and its status. Watches: Jobs and Pods.
 * Not built: Indexed completion, pod failure policies, TTL after finishing, finalizers on Pods.
 */
import { jobs, pods } from '../../pkg/api/resources.ts';
import type { Job, Pod } from '../../pkg/api/types.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { startOwnerController } from '../../pkg/reconcile/index.ts';
import { planJob } from './plan.ts';

export function startJobController(context: ControllerContext): RunningController {
  return startOwnerController<Job, Pod>({
    name: 'job',
    context,
    ownerType: jobs,
    childType: pods,
    workers: 5,
    plan: planJob,
  });
}
