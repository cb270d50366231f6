/**
 * Who holds which number. Normally one owner a number; damaged clusters have several (R2, R7), so owners are kept as a
 * set and a number is free only when the last one has let go. Every operation is O(1) in the number of claims.
 */
import { SparseMap } from '../collections/sparse-map.ts';
import { Quarantine } from './quarantine.ts';

export interface ClaimTableOptions {
  /** How long a released number rests before it is chosen again. Default 0: not at all. */
  readonly quarantineMs?: number;
}

export class ClaimTable {
  readonly #owners = new SparseMap<string | Set<string>>();
  readonly #quarantine: Quarantine;

  constructor(options: ClaimTableOptions = {}) {
    this.#quarantine = new Quarantine(options.quarantineMs ?? 0);
  }

  /** Numbers held by anybody. */
  get size(): number {
    return this.#owners.size;
  }

  /** Records the owner beside any other. True when nobody else holds the number. */
  claim(number: bigint, owner: string): boolean {
    this.#quarantine.delete(number);
    const held = this.#owners.get(number);
    if (held === undefined) this.#owners.set(number, owner);
    else if (held instanceof Set) {
      held.add(owner);
      return held.size === 1;
    } else if (held !== owner) {
      this.#owners.set(number, new Set([held, owner]));
      return false;
    }
    return true;
  }

  /** Removes one owner; others keep the number. Without `now` it does not rest. False when this owner did not hold it. */
  release(number: bigint, owner: string, now?: number): boolean {
    const held = this.#owners.get(number);
    if (held instanceof Set) {
      if (!held.delete(owner)) return false;
      if (held.size > 0) return true;
    } else if (held !== owner) return false;
    this.#owners.delete(number);
    if (now !== undefined) this.#quarantine.add(number, owner, now);
    return true;
  }

  isTaken(number: bigint): boolean {
    return this.#owners.has(number);
  }

  /** Owners in the order in which they came; more than one is damage to be reported. */
  ownersOf(number: bigint): string[] {
    const held = this.#owners.get(number);
    if (held === undefined) return [];
    return held instanceof Set ? [...held] : [held];
  }

  /** Lowest free number from `from` to `to`; `desperate` also takes what rests. */
  nextFree(from: bigint, to: bigint, desperate = false): bigint | undefined {
    return desperate || this.#quarantine.size === 0
      ? this.#owners.nextFree(from, to)
      : this.#quarantine.nextFree(this.#owners, from, to);
  }

  /** What the owner gave back a moment ago and nobody has taken since. */
  lastHeldBy(owner: string): readonly bigint[] {
    return this.#quarantine.lastHeldBy(owner);
  }

  /** How many numbers rest. */
  get resting(): number {
    return this.#quarantine.size;
  }

  /** Call before choosing: ends the rest of numbers whose time has come. */
  expire(now: number): void {
    this.#quarantine.expire(now);
  }

  /** How many numbers from `from` to `to` are held. */
  count(from: bigint, to: bigint): number {
    return this.#owners.count(from, to);
  }

  /** Numbers with more than one owner. O(n); for repair and reports. */
  conflicts(): { number: bigint; owners: string[] }[] {
    return [...this.#owners.entries()].flatMap(([number, held]) =>
      held instanceof Set && held.size > 1 ? [{ number, owners: [...held] }] : [],
    );
  }
}
