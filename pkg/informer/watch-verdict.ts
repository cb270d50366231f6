/**
 * What to do after a watch is over: the table of IN9 to IN17 as a function.
 */
import { StatusError } from '../api/status.ts';
import type { Status } from '../api/status.ts';
import { isTransportError, retryAfterMs } from '../client/index.ts';

export type WatchEnd =
  /** The server, or a guard of ours, ended the stream between two frames. */
  | { readonly kind: 'ended'; readonly lastedMs: number; readonly progressed: boolean }
  /** It never opened. */
  | { readonly kind: 'notOpened'; readonly error: unknown }
  /** An ERROR event came. `streakMs`: since the first of the internal errors that came in a row; absent for the first. */
  | { readonly kind: 'errorEvent'; readonly status: Status; readonly streakMs: number | undefined }
  /** The stream broke, or said something that cannot be understood. */
  | { readonly kind: 'broken'; readonly error: unknown; readonly lastedMs: number; readonly progressed: boolean };

export type Verdict =
  /** Open again from the resume version; nothing was missed. */
  | { readonly next: 'reopen' }
  | { readonly next: 'reopenLater'; readonly atLeastMs: number; readonly because: string }
  /** List anew, after the backoff. */
  | { readonly next: 'endRound'; readonly because: string };

/** IN15: how long internal errors in a watch may be answered by opening it again. */
const internalErrorWindowMs = 10_000;
const veryShortMs = 1000;

export function judgeWatchEnd(end: WatchEnd): Verdict {
  switch (end.kind) {
    case 'ended':
      return judgeEnded(end.lastedMs, end.progressed);
    case 'notOpened':
      return judgeNotOpened(end.error);
    case 'errorEvent':
      return judgeErrorEvent(end);
    case 'broken':
      return judgeBroken(end);
    default:
      return end satisfies never;
  }
}

function judgeEnded(lastedMs: number, progressed: boolean): Verdict {
  // IN12: also a stream whose events brought nothing new would make a hot loop.
  if (lastedMs < veryShortMs && !progressed) return { next: 'endRound', because: 'very short watch' };
  return { next: 'reopen' };
}

function judgeNotOpened(error: unknown): Verdict {
  if (isTransportError(error, 'refused')) return { next: 'reopenLater', atLeastMs: 0, because: 'connection refused' };
  if (error instanceof StatusError && error.code === 429) {
    return { next: 'reopenLater', atLeastMs: retryAfterMs(error) ?? 0, because: 'too many requests' };
  }
  return { next: 'endRound', because: reasonOf(error) };
}

function judgeErrorEvent({ status, streakMs }: WatchEnd & { readonly kind: 'errorEvent' }): Verdict {
  const error = new StatusError(status);
  if (isExpired(error)) return { next: 'endRound', because: 'expired' };
  if (status.code === 429) {
    return { next: 'reopenLater', atLeastMs: retryAfterMs(error) ?? 0, because: 'too many requests' };
  }
  if (status.code === 500) {
    // At once for the first; a server that only ever errs is given time, and then up.
    if (streakMs === undefined) return { next: 'reopen' };
    if (streakMs < internalErrorWindowMs) return { next: 'reopenLater', atLeastMs: 0, because: 'internal error' };
  }
  return { next: 'endRound', because: reasonOf(error) };
}

/**
 * A lost connection, even one lost inside a frame, leaves nothing out: the resume version is that of the last whole
 * frame. What was whole and could not be understood is another matter: going on from there would skip it (IN16).
 */
function judgeBroken({ error, lastedMs, progressed }: WatchEnd & { readonly kind: 'broken' }): Verdict {
  if (!isTransportError(error, 'lost', 'timeout')) return { next: 'endRound', because: reasonOf(error) };
  if (isTransportError(error) && error.name === 'CutFrameError' && !progressed) {
    return { next: 'endRound', because: 'cut frame' };
  }
  return judgeEnded(lastedMs, progressed);
}

/** IN8: the version asked for is no longer kept. */
export function isExpired(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false;
  return error.reason === 'Expired' || error.reason === 'Gone' || error.code === 410;
}

/** IN8: the version asked for lies ahead of the server. */
export function isTooLargeVersion(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false;
  const { details, message = '' } = error.status;
  const causes = details?.causes ?? [];
  if (causes.some(({ reason }) => reason === 'ResourceVersionTooLarge')) return true;
  const texts = [message, ...causes.map((cause) => cause.message ?? '')];
  return error.reason === 'Timeout' && texts.some((text) => text.includes('Too large resource version'));
}

/** A low-cardinality word for logs and the relist metric. */
export function reasonOf(error: unknown): string {
  if (error instanceof StatusError) return error.reason || String(error.code);
  if (isTransportError(error)) return error.fault;
  return 'error';
}
