/**
 * Numbers that were given back a moment ago and should rest before they are chosen again: clients, ARP and DNS caches
 * still know their last owner. Off with a rest of 0. Explicit requests are never held up by it, it gives way when nothing
 * else is free, and whoever comes back under the same name gets its number back.
 */
import { SparseMap } from '../collections/sparse-map.ts';

export class Quarantine {
  readonly #restMs: number;
  readonly #resting = new SparseMap<string>();
  readonly #byOwner = new Map<string, Set<bigint>>();
  /** In the order in which they came, which is the order in which they end. */
  readonly #until = new Map<bigint, number>();

  constructor(restMs: number) {
    this.#restMs = restMs;
  }

  /** `now` in milliseconds, never decreasing. */
  add(number: bigint, owner: string, now: number): void {
    if (this.#restMs <= 0) return;
    this.delete(number);
    this.#resting.set(number, owner);
    this.#byOwner.set(owner, (this.#byOwner.get(owner) ?? new Set()).add(number));
    this.#until.set(number, now + this.#restMs);
  }

  /** Taken again before its time. */
  delete(number: bigint): void {
    const owner = this.#resting.get(number);
    if (owner === undefined) return;
    this.#resting.delete(number);
    this.#until.delete(number);
    const numbers = this.#byOwner.get(owner);
    numbers?.delete(number);
    if (numbers?.size === 0) this.#byOwner.delete(owner);
  }

  /** What rests and was last held by this owner, oldest first. */
  lastHeldBy(owner: string): readonly bigint[] {
    return [...(this.#byOwner.get(owner) ?? [])];
  }

  /** Ends the rest of everything due. Amortised O(1) for each number that ever came. */
  expire(now: number): void {
    for (const [number, until] of this.#until) {
      if (until > now) return;
      this.delete(number);
    }
  }

  has(number: bigint): boolean {
    return this.#resting.has(number);
  }

  get size(): number {
    return this.#resting.size;
  }

  /** Lowest number from `from` to `to` that is neither in `taken` nor resting. */
  nextFree(taken: SparseMap<unknown>, from: bigint, to: bigint): bigint | undefined {
    let at: bigint | undefined = from;
    while (at !== undefined && at <= to) {
      const free = taken.nextFree(at, to);
      if (free === undefined || !this.#resting.has(free)) return free;
      at = this.#resting.nextFree(free, to);
    }
    return undefined;
  }
}
