export type { EndpointSliceControllerOptions } from './controller.ts';
export { startEndpointSliceController } from './controller.ts';
export type { Because } from './draft.ts';
export type { HintMemories, SliceInputs, SliceOptions, SlicePlan } from './plan.ts';
export { defaultSliceOptions, planEndpointSlices } from './plan.ts';
