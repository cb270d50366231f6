import type { KubeObject } from '../api/types.ts';
import type { ResourceType } from '../api/resources.ts';
import type { Client } from '../client/index.ts';
import { Condition, sleep, systemClock } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import { silentLogger } from '../logging/logger.ts';
import type { Logger } from '../logging/logger.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import { deepFreeze } from './freeze.ts';
import type { Handler, Registration } from './handler.ts';
import type { Indexers } from './indexes.ts';
import { Listener } from './listener.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorSink, Scope } from './reflector.ts';
import { ReflectorMetrics } from './reflector-metrics.ts';
import { isAtLeast } from './resource-version.ts';
import { Store } from './store.ts';
import type { Change, Reader } from './store.ts';

export interface InformerSettings {
  readonly client: Client;
  /** The machine's by default. */
  readonly clock?: Clock;
  /** In [0, 1); Math.random by default. */
  readonly random?: () => number;
  readonly log?: Logger;
  readonly metrics?: MetricRegistry;
  /** Begin with a streaming list where the server has it (IN18). True by default. */
  readonly streamingLists?: boolean;
  /** 500 by default (IN6). */
  readonly pageSize?: number;
  /** Freeze cached objects, for tests and `--cache-mutation-detector` (IN28). False by default. */
  readonly freeze?: boolean;
  /** Tell every handler everything again after a time between this and twice this; 0, the default, never (IN36). */
  readonly resyncMs?: number;
}

export interface InformerOptions<T> extends Scope {
  /** Drops what nobody reads, before anything is cached (IN40). Idempotent; may change and return its argument. */
  readonly transform?: (object: T) => T;
  readonly indexers?: Indexers<T>;
}

/** Changes told before other work gets a turn (IN43). */
const stretch = 500;

/** A cache of one collection that keeps itself up to date and tells handlers what changed. */
export class Informer<T extends KubeObject> implements ReflectorSink<T> {
  readonly type: ResourceType;
  /** What part of the collection this is. */
  readonly scope: Scope;
  readonly #transform: InformerOptions<T>['transform'];
  readonly #settings: InformerSettings;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #log: Logger;
  readonly #metrics: ReflectorMetrics;
  readonly #listeners = new Set<Listener<T>>();
  readonly #moved = new Condition();
  #indexers: Indexers<T>;
  #store: Store<T>;
  #running: Promise<void> | undefined;
  /** A fill has arrived and has not been told to everybody yet. */
  #filling = false;

  constructor(type: ResourceType, options: InformerOptions<T>, settings: InformerSettings) {
    this.type = type;
    const { transform, indexers = {}, ...scope } = options;
    this.scope = scope;
    this.#transform = transform;
    this.#settings = settings;
    this.#clock = settings.clock ?? systemClock;
    this.#random = settings.random ?? Math.random;
    this.#log = (settings.log ?? silentLogger).child({ resource: type.resource });
    this.#metrics = new ReflectorMetrics(settings.metrics, type.resource);
    this.#indexers = indexers;
    this.#store = new Store(this.#indexers);
    this.#metrics.storeVersion(() => this.#store.lastVersion);
    this.#metrics.queued(() => [...this.#listeners].reduce((sum, listener) => sum + listener.queued, 0));
  }

  get store(): Reader<T> {
    return this.#store;
  }

  /** Everything received has been told to every handler. */
  get idle(): boolean {
    return !this.#filling && [...this.#listeners].every((listener) => listener.idle);
  }

  get hasStarted(): boolean {
    return this.#running !== undefined;
  }

  /** Only before start (IN39); a name that is taken must mean the same function. */
  addIndexers(indexers: Indexers<T>): void {
    const added = Object.keys(indexers).filter((name) => this.#indexers[name] !== indexers[name]);
    if (added.length === 0) return;
    const taken = added.find((name) => Object.hasOwn(this.#indexers, name));
    if (taken !== undefined) throw new Error(`${this.type.resource}: index ${taken} exists with another meaning`);
    if (this.hasStarted) throw new Error(`${this.type.resource}: indexes can be added only before the informer starts`);
    this.#indexers = { ...this.#indexers, ...indexers };
    this.#store = new Store(this.#indexers);
  }

  /** IN33: hears of the present content first, then of every change, without gap or repetition. */
  addHandler(handler: Handler<T>): Registration {
    const listener = new Listener<T>(handler, {
      clock: this.#clock,
      log: this.#log,
      onError: () => this.#metrics.handlerError(),
      onRemove: () => this.#listeners.delete(listener),
    });
    this.#listeners.add(listener);
    if (this.#store.hasSynced) {
      const changes = this.#store.keys().map((key): Change<T> => {
        const current = this.#store.get(key);
        return current === undefined ? { key } : { key, current };
      });
      listener.notify(changes, true);
      listener.markFilled();
    }
    return listener;
  }

  /** Keeps up with the server until the signal aborts, then resolves. Calling it again gives the same run. */
  run(signal: AbortSignal): Promise<void> {
    this.#running ??= this.#run(signal);
    return this.#running;
  }

  /** The store is filled and every handler added so far has heard of all of it (IN32). */
  async waitForSync(signal?: AbortSignal): Promise<void> {
    await this.#moved.until(() => this.#store.hasSynced, signal);
    await Promise.all([...this.#listeners].map((listener) => listener.synced(signal)));
  }

  /** Resolves once nothing up to that version is missing from the store. */
  waitUntilAtLeast(version: string, signal?: AbortSignal): Promise<void> {
    return this.#moved.until(() => this.#store.hasSynced && isAtLeast(this.#store.lastVersion, version), signal);
  }

  /** IN36: every handler hears of every object once more, as an update from itself. */
  resync(): void {
    const changes = this.#store.keys().flatMap((key): Change<T>[] => {
      const object = this.#store.get(key);
      return object === undefined ? [] : [{ key, old: object, current: object }];
    });
    for (const listener of this.#listeners) listener.notify(changes, false);
  }

  async replace(items: readonly T[], version: string): Promise<void> {
    this.#filling = true;
    const isFirst = !this.#store.hasSynced;
    const changes = await this.#store.replace(items, version);
    // Who registers from here on hears of the new content as such (IN33).
    const listeners = [...this.#listeners];
    this.#moved.changed();
    for (let at = 0; at < changes.length; at += stretch) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      for (const listener of listeners) listener.notify(changes.slice(at, at + stretch), isFirst);
    }
    for (const listener of listeners) listener.markFilled();
    this.#filling = false;
  }

  apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): 'applied' | 'stale' {
    const changes = type === 'DELETED' ? this.#store.remove(object) : this.#store.put(object);
    if (changes === 'stale') return 'stale';
    if (changes.length > 0) for (const listener of this.#listeners) listener.notify(changes, false);
    return 'applied';
  }

  advance(version: string): void {
    this.#store.advance(version);
    this.#moved.changed();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { client, streamingLists = true, pageSize = 500, resyncMs = 0, freeze = false } = this.#settings;
    const transform = this.#transform;
    const reflector = new Reflector<T>({
      client,
      type: this.type,
      scope: this.scope,
      sink: this,
      transform: freeze ? (object) => deepFreeze(transform === undefined ? object : transform(object)) : transform,
      clock: this.#clock,
      random: this.#random,
      log: this.#log,
      metrics: this.#metrics,
      streamingLists,
      pageSize,
    });
    await Promise.all([reflector.run(signal), resyncMs > 0 ? this.#resyncForEver(resyncMs, signal) : undefined]);
  }

  async #resyncForEver(periodMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#clock, periodMs * (1 + this.#random()), signal).catch(() => {});
      if (!signal.aborted) this.resync();
    }
  }
}
