/** When to sync: requests coalesce, syncs never overlap and keep their distance, failures are tried again (M1–M4). */
import type { Clock, Timer } from '../../clock/clock.ts';

export interface SyncLoopOptions {
  readonly clock: Clock;
  /** Least time from the start of one sync to the start of the next; a request inside waits for its end (M2). */
  readonly minIntervalMs: number;
  /** After a failure (M3). */
  readonly retryMs: number;
  /** A full sync at least this often. */
  readonly maxIntervalMs: number;
  /**
   * One sync; `full` when the changes alone would not do. Rejects when it failed; a number asks for another one after so
   * many milliseconds.
   */
  readonly sync: (full: boolean) => Promise<number | undefined>;
}

export class SyncLoop {
  readonly #options: SyncLoopOptions;
  #timer: Timer | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #startedAt = Number.NEGATIVE_INFINITY;
  #fullAt = Number.NEGATIVE_INFINITY;
  #needsFull = true;
  #running: Promise<void> | undefined;
  #requested = false;
  #stopped = false;

  constructor(options: SyncLoopOptions) {
    this.#options = options;
  }

  /** Asks for a sync as soon as it may be; a full one when the world may have changed behind the model. */
  request(full = false): void {
    this.#needsFull ||= full;
    this.#requested = true;
    if (this.#running === undefined) this.#schedule(this.#earliest());
  }

  /** Ends after the sync that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #earliest(): number {
    return Math.max(this.#options.clock.monotonic(), this.#startedAt + this.#options.minIntervalMs);
  }

  /** The sooner of what is planned and what is asked for wins (M3). */
  #schedule(at: number): void {
    if (this.#stopped || at >= this.#dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = at;
    this.#timer = this.#options.clock.after(Math.max(0, at - this.#options.clock.monotonic()), () => {
      this.#running = this.#run();
    });
  }

  async #run(): Promise<void> {
    const { clock, retryMs, maxIntervalMs, sync } = this.#options;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#startedAt = clock.monotonic();
    const full = this.#needsFull || this.#startedAt - this.#fullAt >= maxIntervalMs;
    this.#requested = false;
    this.#needsFull = false;
    let again = this.#startedAt + maxIntervalMs;
    try {
      const afterMs = await sync(full);
      if (full) this.#fullAt = this.#startedAt;
      if (afterMs !== undefined) again = clock.monotonic() + afterMs;
    } catch {
      // Whoever syncs reports what went wrong; here it only matters that everything has to be written again.
      this.#needsFull = true;
      again = clock.monotonic() + retryMs;
    }
    this.#running = undefined;
    this.#schedule(again);
    if (this.#requested) this.#schedule(this.#earliest());
  }
}
