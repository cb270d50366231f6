/** S25, SV13: how many watches may be open, in total and for one user, and what they may hold in memory together. */
import { tooManyRequests } from '../../api/status.ts';

export interface WatchLimits {
  readonly total: number;
  readonly perUser: number;
}

export const defaultWatchLimits: WatchLimits = { total: 20_000, perUser: 5_000 };

export class WatchLimit {
  readonly #limits: WatchLimits;
  readonly #byUser = new Map<string, number>();
  #total = 0;

  constructor(limits: WatchLimits) {
    this.#limits = limits;
  }

  get open(): number {
    return this.#total;
  }

  /** Takes a place and returns how to give it back, once. */
  enter(user: string): () => void {
    const own = this.#byUser.get(user) ?? 0;
    if (this.#total >= this.#limits.total || own >= this.#limits.perUser) {
      throw tooManyRequests('too many watches are open, please try again later');
    }
    this.#total += 1;
    this.#byUser.set(user, own + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#total -= 1;
      const rest = (this.#byUser.get(user) ?? 1) - 1;
      if (rest === 0) this.#byUser.delete(user);
      else this.#byUser.set(user, rest);
    };
  }
}
