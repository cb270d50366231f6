/** SV13: notices a receiver that takes nothing. One timer at most, however many writes. */
import type { Clock, Timer } from '../../clock/index.ts';

export interface StallGuardOptions {
  readonly clock: Clock;
  readonly limitMs: number;
  /** Bytes written but not yet taken. */
  readonly pendingBytes: () => number;
  readonly cut: () => void;
}

export class StallGuard {
  readonly #options: StallGuardOptions;
  #timer: Timer | undefined;
  #lastMs = 0;
  #stopped = false;

  constructor(options: StallGuardOptions) {
    this.#options = options;
  }

  /** To be called after each write. */
  wrote(): void {
    if (this.#timer !== undefined || this.#stopped || this.#options.pendingBytes() === 0) return;
    this.#lastMs = this.#options.clock.monotonic();
    this.#wait(this.#options.limitMs);
  }

  /** Something was taken. A bound function, to be passed as a callback. */
  readonly taken = (): void => {
    this.#lastMs = this.#options.clock.monotonic();
  };

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait(delayMs: number): void {
    this.#timer = this.#options.clock.after(delayMs, () => {
      this.#timer = undefined;
      if (this.#options.pendingBytes() === 0) return;
      const restMs = this.#lastMs + this.#options.limitMs - this.#options.clock.monotonic();
      if (restMs > 0) this.#wait(restMs);
      else this.#options.cut();
    });
  }
}
