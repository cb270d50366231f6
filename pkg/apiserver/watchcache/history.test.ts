import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import type { StoreEvent } from '../../storage/store.ts';
import { WatchCache } from './cache.ts';
import { HistoryBudget } from './history-budget.ts';

const KiB = 1024;

/** A cache that is told of one write after another, each under the next revision. */
class Written {
  readonly clock = new VirtualClock();
  readonly budget: HistoryBudget;
  readonly cache: WatchCache;
  revision = 1;

  constructor(limitBytes?: number, budget = new HistoryBudget(limitBytes), prefix = '/registry/a/') {
    this.budget = budget;
    this.cache = new WatchCache(prefix, this.clock, budget);
    this.cache.load([], 1);
  }

  put(name: string, text = ''): number {
    this.revision += 1;
    const value = JSON.stringify({ metadata: { name, uid: name }, data: { text } });
    this.cache.apply({ type: 'put', kv: this.#kv(name, value) });
    return this.revision;
  }

  delete(name: string): number {
    this.revision += 1;
    const previous = this.#kv(name, '');
    const event: StoreEvent = { type: 'delete', key: previous.key, revision: this.revision, previous };
    this.cache.apply(event);
    return this.revision;
  }

  #kv(name: string, value: string) {
    return { key: this.cache.prefix + name, value, createRevision: 1, modRevision: this.revision };
  }

  /** `name@revision` of all objects as they were. */
  at(revision: number): string[] | undefined {
    const objects = this.cache.at(revision);
    return objects && Array.from(objects.iterate(), ([key, entry]) => `${key}@${entry.revision}`);
  }
}

describe('the history of a watch cache', () => {
  it('L8, L24 shows every state that it remembers, across segments', () => {
    const written = new Written();
    const states = new Map<number, string[] | undefined>([[1, []]]);
    for (let n = 0; n < 600; n += 1) {
      if (n % 7 === 6) written.delete(`o${(n - 1) % 10}`);
      else written.put(`o${n % 10}`);
      states.set(written.revision, written.at(written.revision));
    }
    for (const [revision, state] of states) expect(written.at(revision)).toEqual(state);
    expect(written.cache.changesAfter(0)).toBeUndefined();
    for (const after of [2, 63, 64, 65, 66, 300, 600, 601]) {
      expect(written.cache.changesAfter(after)?.map(({ revision }) => revision)).toEqual(
        Array.from({ length: 601 - after }, (_, index) => after + 1 + index),
      );
    }
  });

  it('L24 forgets what is older than 75 s, but keeps 100 events', async () => {
    const written = new Written();
    for (let n = 0; n < 1000; n += 1) written.put('x');
    await written.clock.advance(76_000);
    const before = written.revision;
    written.put('x');
    expect(written.cache.floor).toBeGreaterThan(before - 200);
    expect(written.cache.floor).toBeLessThanOrEqual(before - 99);
    expect(written.at(written.cache.floor - 1)).toBeUndefined();
    expect(written.cache.changesAfter(written.cache.floor)?.length).toBeGreaterThanOrEqual(100);
  });

  it('costs next to nothing for objects that only came and stand', () => {
    const written = new Written();
    for (let n = 0; n < 100; n += 1) written.put(`o${n}`, 'x'.repeat(10 * KiB));
    expect(written.budget.usedBytes).toBeLessThan(100 * KiB);
    for (let n = 0; n < 100; n += 1) written.put(`o${n}`, '');
    expect(written.budget.usedBytes).toBeGreaterThan(1000 * KiB);
  });

  it('counts two bytes a character for text beyond Latin-1', () => {
    const used = (text: string): number => {
      const written = new Written();
      written.put('x', text);
      written.put('x', '');
      return written.budget.usedBytes;
    };
    expect(used('字'.repeat(1000)) - used('x'.repeat(1000))).toBeGreaterThanOrEqual(1000);
  });

  it('P10 stays within its budget whatever is written, and goes on serving the present', () => {
    const limit = 1024 * KiB;
    const written = new Written(limit);
    for (let n = 0; n < 300; n += 1) {
      written.put('x', 'x'.repeat(60 * KiB));
      expect(written.budget.usedBytes).toBeLessThanOrEqual(limit + 70 * KiB);
    }
    expect(written.at(written.revision)).toEqual([`x@${written.revision}`]);
    expect(written.at(2)).toBeUndefined();
  });

  it('lets the largest history give way, not the one that is written to', () => {
    const busy = new Written(1024 * KiB);
    const quiet = new Written(undefined, busy.budget, '/registry/b/');
    quiet.put('q');
    for (let n = 0; n < 100; n += 1) busy.put('x', 'x'.repeat(60 * KiB));
    for (let n = 0; n < 10; n += 1) quiet.put('q');
    expect(quiet.cache.floor).toBe(1);
    expect(busy.cache.floor).toBeGreaterThan(1);
  });

  it('gives its share back when its cache goes', () => {
    const written = new Written();
    written.put('x', 'x'.repeat(KiB));
    written.put('x');
    written.cache.drop();
    expect(written.budget.usedBytes).toBe(0);
  });
});
