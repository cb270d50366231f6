import type { Clock, Timer } from '../clock/index.ts';
import { Heap } from '../collections/heap.ts';

interface Delayed {
  readonly key: string;
  readonly at: number;
  readonly order: number;
}

/** WQ8: no timer is trusted for longer, so that one that was missed, or is too long for the platform, is repaired. */
const heartbeatMs = 10_000;

/** Keys that become due later: a heap by due time and one timer. By the monotonic clock, so jumps change nothing. */
export class DelayedKeys {
  readonly #clock: Clock;
  readonly #due: (key: string) => void;
  readonly #heap = new Heap<Delayed>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  readonly #waiting = new Map<string, Delayed>();
  #order = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** WQ7: a key that waits already keeps the earlier time. */
  add(key: string, delayMs: number): void {
    const at = this.#clock.monotonic() + delayMs;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined && waiting.at <= at) return;
    const delayed = { key, at, order: this.#order++ };
    this.#waiting.set(key, delayed);
    this.#heap.push(delayed);
    if (this.#first() === delayed) this.#arm();
  }

  /** Time until the next key is due; undefined when none waits. */
  nextInMs(): number | undefined {
    const first = this.#first();
    return first === undefined ? undefined : Math.max(0, first.at - this.#clock.monotonic());
  }

  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.clear();
    this.#heap.clear();
  }

  /** The next that counts; entries that an earlier time replaced are dropped on the way. */
  #first(): Delayed | undefined {
    for (let first = this.#heap.peek(); first !== undefined; first = this.#heap.peek()) {
      if (this.#waiting.get(first.key) === first) return first;
      this.#heap.pop();
    }
    return undefined;
  }

  #arm(): void {
    this.#timer?.cancel();
    const inMs = this.nextInMs();
    this.#timer = inMs === undefined ? undefined : this.#clock.after(Math.min(inMs, heartbeatMs), () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.monotonic();
    for (let first = this.#first(); first !== undefined && first.at <= now; first = this.#first()) {
      this.#heap.pop();
      this.#waiting.delete(first.key);
      this.#due(first.key);
    }
    this.#arm();
  }
}
