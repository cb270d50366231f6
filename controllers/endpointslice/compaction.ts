/** U4 over time: which Services are sparse and have been quiet, and how many writes a minute they may have together. */
import { TokenBucket } from '../../pkg/collections/token-bucket.ts';
import { isSparse } from './compact.ts';
import type { SlicePlan } from './plan.ts';

/** A Service that changed a moment ago may change again, and fill its slices by itself. */
export const quietMs = 60_000;

export class Compaction {
  readonly #writesPerMinute: number;
  readonly #budget: TokenBucket;
  readonly #changed = new Map<string, number>();

  /** `writesPerMinute`: 0 for no compaction. */
  constructor(writesPerMinute: number, now: number) {
    this.#writesPerMinute = writesPerMinute;
    this.#budget = new TokenBucket(writesPerMinute / 60, writesPerMinute, now);
  }

  /** What to do about the slices of that Service, which this plan leaves as they are or changes. */
  consider(key: string, plan: SlicePlan, now: number): { readonly writes: number; readonly requeueAfterMs?: number } {
    if (this.#writesPerMinute <= 0) return { writes: 0 };
    if (!hasSparseGroup(plan)) {
      this.#changed.delete(key);
      return { writes: 0 };
    }
    const rests = plan.steps.every(({ kind }) => kind === 'event') && plan.failure === undefined;
    const since = rests ? (this.#changed.get(key) ?? now) : now;
    this.#changed.set(key, since);
    if (now - since < quietMs) return { writes: 0, requeueAfterMs: quietMs - (now - since) };
    return { writes: this.#take(now), requeueAfterMs: quietMs };
  }

  /** Writes that were granted and not needed. */
  spent(granted: number, used: number): void {
    for (let at = used; at < granted; at += 1) this.#budget.giveBack();
  }

  forget(key: string): void {
    this.#changed.delete(key);
  }

  #take(now: number): number {
    let taken = 0;
    while (taken < this.#writesPerMinute && this.#budget.take(now)) taken += 1;
    return taken;
  }
}

function hasSparseGroup({ types, max }: SlicePlan): boolean {
  const groups = types.flatMap(({ figures }) => figures.groups);
  return groups.some(({ endpoints, slices }) => isSparse(endpoints, slices, max));
}
