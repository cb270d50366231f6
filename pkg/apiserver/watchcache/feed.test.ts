import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { MemoryStore } from '../../storage/memory/index.ts';
import type { ReadonlyOrderedMap } from '../../collections/ordered-map.ts';
import { WatchCache } from './cache.ts';
import type { Change } from './change.ts';
import type { Entry } from './entry.ts';
import { Feed } from './feed.ts';

const clock = new VirtualClock();
const json = (uid: string): string => `{"kind":"K","apiVersion":"v1","metadata":{"name":"n","uid":"${uid}"}}`;
const keysOf = (snapshot: ReadonlyOrderedMap<Entry> | undefined): string[] | undefined =>
  snapshot && Array.from(snapshot.iterate(), ([key]) => key);

async function started(...prefixes: string[]): Promise<{ store: MemoryStore; feed: Feed; caches: WatchCache[] }> {
  const store = new MemoryStore({ clock });
  const feed = new Feed(store, () => undefined);
  const caches = prefixes.map((prefix) => new WatchCache(prefix, clock));
  for (const cache of caches) feed.add(cache);
  await feed.start(new AbortController().signal);
  return { store, feed, caches };
}

describe('the feed of the watch caches', () => {
  it('K3 shows a write in its cache before the write is acknowledged', async () => {
    const { store, caches } = await started('/registry/a/', '/registry/b/');
    const result = await store.create('/registry/a/ns/x', json('1'));
    expect(result.ok).toBe(true);
    expect(caches.map((cache) => keysOf(cache.current()))).toEqual([['ns/x'], []]);
  });

  it('deals keys of two segments to the longer prefix', async () => {
    const { store, caches } = await started(
      '/registry/services/specs/',
      '/registry/services/endpoints/',
      '/registry/pods/',
    );
    await store.create('/registry/services/specs/ns/x', json('1'));
    await store.create('/registry/services/endpoints/ns/x', json('2'));
    await store.create('/registry/pods/ns/x', json('3'));
    expect(caches.map((cache) => cache.size)).toEqual([1, 1, 1]);
  });

  it('loses nothing that is written while a cache is added', async () => {
    const { store, feed } = await started('/registry/a/');
    await store.create('/registry/late.example.com/things/one', json('1'));
    const cache = new WatchCache('/registry/late.example.com/things/', clock);
    const adding = feed.addLive(cache);
    await store.create('/registry/late.example.com/things/two', json('2'));
    await adding;
    await store.create('/registry/late.example.com/things/three', json('3'));
    expect(keysOf(cache.current())).toEqual(['one', 'three', 'two']);
  });

  it('L8, L24 reads an older version as long as nothing after it was forgotten', async () => {
    const { store, caches } = await started('/registry/a/');
    const [cache] = caches;
    const revisions: number[] = [];
    for (const name of ['x', 'y', 'z']) {
      const result = await store.create(`/registry/a/${name}`, json(name));
      if (result.ok) revisions.push(result.revision);
    }
    expect(revisions.map((revision) => keysOf(cache?.at(revision)))).toEqual([['x'], ['x', 'y'], ['x', 'y', 'z']]);
    expect(cache?.changesAfter(revisions[0] ?? 0)?.map(({ entry }: Change) => entry.key)).toEqual(['y', 'z']);
    expect(cache?.at((cache?.floor ?? 0) - 1)).toBeUndefined();
  });
});
