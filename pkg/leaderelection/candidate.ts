/** Someone who does not lead: polls, watches, and writes what is free. */
import type { Lease } from '../api/types.ts';
import { compareVersions } from '../informer/resource-version.ts';
import type { Command, ElectorState, Moment, Observation, Step } from './election.ts';
import { takeOffice } from './leader.ts';
import { claimedLease, contentOf, durationMsOf, holderOf, newLease } from './lease-record.ts';
import { jitterFactor } from './timings.ts';

/** LE21: how long a free lease is left, at most, so that not all standbys write at once. */
const freeJitterMs = 100;

export function asCandidate(state: ElectorState, observation: Observation, moment: Moment): Step {
  switch (observation.kind) {
    case 'timer':
      return { state, command: { kind: 'read' } };
    case 'read':
      return considerRead(observed(state, observation.lease, moment), observation.lease, moment);
    case 'watched':
      return considerWatched(state, observation.lease, moment);
    case 'written':
      return takeOffice(state, observation, moment);
    case 'refused':
    case 'failed':
      return { state, command: { kind: 'wait', ms: pollMs(moment) } };
    case 'deadline':
      return { state };
    default:
      return observation satisfies never;
  }
}

function considerRead(state: ElectorState, lease: Lease | undefined, moment: Moment): Step {
  const { config, now } = moment;
  const { identity, timings } = config;
  // Deleting a lease does not stop its holder either: whoever saw it held waits it out.
  const waitMs = lease !== undefined && holderOf(lease) === identity ? 0 : untilFree(state, moment);
  if (waitMs > 0) return { state, command: waitFor(waitMs, moment) };
  const command: Command =
    lease === undefined
      ? { kind: 'create', lease: newLease(config.lease, identity, timings.leaseDurationMs, now) }
      : { kind: 'update', lease: claimedLease(lease, identity, timings.leaseDurationMs, now) };
  return { state, command };
}

/** LE21: a watch only makes a candidate look sooner; what it does then, it does after a read. */
function considerWatched(state: ElectorState, lease: Lease | undefined, moment: Moment): Step {
  const next = observed(state, lease, moment);
  if (next.busy !== undefined) return { state: next };
  const waitMs = untilFree(next, moment);
  const command =
    waitMs === 0 ? ({ kind: 'wait', ms: freeJitterMs * moment.chance } as const) : waitFor(waitMs, moment);
  return { state: next, command };
}

/** LE5: any change of content starts the observation anew; an older state than the one known does not. */
function observed(state: ElectorState, lease: Lease | undefined, { now }: Moment): ElectorState {
  if (lease === undefined || (state.seen !== undefined && isOlder(lease, state.seen.lease))) return state;
  const content = contentOf(lease);
  const since = state.seen?.content === content ? state.seen.since : now.monotonic;
  return { ...state, seen: { lease, content, since } };
}

/** Time until the record that was seen is free, by this process's clock; 0 when it is, or when none was seen. */
function untilFree({ seen }: ElectorState, { config, now }: Moment): number {
  if (seen === undefined || holderOf(seen.lease) === '' || holderOf(seen.lease) === config.identity) return 0;
  return Math.max(0, seen.since + durationMsOf(seen.lease) - now.monotonic);
}

/** Until then, but no longer than a poll: a watch may be broken. */
const waitFor = (ms: number, moment: Moment): Command => ({ kind: 'wait', ms: Math.min(ms, pollMs(moment)) });

/** LE4. */
const pollMs = ({ config, chance }: Moment): number => config.timings.retryPeriodMs * (1 + jitterFactor * chance);

function isOlder(lease: Lease, than: Lease): boolean {
  const order = compareVersions(lease.metadata.resourceVersion ?? '', than.metadata.resourceVersion ?? '');
  return order !== undefined && order < 0;
}
