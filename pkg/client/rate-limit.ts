import { sleep } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import { TokenBucket } from '../collections/token-bucket.ts';

export interface RateLimitOptions {
  /** Requests per second in the long run; 20 by default, as kube-controller-manager's. */
  readonly qps?: number;
  /** Requests that may leave at once; 30 by default. */
  readonly burst?: number;
}

const slowestQps = 2;
const windowMs = 10_000;

/**
 * CL7, CL11: a token bucket in front of a server. Three 429s within ten seconds halve the pace; each ten seconds
 * without one give back a tenth of the full pace.
 */
export class RateLimit {
  readonly #clock: Clock;
  readonly #qps: number;
  readonly #bucket: TokenBucket;
  #pace: number;
  #pacedAt: number;
  #throttles: number[] = [];

  constructor(clock: Clock, options: RateLimitOptions = {}) {
    this.#clock = clock;
    this.#qps = options.qps ?? 20;
    this.#pace = this.#qps;
    this.#pacedAt = clock.monotonic();
    this.#bucket = new TokenBucket(this.#qps, options.burst ?? 30, clock.monotonic());
  }

  /** Requests per second now. */
  get pace(): number {
    this.#recover();
    return this.#pace;
  }

  /** Resolves with the ms waited when the next request may leave. */
  async admit(signal?: AbortSignal): Promise<number> {
    this.#recover();
    const waitMs = this.#bucket.reserve(this.#clock.monotonic());
    if (waitMs === 0) return 0;
    try {
      await sleep(this.#clock, waitMs, signal);
    } catch (error) {
      this.#bucket.giveBack();
      throw error;
    }
    return waitMs;
  }

  /** The server answered 429. */
  throttled(): void {
    const now = this.#clock.monotonic();
    this.#throttles = this.#throttles.filter((at) => now - at < windowMs);
    this.#throttles.push(now);
    if (this.#throttles.length < 3) {
      this.#pacedAt = now;
      return;
    }
    this.#throttles = [];
    this.#setPace(Math.max(Math.min(slowestQps, this.#qps), this.#pace / 2), now);
  }

  #recover(): void {
    if (this.#pace === this.#qps) return;
    const now = this.#clock.monotonic();
    const steps = Math.floor((now - this.#pacedAt) / windowMs);
    if (steps > 0) this.#setPace(Math.min(this.#qps, this.#pace + (steps * this.#qps) / 10), now);
  }

  #setPace(pace: number, now: number): void {
    this.#pace = pace;
    this.#pacedAt = now;
    this.#bucket.setRate(pace, now);
  }
}
