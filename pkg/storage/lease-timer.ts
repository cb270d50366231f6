import type { Clock, Timer } from '../clock/index.ts';

interface Due {
  readonly lease: number;
  /** Monotonic milliseconds. */
  readonly at: number;
}

/** No platform timer holds more than 2³¹ ms; a longer wait is taken in turns. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/**
 * Says which leases have run out. One timer serves all of them: leases mostly have one lifetime, so a new one goes to
 * the end of the line. Waiting follows the monotonic clock, which no wall clock jump disturbs (F19).
 */
export class LeaseTimer {
  readonly #clock: Clock;
  readonly #expire: (leases: readonly number[]) => void;
  /** Ascending by time. */
  #line: Due[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, expire: (leases: readonly number[]) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** Announces a lease that runs out in that many milliseconds. */
  add(lease: number, remainingMs: number): void {
    const due = { lease, at: this.#clock.monotonic() + remainingMs };
    let index = this.#line.length;
    while (index > 0 && (this.#line[index - 1]?.at ?? 0) > due.at) index -= 1;
    this.#line.splice(index, 0, due);
    if (index === 0) this.#arm();
  }

  /** Announces nothing any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#line = [];
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const first = this.#line[0];
    if (first === undefined) return;
    const wait = Math.min(Math.max(0, first.at - this.#clock.monotonic()), LONGEST_WAIT_MS);
    this.#timer = this.#clock.after(wait, () => this.#ring());
  }

  #ring(): void {
    const now = this.#clock.monotonic();
    const next = this.#line.findIndex(({ at }) => at > now);
    const ended = this.#line.splice(0, next === -1 ? this.#line.length : next);
    this.#arm();
    if (ended.length > 0) this.#expire(ended.map(({ lease }) => lease));
  }
}
