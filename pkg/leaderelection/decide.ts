/**
 * The whole election as one pure function: what is known, what was just learned, the time → what is known now, and
 * what to do next. One request is under way at most.
 *
 * A candidate reads, and writes only what it read as free: nobody's, its own, or unchanged for as long as the record
 * itself asks for, by this process's clock (LE4, LE5). All updates carry the version that was read, so of two that
 * try, one fails (LE6).
 *
 * Who leads dates its renewals from before they were sent, and what others do from after it was learned (LE11). It
 * stops at the renew deadline, or the moment it sees another name on the lease (LE12), and never comes back (LE18).
 */
import type { Lease } from '../api/types.ts';
import { compareVersions } from '../informer/resource-version.ts';
import { claimedLease, contentOf, durationMsOf, holderOf, newLease } from './lease-record.ts';
import type { Instant, LeaseName } from './lease-record.ts';
import { jitterFactor } from './timings.ts';
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
interface Seen {
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

/** LE21: how long a free lease is left, at most, so that not all standbys write at once. */
const freeJitterMs = 100;

/** `chance` in [0, 1). */
export function decide(
  config: ElectorConfig,
  state: ElectorState,
  observation: Observation,
  now: Instant,
  chance: number,
): Step {
  if (state.phase === 'lost') return { state };
  const isAnswer = !['watched', 'deadline'].includes(observation.kind);
  const known = isAnswer ? { ...state, busy: undefined } : state;
  const step = state.phase === 'leader' ? asLeader : asCandidate;
  return marked(step(config, known, observation, now, chance));
}

/** Notes which request is out. */
function marked({ state, command }: Step): Step {
  if (command === undefined) return { state };
  if (command.kind === 'lose') return { state: { ...state, phase: 'lost' }, command };
  return { state: { ...state, busy: command.kind === 'wait' ? undefined : command.kind }, command };
}

function asCandidate(
  config: ElectorConfig,
  state: ElectorState,
  observation: Observation,
  now: Instant,
  chance: number,
): Step {
  switch (observation.kind) {
    case 'timer':
      return { state, command: { kind: 'read' } };
    case 'read':
      return considerRead(config, observed(state, observation.lease, now), observation.lease, now, chance);
    case 'watched':
      return considerWatched(config, state, observation.lease, now, chance);
    case 'written':
      return takeOffice(config, state, observation, now);
    case 'refused':
    case 'failed':
      return { state, command: pollLater(config, chance) };
    case 'deadline':
      return { state };
    default:
      return observation satisfies never;
  }
}

function considerRead(
  config: ElectorConfig,
  state: ElectorState,
  lease: Lease | undefined,
  now: Instant,
  chance: number,
): Step {
  const { identity, timings } = config;
  if (lease === undefined) {
    // Deleting a lease does not stop its holder: whoever saw it held waits it out.
    const waitMs = untilFree(config, state, now);
    if (waitMs > 0) return { state, command: { kind: 'wait', ms: Math.min(waitMs, pollMs(config, chance)) } };
    return {
      state,
      command: { kind: 'create', lease: newLease(config.lease, identity, timings.leaseDurationMs, now) },
    };
  }
  const waitMs = holderOf(lease) === identity ? 0 : untilFree(config, state, now);
  if (waitMs > 0) return { state, command: { kind: 'wait', ms: Math.min(waitMs, pollMs(config, chance)) } };
  return { state, command: { kind: 'update', lease: claimedLease(lease, identity, timings.leaseDurationMs, now) } };
}

/** LE21: a watch only makes a candidate look sooner; what it does then, it does after a read. */
function considerWatched(
  config: ElectorConfig,
  state: ElectorState,
  lease: Lease | undefined,
  now: Instant,
  chance: number,
): Step {
  const next = observed(state, lease, now);
  if (next.busy !== undefined) return { state: next };
  const waitMs = untilFree(config, next, now);
  const isFree = waitMs === 0;
  const ms = isFree ? freeJitterMs * chance : Math.min(waitMs, pollMs(config, chance));
  return { state: next, command: { kind: 'wait', ms } };
}

function takeOffice(
  config: ElectorConfig,
  state: ElectorState,
  { lease, sentAt }: Observation & { readonly kind: 'written' },
  now: Instant,
): Step {
  if (now.monotonic - sentAt >= config.timings.renewDeadlineMs) return { state, command: { kind: 'read' } };
  return renewed(config, { ...state, phase: 'leader' }, lease, sentAt, now);
}

function asLeader(
  config: ElectorConfig,
  state: ElectorState,
  observation: Observation,
  now: Instant,
  chance: number,
): Step {
  if (isOverdue(config, state, now) && observation.kind !== 'written') {
    return { state, command: { kind: 'lose', because: 'the renew deadline passed' } };
  }
  switch (observation.kind) {
    case 'timer':
      return { state, command: renewal(config, state.seen?.lease, now) };
    case 'read':
      return confirmOffice(config, state, observation.lease, now);
    case 'watched':
      return checkWatched(config, state, observation.lease, now);
    case 'written':
      if (now.monotonic - observation.sentAt >= config.timings.renewDeadlineMs) {
        return { state, command: { kind: 'lose', because: 'the renew deadline passed' } };
      }
      return renewed(config, state, observation.lease, observation.sentAt, now);
    case 'refused':
      return { state, command: { kind: 'read' } };
    case 'failed':
      return { state, command: { kind: 'wait', ms: (config.timings.retryPeriodMs * (1 + chance)) / 2 } };
    case 'deadline':
      return { state };
    default:
      return observation satisfies never;
  }
}

/** LE7, LE12: somebody else's name, or none, ends it; our own name allows another attempt. */
function confirmOffice(config: ElectorConfig, state: ElectorState, lease: Lease | undefined, now: Instant): Step {
  if (lease !== undefined) {
    const problem = problemWith(config, lease);
    if (problem !== undefined) return { state, command: { kind: 'lose', because: problem } };
    return { state, command: renewal(config, lease, now) };
  }
  return { state: { ...state, isDoubtful: true }, command: renewal(config, undefined, now, state.seen?.lease) };
}

function checkWatched(config: ElectorConfig, state: ElectorState, lease: Lease | undefined, now: Instant): Step {
  if (lease === undefined) {
    // LE8: a new record, at once. While a request is out its answer will tell.
    const doubtful = { ...state, isDoubtful: true };
    if (state.busy !== undefined) return { state: doubtful };
    return { state: doubtful, command: renewal(config, undefined, now, state.seen?.lease) };
  }
  if (!isNewer(lease, state.seen?.lease)) return { state };
  const problem = problemWith(config, lease);
  return problem === undefined ? { state } : { state, command: { kind: 'lose', because: problem } };
}

function problemWith({ identity, timings }: ElectorConfig, lease: Lease): string | undefined {
  const holder = holderOf(lease);
  if (holder === '') return 'the lease was released by somebody else';
  if (holder !== identity) return `${holder} holds the lease`;
  // Others go by what the record says.
  return durationMsOf(lease) < timings.leaseDurationMs ? 'the lease was shortened by somebody else' : undefined;
}

function renewal(config: ElectorConfig, lease: Lease | undefined, now: Instant, before?: Lease): Command {
  const { identity, timings } = config;
  return lease === undefined
    ? { kind: 'create', lease: newLease(config.lease, identity, timings.leaseDurationMs, now, before) }
    : { kind: 'update', lease: claimedLease(lease, identity, timings.leaseDurationMs, now) };
}

function renewed(config: ElectorConfig, state: ElectorState, lease: Lease, sentAt: number, now: Instant): Step {
  const { retryPeriodMs } = config.timings;
  const seen = { lease, content: contentOf(lease), since: sentAt };
  const ms = Math.max(retryPeriodMs / 4, sentAt + retryPeriodMs - now.monotonic);
  return { state: { ...state, seen, renewalSentAt: sentAt, isDoubtful: false }, command: { kind: 'wait', ms } };
}

/** LE5: any change of content starts the observation anew; an older state than the one known does not. */
function observed(state: ElectorState, lease: Lease | undefined, now: Instant): ElectorState {
  if (lease === undefined || (state.seen !== undefined && isOlder(lease, state.seen.lease))) return state;
  const content = contentOf(lease);
  const since = state.seen?.content === content ? state.seen.since : now.monotonic;
  return { ...state, seen: { lease, content, since } };
}

/** Time until the record that was seen is free, by this process's clock; 0 when it is, or when none was seen. */
function untilFree({ identity }: ElectorConfig, { seen }: ElectorState, now: Instant): number {
  if (seen === undefined || holderOf(seen.lease) === '' || holderOf(seen.lease) === identity) return 0;
  return Math.max(0, seen.since + durationMsOf(seen.lease) - now.monotonic);
}

/** LE15: a tenth of the lease is left unused, for what no clock here can know. */
const marginShare = 0.1;

/**
 * LE15: whether a request that may take `requestMs` may be sent now. It must be sent before the renew deadline and be
 * over, with a margin, before anybody else could take the lease.
 */
export function maySend(config: ElectorConfig, state: ElectorState, requestMs: number, monotonic: number): boolean {
  if (state.phase !== 'leader' || state.isDoubtful) return false;
  const { leaseDurationMs, renewDeadlineMs } = config.timings;
  const over = state.renewalSentAt + leaseDurationMs * (1 - marginShare);
  return monotonic < state.renewalSentAt + renewDeadlineMs && monotonic + requestMs <= over;
}

const isOverdue = (config: ElectorConfig, state: ElectorState, now: Instant): boolean =>
  now.monotonic >= state.renewalSentAt + config.timings.renewDeadlineMs;

const pollMs = ({ timings }: ElectorConfig, chance: number): number =>
  timings.retryPeriodMs * (1 + jitterFactor * chance);

const pollLater = (config: ElectorConfig, chance: number): Command => ({ kind: 'wait', ms: pollMs(config, chance) });

const versionOf = (lease: Lease | undefined): string => lease?.metadata.resourceVersion ?? '';

function isNewer(lease: Lease, than: Lease | undefined): boolean {
  const order = compareVersions(versionOf(lease), versionOf(than));
  return order === undefined || order > 0;
}

function isOlder(lease: Lease, than: Lease): boolean {
  const order = compareVersions(versionOf(lease), versionOf(than));
  return order !== undefined && order < 0;
}
