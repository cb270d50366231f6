export { nodePortPool, type NodePortPool } from './node-port-pool.ts';
export type { AddressView, AllocationWorld, Claim, How, PortView } from './world.ts';
export type { Random } from './band.ts';
export type { Refusal } from './outcome.ts';
export {
  type AllocationPlan,
  type AllocationRequest,
  planServiceAllocation,
  planServiceRelease,
} from './plan-service.ts';
export {
  ipAddressFor,
  ipAllocator,
  ipFamilyLabel,
  isAssignable,
  isReady,
  managedByLabel,
  readyRanges,
  type ServiceRange,
} from './service-cidrs.ts';
export { ownerOf, parentOf } from './owner.ts';
export { ServiceIpIndex } from './service-ip-index.ts';
export { NodePortIndex } from './node-port-index.ts';
export type { ClaimTableOptions } from './claim-table.ts';
export {
  type Accepted,
  createService,
  deletedService,
  type ServiceOutcome,
  updateService,
  updateServiceStatus,
} from './service-pipeline.ts';
export {
  type DefaultRangeStep,
  defaultServiceCidrName,
  planDefaultServiceCidr,
  planServiceCidr,
  type ReadyCondition,
  serviceCidrFinalizer,
} from './service-cidr-life.ts';
export { type Finding, type Repair, repairAddress, repairService, type RepairView } from './repair-addresses.ts';
export { PortCensus } from './repair-ports.ts';
export { heldAddresses } from './families.ts';
