/**
 * What a container is doing at a moment, from the moment its Pod was accepted: no memory is needed, so a restarted
 * kubelet tells the same story. A run follows another after a pause that doubles from 10 seconds to five minutes.
 */
export interface Course {
  /** When the first run begins. */
  readonly startAt: number;
  /** Length of each run; undefined: without end. */
  readonly exitMs: number | undefined;
  readonly exitCode: number;
  readonly restarts: boolean;
  readonly readyAfterMs: number;
  readonly neverReady: boolean;
  readonly flapMs: number | undefined;
}

export type Moment = { readonly nextAt: number | undefined; readonly restartCount: number } & (
  | { readonly kind: 'creating' }
  | { readonly kind: 'running'; readonly since: number; readonly ready: boolean; readonly lastExitAt?: number }
  /** Between two runs. */
  | { readonly kind: 'backingOff'; readonly delayMs: number; readonly startedAt: number; readonly exitedAt: number }
  | { readonly kind: 'ended'; readonly startedAt: number; readonly exitedAt: number }
);

const firstPauseMs = 10_000;
const longestPauseMs = 300_000;

export function momentOf(course: Course, now: number): Moment {
  const { startAt, exitMs, restarts } = course;
  if (now < startAt) return { kind: 'creating', nextAt: startAt, restartCount: 0 };
  if (exitMs === undefined) return running(course, { since: startAt, until: undefined, restartCount: 0, now });
  if (!restarts) {
    const until = startAt + exitMs;
    if (now < until) return running(course, { since: startAt, until, restartCount: 0, now });
    return { kind: 'ended', startedAt: startAt, exitedAt: until, nextAt: undefined, restartCount: 0 };
  }
  return restarting(course, exitMs, now);
}

function restarting(course: Course, exitMs: number, now: number): Moment {
  let since = course.startAt;
  let pauseMs = firstPauseMs;
  let restartCount = 0;
  let lastExitAt: number | undefined;
  // Once the pause no longer grows, whole rounds are skipped at once.
  const roundMs = exitMs + longestPauseMs;
  for (;;) {
    if (pauseMs === longestPauseMs && now - since >= roundMs) {
      const rounds = Math.floor((now - since) / roundMs);
      since += rounds * roundMs;
      restartCount += rounds;
      lastExitAt = since - longestPauseMs;
    }
    const until = since + exitMs;
    if (now < until) {
      const run = running(course, { since, until, restartCount, now });
      return lastExitAt === undefined ? run : { ...run, lastExitAt };
    }
    const nextAt = until + pauseMs;
    if (now < nextAt) {
      return { kind: 'backingOff', delayMs: pauseMs, startedAt: since, exitedAt: until, nextAt, restartCount };
    }
    lastExitAt = until;
    since = nextAt;
    restartCount += 1;
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

interface Run {
  readonly since: number;
  readonly until: number | undefined;
  readonly restartCount: number;
  readonly now: number;
}

function running(course: Course, { since, until, restartCount, now }: Run): Moment & { kind: 'running' } {
  const { ready, turnsAt } = readiness(course, since, now);
  const nextAt = turnsAt === undefined ? until : until === undefined ? turnsAt : Math.min(turnsAt, until);
  return { kind: 'running', since, ready, nextAt, restartCount };
}

function readiness(course: Course, since: number, now: number): { ready: boolean; turnsAt: number | undefined } {
  const { neverReady, readyAfterMs, flapMs } = course;
  if (neverReady) return { ready: false, turnsAt: undefined };
  const readyAt = since + readyAfterMs;
  if (now < readyAt) return { ready: false, turnsAt: readyAt };
  if (flapMs === undefined) return { ready: true, turnsAt: undefined };
  const turns = Math.floor((now - readyAt) / flapMs);
  return { ready: turns % 2 === 0, turnsAt: readyAt + (turns + 1) * flapMs };
}
