/**
 * `fairlead/plan`: what Fairlead would do, as functions of plain objects. Nothing here asks a server, reads a clock or
 * changes its arguments.
 */
export { defaultSliceOptions, planEndpointSlices } from '../../controllers/endpointslice/index.ts';
export type { SliceInputs, SliceOptions, SlicePlan } from '../../controllers/endpointslice/index.ts';
export { planEndpoints } from '../../controllers/endpoints/index.ts';
export type { EndpointsInputs, EndpointsPlan } from '../../controllers/endpoints/index.ts';
export { planMirror } from '../../controllers/endpointslicemirroring/index.ts';
export type { MirrorInputs, MirrorPlan } from '../../controllers/endpointslicemirroring/index.ts';
export { planServices as allocate } from '../cmd/plan-services.ts';
export type { PlannedService, Ranges, ServicesPlan } from '../cmd/plan-services.ts';
export { dnsRecords } from '../dns/records/index.ts';
export type { DnsObjects, RecordText, ZoneOptions } from '../dns/records/index.ts';
export { serviceEnvironment } from '../environment/index.ts';
export type { ServiceEnvironment } from '../environment/index.ts';
export { explainService } from '../explain/index.ts';
export type { ExplainInputs, PodExplanation, ServiceExplanation } from '../explain/index.ts';
export { applyToObjects } from '../steps/index.ts';
export { ruleDifference } from './rule-difference.ts';
export type { RuleDifferenceRequest } from './rule-difference.ts';
export { traceRules } from './trace-rules.ts';
export type { TracedDestination, TraceRequest } from './trace-rules.ts';
export { renderRules } from './render-rules.ts';
export type { RulesRequest } from './render-rules.ts';
