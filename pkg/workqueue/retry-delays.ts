import { TokenBucket } from '../collections/token-bucket.ts';

export interface RetryDelayOptions {
  /** Delay of a key's first retry, doubled with each failure; 5 ms by default (WQ9). */
  readonly baseMs?: number;
  /** 1,000 s by default. */
  readonly maxMs?: number;
  /** Retries a second over all keys; 10 by default (WQ10). */
  readonly qps?: number;
  /** 100 by default. */
  readonly burst?: number;
}

/** WQ13: from here on a key counts as stuck and comes back at a steady pace. */
export const stuckAfter = 15;
const stuckMaxMs = 5 * 60_000;

const staleFirstMs = 10;
const staleMaxMs = 1000;

/** WQ9: `base × 2^failures`, capped. */
export function exponentialDelay(baseMs: number, maxMs: number, failures: number): number {
  return Math.min(maxMs, baseMs * 2 ** failures);
}

/** When a key may come back: its own growing delay, or the queue's token bucket, whichever is longer. */
export class RetryDelays {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #bucket: TokenBucket;
  readonly #failures = new Map<string, number>();
  readonly #staleness = new Map<string, number>();

  constructor({ baseMs = 5, maxMs = 1_000_000, qps = 10, burst = 100 }: RetryDelayOptions, now: number) {
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#bucket = new TokenBucket(qps, burst, now);
  }

  /** Counts a failure and says how long to wait, in ms. `random` in [0, 1). */
  afterFailure(key: string, now: number, random: number): number {
    const failures = this.failures(key);
    this.#failures.set(key, failures + 1);
    const tokenMs = this.#bucket.reserve(now);
    return Math.max(this.#ownDelay(failures, random), tokenMs);
  }

  /** WQ11: the cache lags. No failure, no token: a slow API server must not look like failing keys. */
  afterStale(key: string): number {
    const times = this.#staleness.get(key) ?? 0;
    this.#staleness.set(key, times + 1);
    return exponentialDelay(staleFirstMs, staleMaxMs, times);
  }

  /** Failures since the key was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
    this.#staleness.delete(key);
  }

  /** The cache caught up, whatever else went wrong. */
  notStale(key: string): void {
    this.#staleness.delete(key);
  }

  #ownDelay(failures: number, random: number): number {
    if (failures < stuckAfter) return exponentialDelay(this.#baseMs, this.#maxMs, failures);
    return Math.min(this.#maxMs, stuckMaxMs) * (0.8 + 0.4 * random);
  }
}
