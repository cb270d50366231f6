/**
 * The objects of a cluster at one moment, and the way back: what differs is written, created or deleted in the store
 * itself, so that watchers, caches and controllers hear of it as of any other change. Costs what differs, not what is.
 */
import type { ApiServer } from '../apiserver/index.ts';
import { prefixOf } from '../apiserver/registry/object-store.ts';
import { stampRevision, type Entry } from '../apiserver/watchcache/entry.ts';
import type { ReadonlyOrderedMap } from '../collections/ordered-map.ts';
import type { Store } from '../storage/store.ts';

export interface Snapshot {
  /** By prefix of the keys. */
  readonly kinds: ReadonlyMap<string, ReadonlyOrderedMap<Entry>>;
}

export function takeSnapshot({ core }: ApiServer): Snapshot {
  const { registry, objects } = core;
  return {
    kinds: new Map(registry.all().map((resource) => [prefixOf(resource), objects.cache(resource).current()])),
  };
}

/** Resolves when every cache shows what the snapshot shows. */
export async function resetTo(server: ApiServer, store: Store, { kinds }: Snapshot): Promise<void> {
  const now = takeSnapshot(server).kinds;
  const writes: Promise<unknown>[] = [];
  for (const prefix of new Set([...now.keys(), ...kinds.keys()])) {
    const [then, current] = [kinds.get(prefix), now.get(prefix)];
    for (const [key, entry] of current?.iterate() ?? []) {
      const old = then?.get(key);
      if (old === undefined) writes.push(store.delete(prefix + key, entry.revision));
      else if (stampRevision(old.json, entry.revision) !== entry.json)
        writes.push(store.update(prefix + key, old.json, entry.revision));
    }
    for (const [key, entry] of then?.iterate() ?? []) {
      if (current?.get(key) === undefined) writes.push(store.create(prefix + key, entry.json));
    }
  }
  await Promise.all(writes);
  await server.core.feed.reached(await store.currentRevision());
}
