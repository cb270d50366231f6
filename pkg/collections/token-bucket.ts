/**
 * A token bucket that is told the time. It starts full. `reserve` may run into debt, so that each caller learns how
 * long to wait and callers leave in order; `take` never does.
 */
export class TokenBucket {
  readonly burst: number;
  #perMs: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
    this.#at = nowMs;
  }

  /** Takes a token, from the future if need be, and returns the wait until it exists, in ms. */
  reserve(nowMs: number): number {
    this.#refill(nowMs);
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : -this.#tokens / this.#perMs;
  }

  /** Takes a token if there is one now. */
  take(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Gives a reserved token back, for a caller that will not use it. */
  giveBack(): void {
    this.#tokens = Math.min(this.burst, this.#tokens + 1);
  }

  /** Changes the rate from now on; tokens on hand and debts stay. */
  setRate(perSecond: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#perMs = perSecond / 1000;
  }

  #refill(nowMs: number): void {
    if (nowMs <= this.#at) return;
    this.#tokens = Math.min(this.burst, this.#tokens + (nowMs - this.#at) * this.#perMs);
    this.#at = nowMs;
  }
}
