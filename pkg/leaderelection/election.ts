/** The words of an election: what an elector knows, what it may learn, what it may do about it. */
import type { Lease } from '../api/types.ts';
import type { Instant, LeaseName } from './lease-record.ts';
import type { Timings } from './timings.ts';

export interface ElectorConfig {
  readonly identity: string;
  readonly lease: LeaseName;
  readonly timings: Timings;
}

/** What was just learned. `sentAt` is monotonic, from before the request left. */
export type Observation =
  /** The wait that was commanded is over. */
  | { readonly kind: 'timer' }
  /** The leader's time without a renewal is up. */
  | { readonly kind: 'deadline' }
  | { readonly kind: 'read'; readonly lease: Lease | undefined }
  /** A watch shows this; absent when the lease was deleted. May come at any time, and late. */
  | { readonly kind: 'watched'; readonly lease: Lease | undefined }
  | { readonly kind: 'written'; readonly lease: Lease; readonly sentAt: number }
  /** 409: somebody else wrote in between. */
  | { readonly kind: 'refused' }
  /** No answer, or none that says what happened. */
  | { readonly kind: 'failed' };

export type Command =
  | { readonly kind: 'read' }
  | { readonly kind: 'create' | 'update'; readonly lease: Lease }
  | { readonly kind: 'wait'; readonly ms: number }
  /** Leading is over, for good. */
  | { readonly kind: 'lose'; readonly because: string };

/** The record as this process saw it, and since when it has been that. */
export interface Seen {
  readonly lease: Lease;
  readonly content: string;
  readonly since: number;
}

export interface ElectorState {
  readonly phase: 'candidate' | 'leader' | 'lost';
  /** What requests are out: a watch must not start another. */
  readonly busy: 'read' | 'create' | 'update' | undefined;
  readonly seen: Seen | undefined;
  /** When the last renewal that succeeded was sent; leaders only. */
  readonly renewalSentAt: number;
  /** The lease is gone and has not been written again: nothing is certain meanwhile. */
  readonly isDoubtful: boolean;
}

export interface Step {
  readonly state: ElectorState;
  /** Absent: go on with what was commanded before. */
  readonly command?: Command;
}

export const initialState: ElectorState = {
  phase: 'candidate',
  busy: undefined,
  seen: undefined,
  renewalSentAt: Number.NEGATIVE_INFINITY,
  isDoubtful: false,
};

/** Who decides, when, and by what chance in [0, 1). */
export interface Moment {
  readonly config: ElectorConfig;
  readonly now: Instant;
  readonly chance: number;
}
