/** Someone who leads: renews, and stops at the first doubt that cannot be cleared. */
import type { Lease } from '../api/types.ts';
import { compareVersions } from '../informer/resource-version.ts';
import type { Command, ElectorConfig, ElectorState, Moment, Observation, Step } from './election.ts';
import { claimedLease, contentOf, durationMsOf, holderOf, newLease } from './lease-record.ts';

type Written = Observation & { readonly kind: 'written' };

export function asLeader(state: ElectorState, observation: Observation, moment: Moment): Step {
  if (observation.kind !== 'written' && isOverdue(state.renewalSentAt, moment)) return overdue(state);
  switch (observation.kind) {
    case 'timer':
      return { state, command: renewal(state.seen?.lease, undefined, moment) };
    case 'read':
      return confirmOffice(state, observation.lease, moment);
    case 'watched':
      return checkWatched(state, observation.lease, moment);
    case 'written':
      return isOverdue(observation.sentAt, moment) ? overdue(state) : renewed(state, observation, moment);
    case 'refused':
      return { state, command: { kind: 'read' } };
    case 'failed':
      return { state, command: { kind: 'wait', ms: (moment.config.timings.retryPeriodMs * (1 + moment.chance)) / 2 } };
    case 'deadline':
      return { state };
    default:
      return observation satisfies never;
  }
}

/** A candidate's write was stored: it leads, unless the answer took so long that nothing of that is certain. */
export function takeOffice(state: ElectorState, written: Written, moment: Moment): Step {
  if (isOverdue(written.sentAt, moment)) return { state, command: { kind: 'read' } };
  return renewed({ ...state, phase: 'leader' }, written, moment);
}

/** LE7, LE12: somebody else's name, or none, ends it; our own name allows another attempt. */
function confirmOffice(state: ElectorState, lease: Lease | undefined, moment: Moment): Step {
  if (lease === undefined) return writeAnew(state, moment);
  const problem = problemWith(moment.config, lease);
  if (problem !== undefined) return { state, command: { kind: 'lose', because: problem } };
  return { state, command: renewal(lease, undefined, moment) };
}

function checkWatched(state: ElectorState, lease: Lease | undefined, moment: Moment): Step {
  if (lease === undefined) {
    // While a request is out its answer will tell.
    return state.busy === undefined ? writeAnew(state, moment) : { state: { ...state, isDoubtful: true } };
  }
  if (!isNewer(lease, state.seen?.lease)) return { state };
  const problem = problemWith(moment.config, lease);
  return problem === undefined ? { state } : { state, command: { kind: 'lose', because: problem } };
}

/** LE8: the lease is gone. It is written again at once, and until that succeeded nothing is certain. */
function writeAnew(state: ElectorState, moment: Moment): Step {
  return { state: { ...state, isDoubtful: true }, command: renewal(undefined, state.seen?.lease, moment) };
}

function problemWith({ identity, timings }: ElectorConfig, lease: Lease): string | undefined {
  const holder = holderOf(lease);
  if (holder === '') return 'the lease was released by somebody else';
  if (holder !== identity) return `${holder} holds the lease`;
  // Others go by what the record says.
  return durationMsOf(lease) < timings.leaseDurationMs ? 'the lease was shortened by somebody else' : undefined;
}

function renewal(lease: Lease | undefined, before: Lease | undefined, { config, now }: Moment): Command {
  const { identity, timings } = config;
  return lease === undefined
    ? { kind: 'create', lease: newLease(config.lease, identity, timings.leaseDurationMs, now, before) }
    : { kind: 'update', lease: claimedLease(lease, identity, timings.leaseDurationMs, now) };
}

/** LE11: everything counts from before the renewal was sent. */
function renewed(state: ElectorState, { lease, sentAt }: Written, { config, now }: Moment): Step {
  const { retryPeriodMs } = config.timings;
  const seen = { lease, content: contentOf(lease), since: sentAt };
  const ms = Math.max(retryPeriodMs / 4, sentAt + retryPeriodMs - now.monotonic);
  return { state: { ...state, seen, renewalSentAt: sentAt, isDoubtful: false }, command: { kind: 'wait', ms } };
}

const isOverdue = (sentAt: number, { config, now }: Moment): boolean =>
  now.monotonic - sentAt >= config.timings.renewDeadlineMs;

const overdue = (state: ElectorState): Step => ({
  state,
  command: { kind: 'lose', because: 'the renew deadline passed' },
});

function isNewer(lease: Lease, than: Lease | undefined): boolean {
  const order = compareVersions(lease.metadata.resourceVersion ?? '', than?.metadata.resourceVersion ?? '');
  return order === undefined || order > 0;
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
