export { startNodeLifecycleController } from './controller.ts';
export type { Because, NodeInputs } from './plan.ts';
export { planNode } from './plan.ts';
