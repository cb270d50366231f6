export type { MirroringControllerOptions } from './controller.ts';
export { startEndpointSliceMirroringController } from './controller.ts';
export type { Because, MirrorFigures, MirrorInputs, MirrorPlan } from './plan.ts';
export { defaultMaxEndpointsPerSubset, planMirror } from './plan.ts';
