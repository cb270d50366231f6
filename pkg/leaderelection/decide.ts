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
import { asCandidate } from './candidate.ts';
import type { ElectorState, Moment, Observation, Step } from './election.ts';
import { asLeader } from './leader.ts';

export function decide(state: ElectorState, observation: Observation, moment: Moment): Step {
  if (state.phase === 'lost') return { state };
  const isAnswer = observation.kind !== 'watched' && observation.kind !== 'deadline';
  const known = isAnswer ? { ...state, busy: undefined } : state;
  return marked((state.phase === 'leader' ? asLeader : asCandidate)(known, observation, moment));
}

/** Notes which request is out. */
function marked({ state, command }: Step): Step {
  if (command === undefined) return { state };
  if (command.kind === 'lose') return { state: { ...state, phase: 'lost' }, command };
  return { state: { ...state, busy: command.kind === 'wait' ? undefined : command.kind }, command };
}
