/**
 * One watch of the whole store, dealt out to the caches by key prefix. One stream keeps the order of revisions across
 * resources, which is what lets a quiet resource's bookmark carry a version of a busy one (L32).
 */
import type { Store, StoreEvent } from '../../storage/store.ts';
import type { WatchCache } from './cache.ts';

export const registryPrefix = '/registry/';

export interface FreshnessWaiter {
  readonly revision: number;
  readonly resolve: () => void;
}

export class Feed {
  readonly #store: Store;
  readonly #caches = new Map<string, WatchCache>();
  #revision = 0;
  #waiters: FreshnessWaiter[] = [];
  readonly #onLost: (error: Error) => void;

  constructor(store: Store, onLost: (error: Error) => void) {
    this.#store = store;
    this.#onLost = onLost;
  }

  /** Everything up to this revision is in the caches. */
  get revision(): number {
    return this.#revision;
  }

  add(cache: WatchCache): void {
    this.#caches.set(cache.prefix, cache);
  }

  remove(cache: WatchCache): void {
    this.#caches.delete(cache.prefix);
    cache.drop();
  }

  /** Loads every cache from one snapshot and follows the store from there. */
  async start(signal: AbortSignal): Promise<void> {
    const { items, revision } = await this.#store.range(registryPrefix);
    const byPrefix = Map.groupBy(items, ({ key }) => this.#cacheOf(key)?.prefix ?? '');
    for (const cache of this.#caches.values()) cache.load(byPrefix.get(cache.prefix) ?? [], revision);
    this.#revision = revision;
    this.#store.watch(
      registryPrefix,
      {
        events: (events) => this.#deliver(events),
        progress: (upTo) => this.#advance(upTo),
        error: (error) => this.#onLost(error),
      },
      { fromRevision: revision + 1, signal },
    );
  }

  /** Adds a cache while the feed runs: for kinds that come at run time. */
  async addLive(cache: WatchCache): Promise<void> {
    this.add(cache);
    const { items, revision } = await this.#store.range(cache.prefix);
    cache.load(items, revision);
  }

  /** Resolves when the caches have reached `revision`; at once with an embedded store. */
  reached(revision: number): Promise<void> {
    if (revision <= this.#revision) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ revision, resolve }));
  }

  #deliver(events: readonly StoreEvent[]): void {
    let last = this.#revision;
    for (const event of events) {
      const key = event.type === 'put' ? event.kv.key : event.key;
      last = event.type === 'put' ? event.kv.modRevision : event.revision;
      this.#cacheOf(key)?.apply(event);
    }
    this.#advance(last);
  }

  #advance(revision: number): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    if (this.#waiters.length === 0) return;
    const ready = this.#waiters.filter((waiter) => waiter.revision <= revision);
    this.#waiters = this.#waiters.filter((waiter) => waiter.revision > revision);
    for (const waiter of ready) waiter.resolve();
  }

  /** Prefixes have one or two segments below the root: `pods/`, `services/specs/`, `example.com/widgets/`. */
  #cacheOf(key: string): WatchCache | undefined {
    const first = key.indexOf('/', registryPrefix.length) + 1;
    const second = key.indexOf('/', first) + 1;
    return (second > 0 ? this.#caches.get(key.slice(0, second)) : undefined) ?? this.#caches.get(key.slice(0, first));
  }
}
