export { startDaemonSetController } from './controller.ts';
export type { Because, DaemonSetInputs } from './plan.ts';
export { planDaemonSet } from './plan.ts';
