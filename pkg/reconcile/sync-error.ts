import { decideRetry } from '../workqueue/index.ts';
import type { RetryDecision } from '../workqueue/index.ts';

/** A sync did what it could and left something undone. */
export class SyncError extends Error {
  /** What the server or the transport said; empty when nothing was refused. */
  readonly errors: readonly unknown[];

  constructor(message: string, errors: readonly unknown[]) {
    super(message, errors.length === 0 ? {} : { cause: errors[0] });
    this.name = 'SyncError';
    this.errors = errors;
  }
}

/** From the one that wants most patience to the one that wants least. */
const patience: readonly RetryDecision['kind'][] = ['after', 'backoff', 'stale', 'forget'];

/** The one error policy of the controllers (C5): what is inside a SyncError decides, the gravest first. */
export function decideSyncRetry(error: unknown): RetryDecision {
  if (!(error instanceof SyncError)) return decideRetry(error);
  if (error.errors.length === 0) return { kind: 'backoff', because: 'left undone' };
  const decisions = error.errors.map(decideRetry);
  const [first] = decisions.toSorted((a, b) => patience.indexOf(a.kind) - patience.indexOf(b.kind));
  return first ?? { kind: 'backoff', because: 'error' };
}
