export type { IpFamily } from '../ip/index.ts';
export type { Address } from './address.ts';
export { parseAddress } from './address.ts';
export { addressTypesOf, isExplicitlyHeadless, isHeadless, primaryFamilyOf } from './families.ts';
export * from './names.ts';
export {
  hasIp,
  isFinished,
  isReady,
  isTerminating,
  podIps,
  publishesHostname,
  readyCondition,
  referenceTo,
} from './pod.ts';
export type { GroupedPod, PortGroup, ResolvedPort } from './ports.ts';
export { portGroupKey, portGrouper, resolvePorts, toEndpointPort } from './ports.ts';
export type { Offer, SubsetPort } from './repack.ts';
export { explode, inOrder, repack } from './repack.ts';
export type { Exclusion, ExclusionReason } from './select-pods.ts';
export { byName, followsPods, isSelectorless, selectedPods, selects, whyIneligible } from './select-pods.ts';
export { endpointIdentity, sameReference, saysTheSame } from './slice-identity.ts';
export {
  belongsTo,
  controllerReference,
  generateName,
  isManagedBy,
  isTerminatingObject,
  serviceOf,
} from './slice-object.ts';
export type { StringMap } from './string-map.ts';
export { sameEntries, valueOf, withoutKeys } from './string-map.ts';
export type { Trigger, TriggerMemory } from './trigger-time.ts';
export { nextTrigger } from './trigger-time.ts';
export { podIndexers, podLookups, serviceIndexers, serviceLookups, sliceIndexers } from './indexes.ts';
export type { PodChange } from './pod-change.ts';
export { affectedBy, podAppeared, podUpdated } from './pod-change.ts';
export { sliceAdded, sliceDeleted, sliceUpdated } from './slice-change.ts';
export type { CacheState } from './slice-tracker.ts';
export { SliceTracker } from './slice-tracker.ts';
export { stripNode, stripPod } from './strip.ts';
export { batchPeriodAnnotation, sliceSizeAnnotation, tuningOf } from './tuning.ts';
export type { Tuning } from './tuning.ts';
