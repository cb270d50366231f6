export type { Because, EndpointsInputs, EndpointsPlan } from './plan.ts';
export { planEndpoints } from './plan.ts';
