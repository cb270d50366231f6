export { startDeploymentController } from './controller.ts';
export type { Because, DeploymentInputs } from './plan.ts';
export { planDeployment } from './plan.ts';
