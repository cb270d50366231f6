export type { Because, MirrorFigures, MirrorInputs, MirrorPlan } from './plan.ts';
export { defaultMaxEndpointsPerSubset, planMirror } from './plan.ts';
