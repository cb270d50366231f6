export type { EndpointsControllerOptions } from './controller.ts';
export { startEndpointsController } from './controller.ts';
export type { Because, EndpointsInputs, EndpointsPlan } from './plan.ts';
export { planEndpoints } from './plan.ts';
