/**
 * One watch of the whole store, dealt out to the caches by key prefix. One stream keeps the order of revisions across
 * resources, which is what lets a quiet resource's bookmark carry a version of a busy one (L32).
 */
import { systemClock, type Clock } from '../../clock/index.ts';
import type { Store, StoreEvent } from '../../storage/store.ts';
import type { WatchCache } from './cache.ts';

export const registryPrefix = '/registry/';

const reloadPauseMs = 1000;

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
  readonly #clock: Clock;

  constructor(store: Store, onLost: (error: Error) => void, clock: Clock = systemClock) {
    this.#store = store;
    this.#onLost = onLost;
    this.#clock = clock;
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
    this.#follow(revision, signal);
  }

  #follow(revision: number, signal: AbortSignal): void {
    const sink = {
      events: (events: readonly StoreEvent[]) => this.#deliver(events),
      progress: (upTo: number) => this.#advance(upTo),
      error: (error: Error) => {
        this.#onLost(error);
        // An embedded store ends its watches only when it closes.
        if (this.#store.shared === true) this.#reload(signal);
      },
    };
    this.#store.watch(registryPrefix, sink, { fromRevision: revision + 1, signal });
  }

  /** K24, F49: part of the story is lost. Client watches end; the caches become what the store holds, and go on. */
  #reload(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#readAgain(signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#onLost(error instanceof Error ? error : new Error(String(error)));
      this.#clock.after(reloadPauseMs, () => this.#reload(signal));
    });
  }

  async #readAgain(signal: AbortSignal): Promise<void> {
    const { items, revision } = await this.#store.range(registryPrefix);
    if (signal.aborted) return;
    const byPrefix = Map.groupBy(items, ({ key }) => this.#cacheOf(key)?.prefix ?? '');
    for (const cache of this.#caches.values()) cache.reload(byPrefix.get(cache.prefix) ?? [], revision);
    // It may have gone back, when etcd was restored from a backup.
    this.#revision = 0;
    this.#advance(revision);
    this.#follow(revision, signal);
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

  /** The same with a limit; false when it was not enough. */
  async reachedWithin(revision: number, milliseconds: number): Promise<boolean> {
    if (revision <= this.#revision) return true;
    const late = Promise.withResolvers<false>();
    const timer = this.#clock.after(milliseconds, () => late.resolve(false));
    const reached = this.reached(revision).then(() => true);
    const outcome = await Promise.race([reached, late.promise]);
    timer.cancel();
    return outcome;
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
