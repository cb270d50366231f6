import { Lru } from '../../../collections/lru.ts';
import type { Clock } from '../../../clock/index.ts';
import type { RRset } from '../../wire/index.ts';
import type { OutsideAnswer, OutsideQuestion } from '../outside.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import { keepingOf } from './cacheable.ts';

interface Entry {
  readonly answer: OutsideAnswer;
  readonly storedMs: number;
  readonly expiresMs: number;
}

export interface CacheOptions {
  readonly capSeconds: number;
  /** Of each kind. */
  readonly entries: number;
}

/** Answers from upstream, kept for a while (S49). Answers of the zones never come here: the index is always fresh. */
export class ForwardCache {
  readonly #options: CacheOptions;
  readonly #clock: Clock;
  readonly #metrics: CacheMetrics;
  readonly #stores: { readonly [kind in 'success' | 'denial']: Lru<string, Entry> };

  constructor(options: CacheOptions, clock: Clock, metrics: CacheMetrics) {
    this.#options = options;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#stores = { success: new Lru(options.entries), denial: new Lru(options.entries) };
    metrics.entries('success', () => this.#stores.success.size);
    metrics.entries('denial', () => this.#stores.denial.size);
  }

  /** A kept answer with its TTLs aged, if there is one. */
  get(question: OutsideQuestion): OutsideAnswer | undefined {
    const key = keyOf(question);
    const now = this.#clock.monotonic();
    for (const kind of ['success', 'denial'] as const) {
      const entry = this.#stores[kind].get(key);
      if (entry === undefined) continue;
      if (entry.expiresMs > now) {
        this.#metrics.hit(kind);
        return aged(entry, Math.floor((now - entry.storedMs) / 1000));
      }
      this.#stores[kind].delete(key);
    }
    this.#metrics.miss();
    return undefined;
  }

  /** Keeps an answer that may be kept. */
  put(question: OutsideQuestion, answer: OutsideAnswer): void {
    const keeping = keepingOf(question, answer, this.#options.capSeconds);
    if (keeping === undefined) return;
    const storedMs = this.#clock.monotonic();
    const key = keyOf(question);
    const store = this.#stores[keeping.kind];
    if (store.size === this.#options.entries && store.get(key) === undefined) this.#metrics.evicted(keeping.kind);
    store.set(key, { answer, storedMs, expiresMs: storedMs + keeping.seconds * 1000 });
    this.#stores[keeping.kind === 'success' ? 'denial' : 'success'].delete(key);
  }
}

/** The name is in wire form, hence unambiguous; DO and CD change what upstream says (S20). */
function keyOf({ name, type, dnssecOk, checkingDisabled }: OutsideQuestion): string {
  return `${type}/${dnssecOk ? 'd' : ''}${checkingDisabled ? 'c' : ''}/${name}`;
}

function aged({ answer }: Entry, seconds: number): OutsideAnswer {
  const age = (set: RRset): RRset => ({ ...set, ttl: Math.max(0, set.ttl - seconds) });
  const { answer: records, authority, additional } = answer.sections;
  const sections = { answer: records.map(age), authority: authority.map(age), additional: additional.map(age) };
  return { ...answer, sections, authoritative: false, component: 'cache' };
}
