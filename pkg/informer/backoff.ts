/** IN2, and the numbers of client-go's reflector. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly factor: number;
  readonly capMs: number;
  /** Each delay is multiplied by 1 + jitter × random. */
  readonly jitter: number;
  /** Without a call for this long the next delay is the first again. */
  readonly resetMs: number;
}

const reflectorBackoff: BackoffOptions = { firstMs: 800, factor: 2, capMs: 30_000, jitter: 1, resetMs: 120_000 };

/** Growing delays between attempts. Told the time and the chance, so that it has none of its own. */
export class Backoff {
  readonly #options: BackoffOptions;
  #steps = 0;
  #lastCall = Number.NEGATIVE_INFINITY;

  constructor(options: BackoffOptions = reflectorBackoff) {
    this.#options = options;
  }

  /** The next delay in ms; `random` in [0, 1). */
  next(nowMs: number, random: number): number {
    const { firstMs, factor, capMs, jitter, resetMs } = this.#options;
    if (nowMs - this.#lastCall > resetMs) this.#steps = 0;
    this.#lastCall = nowMs;
    const plain = Math.min(capMs, firstMs * factor ** this.#steps);
    this.#steps += 1;
    return plain * (1 + jitter * random);
  }
}
