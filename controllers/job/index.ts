export { startJobController } from './controller.ts';
export type { Because, JobInputs } from './plan.ts';
export { planJob } from './plan.ts';
