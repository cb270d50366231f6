/** A slice in the making: what the steps of the planner hand to each other. */
import type { Endpoint, EndpointPort, EndpointSlice } from '../../pkg/api/types.ts';

/** Why a slice is written. Machine words. */
export type Because =
  /** the first slice with room for these endpoints */
  | 'endpointsAdded'
  /** an endpoint left, or says something else */
  | 'endpointsChanged'
  | 'labelsChanged'
  | 'hintsChanged'
  /** a Service always has a slice, if need be an empty one */
  | 'placeholder'
  /** a slice that was to go takes the content of one that was to come */
  | 'recycled'
  /** took in what a sparse slice held, or is that slice and deleted */
  | 'compacted'
  /** deleted: nothing in it is wanted any more */
  | 'emptied'
  /** deleted: no pod offers this list of ports */
  | 'portsGone'
  /** deleted: belongs to another, or to an earlier Service of this name */
  | 'notOwned'
  /** deleted: the Service has no addresses of this type */
  | 'familyRemoved';

export interface Draft {
  /** The slice to be changed; absent: one to be created. */
  readonly slice: EndpointSlice | undefined;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
  readonly because: Because;
}

export interface Doomed {
  readonly slice: EndpointSlice;
  readonly because: Because;
}

/** Everything that is to happen to the slices of one address type. */
export interface Drafts {
  readonly create: readonly Draft[];
  readonly update: readonly Draft[];
  readonly remove: readonly Doomed[];
  readonly unchanged: readonly EndpointSlice[];
}
