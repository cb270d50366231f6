/** What becomes of a key whose work failed: WQ14 as a function. */
import { StatusError } from '../api/status.ts';
import { isTransportError, retryAfterMs } from '../client/index.ts';
import { StaleError, TerminalError } from './errors.ts';

export type RetryDecision =
  /** Only a new event brings it back. */
  | { readonly kind: 'forget'; readonly because: string }
  /** A failure: own delay and token (WQ9, WQ10), but not sooner than that. */
  | { readonly kind: 'backoff'; readonly because: string; readonly atLeastMs?: number }
  /** Soon, and not counted (WQ11). */
  | { readonly kind: 'stale'; readonly because: string }
  /** At that time, and not counted. */
  | { readonly kind: 'after'; readonly because: string; readonly ms: number };

const quotaMs = 30_000;
const invalidMs = 10 * 60_000;
const throttledMs = 1000;

/** The decision for an error that nobody who knows better has handled. */
export function decideRetry(error: unknown): RetryDecision {
  if (error instanceof TerminalError) return { kind: 'forget', because: 'terminal' };
  if (error instanceof StaleError) return { kind: 'stale', because: 'stale cache' };
  if (error instanceof StatusError) return decideStatus(error);
  // The write may have happened; the cache will show it, and a blind repetition would double it.
  if (isTransportError(error, 'lost', 'timeout')) return { kind: 'stale', because: 'unknown outcome' };
  return { kind: 'backoff', because: isTransportError(error) ? error.fault : 'error' };
}

function decideStatus(error: StatusError): RetryDecision {
  switch (error.code) {
    case 403:
      return decideForbidden(error);
    case 409:
      return { kind: 'stale', because: error.reason === 'AlreadyExists' ? 'already exists' : 'conflict' };
    case 422:
      return { kind: 'after', because: 'invalid', ms: invalidMs };
    case 429:
      return { kind: 'after', because: 'throttled', ms: retryAfterMs(error) ?? throttledMs };
    default: {
      const atLeastMs = retryAfterMs(error);
      const because = error.reason === '' ? String(error.code) : error.reason;
      return { kind: 'backoff', because, ...(atLeastMs === undefined ? {} : { atLeastMs }) };
    }
  }
}

function decideForbidden(error: StatusError): RetryDecision {
  const causes = error.status.details?.causes ?? [];
  if (causes.some(({ reason }) => reason === 'NamespaceTerminating')) {
    return { kind: 'forget', because: 'namespace terminating' };
  }
  if (error.message.includes('exceeded quota')) return { kind: 'backoff', because: 'quota', atLeastMs: quotaMs };
  return { kind: 'backoff', because: 'forbidden' };
}
