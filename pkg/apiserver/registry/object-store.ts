/**
 * Objects in the store: keys, encoding, compare-and-swap. Knows JSON and revisions, nothing of HTTP or of kinds'
 * behaviour. Reads come from the watch caches, which are current after every commit of an embedded store.
 */
import { decodeJson } from '../../api/schema/index.ts';
import type { KubeObject } from '../../api/types.ts';
import { internalError, timeout, tooManyRequests } from '../../api/status.ts';
import { StoreBusyError, StoreUnavailableError, type Store, type WriteResult } from '../../storage/store.ts';
import type { WatchCache } from '../watchcache/cache.ts';
import { Entry, stampRevision } from '../watchcache/entry.ts';
import type { Feed } from '../watchcache/feed.ts';
import { registryPrefix } from '../watchcache/feed.ts';
import type { Resource } from './resource.ts';

export type Stored = { readonly ok: true; readonly entry: Entry } | { readonly ok: false; readonly current?: Entry };

/** `default/web`, or `node-a`. */
export function keyOf(resource: Resource, namespace: string, name: string): string {
  return resource.namespaced ? `${namespace}/${name}` : name;
}

export class ObjectStore {
  readonly #store: Store;
  readonly #feed: Feed;
  readonly #caches: ReadonlyMap<string, WatchCache>;
  /** Leases are shared by keys written close together, as etcd's users do to keep their number small (K22). */
  #lease: { readonly id: number; readonly ttl: number; readonly until: number } | undefined;
  readonly #now: () => number;

  constructor(store: Store, feed: Feed, caches: ReadonlyMap<string, WatchCache>, now: () => number) {
    this.#store = store;
    this.#feed = feed;
    this.#caches = caches;
    this.#now = now;
  }

  cache(resource: Resource): WatchCache {
    const cache = this.#caches.get(prefixOf(resource));
    if (cache === undefined) throw new Error(`no cache for ${resource.resource}.${resource.group}`);
    return cache;
  }

  /** Makes sure that the caches show everything committed before this call (K31). */
  async refresh(): Promise<void> {
    const revision = await this.#ask(() => this.#store.currentRevision());
    if (!(await this.#feed.reachedWithin(revision, freshnessMs))) {
      throw timeout(`the server has not yet seen revision ${revision} of its store`);
    }
  }

  /** Whether what the caches say may be old because others write to the same store. */
  get shared(): boolean {
    return this.#store.shared === true;
  }

  get(resource: Resource, key: string): Entry | undefined {
    return this.cache(resource).get(key);
  }

  /** The JSON that would be stored, in canonical order and without a version of its own. */
  encode(resource: Resource, object: KubeObject): string {
    const { resourceVersion: _, selfLink: __, ...metadata } = object.metadata;
    return this.#encodeAll(resource, { ...object, metadata });
  }

  async create(resource: Resource, key: string, object: KubeObject): Promise<Stored> {
    const json = this.encode(resource, object);
    const lease = resource.ttlSeconds === undefined ? undefined : await this.#leaseFor(resource.ttlSeconds);
    const result = await this.#ask(() =>
      this.#store.create(prefixOf(resource) + key, json, lease === undefined ? {} : { lease }),
    );
    return this.#settle(resource, key, json, result);
  }

  /** C4: bytes that would not change are not written; the entry that stands is the answer. */
  async replace(resource: Resource, entry: Entry, object: KubeObject): Promise<Stored> {
    const json = this.encode(resource, object);
    if (stampRevision(json, entry.revision) === entry.json) return { ok: true, entry };
    const lease = resource.ttlSeconds === undefined ? undefined : await this.#leaseFor(resource.ttlSeconds);
    const result = await this.#ask(() =>
      this.#store.update(prefixOf(resource) + entry.key, json, entry.revision, lease === undefined ? {} : { lease }),
    );
    return this.#settle(resource, entry.key, json, result);
  }

  /** What `replace` would leave, without writing: for dry runs, and for the answer of an update that deletes. */
  preview(resource: Resource, entry: Entry, object: KubeObject): Entry {
    return new Entry(entry.key, entry.revision, stampRevision(this.encodeUnstored(resource, object), entry.revision));
  }

  /** The removed object under the deleting revision. */
  async remove(resource: Resource, entry: Entry): Promise<Stored> {
    const result = await this.#ask(() => this.#store.delete(prefixOf(resource) + entry.key, entry.revision));
    if (!result.ok) return refused(entry.key, result);
    await this.#feed.reachedWithin(result.revision, freshnessMs);
    return { ok: true, entry: entry.at(result.revision) };
  }

  /** The same for an object that is only shown: nobody has taken its selfLink away. */
  encodeUnstored(resource: Resource, object: KubeObject): string {
    const { resourceVersion: _, ...metadata } = object.metadata;
    return this.#encodeAll(resource, { ...object, metadata });
  }

  #encodeAll(resource: Resource, object: KubeObject): string {
    return JSON.stringify(decodeJson(resource.storageSchema, object, { asStored: true }).object);
  }

  /** The cache has made the entry already, unless a later write was quicker. */
  async #settle(resource: Resource, key: string, json: string, result: WriteResult): Promise<Stored> {
    if (!result.ok) return refused(key, result);
    await this.#feed.reachedWithin(result.revision, freshnessMs);
    const cached = this.get(resource, key);
    if (cached?.revision === result.revision) return { ok: true, entry: cached };
    return { ok: true, entry: new Entry(key, result.revision, stampRevision(json, result.revision)) };
  }

  async #leaseFor(ttl: number): Promise<number> {
    const now = this.#now();
    if (this.#lease === undefined || this.#lease.ttl !== ttl || now > this.#lease.until) {
      const slack = Math.min(ttl * 0.05, 60);
      const id = await this.#ask(() => this.#store.grantLease(Math.ceil(ttl + slack)));
      this.#lease = { id, ttl, until: now + slack * 1000 };
    }
    return this.#lease.id;
  }

  /** K13: a store that takes no writes is the server's trouble, not the client's; one that is behind can be asked again. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (error instanceof StoreBusyError) throw tooManyRequests(`the server is too busy: ${error.message}`);
      if (error instanceof StoreUnavailableError) throw internalError(error.message);
      throw error;
    }
  }
}

/** How long an answer waits for the caches of a store that others write to as well. */
const freshnessMs = 3000;

export const prefixOf = (resource: Resource): string => `${registryPrefix}${resource.storagePrefix}/`;

function refused(key: string, result: WriteResult & { ok: false }): Stored {
  if (result.current === undefined) return { ok: false };
  const { value, modRevision } = result.current;
  return { ok: false, current: new Entry(key, modRevision, stampRevision(value, modRevision)) };
}
