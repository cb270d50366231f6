import { describe, expect, it } from '@jest/globals';
import { FutureRevisionError } from '../store.ts';
import type { RangeResult, Store } from '../store.ts';
import type { MakeSubject } from './subject.ts';
import { done, withStore } from './subject.ts';

const keysOf = ({ items }: RangeResult): string[] => items.map(({ key }) => key);

async function fill(store: Store, keys: readonly string[]): Promise<number> {
  let revision = 0;
  for (const key of keys) revision = await done(store.create(key, `value of ${key}`));
  return revision;
}

/** Gets and ranges, now and in the past. */
export function readsContract(make: MakeSubject): void {
  describe('reads', () => {
    it(
      'L2 answers a range in byte order of the key, with the revision it saw',
      withStore(make, async ({ store }) => {
        const revision = await fill(store, ['/r/b', '/r/a-b', '/r/a/b', '/r/a', '/r/Z', '/r/a0', '/s']);
        const range = await store.range('/r/');
        expect(keysOf(range)).toEqual(['/r/Z', '/r/a', '/r/a-b', '/r/a/b', '/r/a0', '/r/b']);
        expect({ ...range, items: [] }).toEqual({ items: [], count: 6, more: false, revision });
      }),
    );

    it(
      'K4 keeps ns1 apart from ns10 under a prefix that ends with a slash',
      withStore(make, async ({ store }) => {
        await fill(store, ['/p/ns1/a', '/p/ns10/a', '/p/ns1', '/p/ns1/b', '/p/ns1-x/a', '/p/ns1\u{10ffff}']);
        expect(keysOf(await store.range('/p/ns1/'))).toEqual(['/p/ns1/a', '/p/ns1/b']);
        expect((await store.range('/p/ns1')).count).toBe(6);
        expect((await store.range('/p/ns2/')).items).toEqual([]);
      }),
    );

    it(
      'L6 pages through a range: limit, start key, more and count',
      withStore(make, async ({ store }) => {
        const keys = Array.from({ length: 7 }, (_, i) => `/p/${i}`);
        await fill(store, keys);
        const pages: unknown[] = [];
        let startKey: string | undefined;
        for (let more = true; more;) {
          const page: RangeResult = await store.range('/p/', {
            limit: 3,
            ...(startKey === undefined ? {} : { startKey }),
          });
          pages.push([keysOf(page), page.count, page.more]);
          startKey = `${page.items.at(-1)?.key}\0`;
          more = page.more;
        }
        expect(pages).toEqual([
          [['/p/0', '/p/1', '/p/2'], 7, true],
          [['/p/3', '/p/4', '/p/5'], 4, true],
          [['/p/6'], 1, false],
        ]);
      }),
    );

    it(
      'K2 takes limit 0 and revision 0 for no limit and the latest, and a limit that just fits for no more',
      withStore(make, async ({ store }) => {
        await fill(store, ['/p/a', '/p/b']);
        expect(await store.range('/p/', { limit: 0, revision: 0 })).toEqual(await store.range('/p/'));
        expect(await store.range('/p/', { limit: 2 })).toEqual(await store.range('/p/'));
        expect((await store.get('/p/a', 0)).kv).toEqual((await store.get('/p/a')).kv);
      }),
    );

    it(
      'K2 starts inside the prefix whatever the start key',
      withStore(make, async ({ store }) => {
        await fill(store, ['/a', '/p/a', '/p/b', '/q']);
        expect(keysOf(await store.range('/p/', { startKey: '/a' }))).toEqual(['/p/a', '/p/b']);
        expect(keysOf(await store.range('/p/', { startKey: '/p/b' }))).toEqual(['/p/b']);
        expect(await store.range('/p/', { startKey: '/q' })).toMatchObject({ items: [], count: 0, more: false });
        expect(keysOf(await store.range(''))).toEqual(['/a', '/p/a', '/p/b', '/q']);
      }),
    );

    it(
      'K2 answers keys only and counts only, now and in the past',
      withStore(make, async ({ store }) => {
        const past = await fill(store, ['/p/a', '/p/b', '/p/c']);
        await done(store.delete('/p/c', past));
        for (const options of [{}, { revision: past }]) {
          const full = await store.range('/p/', options);
          const keys = await store.range('/p/', { ...options, keysOnly: true, limit: 2 });
          expect(keys.items).toEqual(full.items.slice(0, 2).map((kv) => ({ ...kv, value: '' })));
          const count = await store.range('/p/', { ...options, countOnly: true, limit: 1 });
          expect(count).toEqual({ items: [], count: full.count, more: false, revision: full.revision });
        }
      }),
    );

    it(
      'L8 reads any past revision as it was, with deleted, changed and returning keys',
      withStore(make, async ({ store }) => {
        const start = await store.currentRevision();
        const seen: RangeResult[] = [await store.range('/p/')];
        const steps = [
          () => store.create('/p/a', 'a1'),
          () => store.create('/p/b', 'b1'),
          () => store.update('/p/a', 'a2', start + 1),
          () => store.delete('/p/b', start + 2),
          () => store.create('/p/c', 'c1'),
          () => store.create('/p/b', 'b2'),
          () => store.delete('/p/a', start + 3),
          () => store.create('/other', 'x'),
        ];
        for (const step of steps) {
          await done(step());
          seen.push(await store.range('/p/'));
        }
        for (const [i, range] of seen.entries()) {
          const revision = start + i;
          expect(await store.range('/p/', { revision })).toEqual(range);
          const page = await store.range('/p/', { revision, limit: 1 });
          expect(page).toEqual({ ...range, items: range.items.slice(0, 1), more: range.count > 1 });
          for (const key of ['/p/a', '/p/b', '/p/c']) {
            expect((await store.get(key, revision)).kv).toEqual(range.items.find((kv) => kv.key === key));
          }
        }
      }),
    );

    it(
      'L6 pages of one revision agree while writes go on',
      withStore(make, async ({ store }) => {
        const keys = Array.from({ length: 10 }, (_, i) => `/p/${i}`);
        const revision = await fill(store, keys);
        const got: string[] = [];
        let startKey = '';
        for (let more = true; more;) {
          const page = await store.range('/p/', { revision, startKey, limit: 2 });
          got.push(...keysOf(page));
          startKey = `${got.at(-1)}\0`;
          more = page.more;
          const victim = (await store.range('/p/', { limit: 1 })).items[0];
          if (victim !== undefined) await done(store.delete(victim.key, victim.modRevision));
          await done(store.create(`/p/x${got.length}`, ''));
        }
        expect(got).toEqual(keys);
      }),
    );

    it(
      'L3 refuses a revision that has not happened',
      withStore(make, async ({ store }) => {
        const revision = await fill(store, ['/p/a']);
        await expect(store.range('/p/', { revision: revision + 1 })).rejects.toThrow(FutureRevisionError);
        await expect(store.get('/p/a', revision + 7)).rejects.toMatchObject({ currentRevision: revision });
      }),
    );
  });
}
