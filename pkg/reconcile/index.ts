export type { Applied, ApplyOptions } from './apply-plan.ts';
export { applyPlan } from './apply-plan.ts';
export type { Source } from './candidates.ts';
export { candidatePods, servicesAffectedBy } from './candidates.ts';
export type { ControllerContext, EventSink, RunningController, RunOptions } from './controller.ts';
export { queueOf, runController } from './controller.ts';
export type { OwnerControllerOptions, OwnerInputs } from './owner-controller.ts';
export { startOwnerController } from './owner-controller.ts';
export { decideSyncRetry, SyncError } from './sync-error.ts';
