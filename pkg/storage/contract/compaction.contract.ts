import { describe, expect, it } from '@jest/globals';
import { CompactedError, FutureRevisionError } from '../store.ts';
import type { MakeSubject } from './subject.ts';
import { done, record, withStore } from './subject.ts';

/** What compaction takes, and what it must not. */
export function compactionContract(make: MakeSubject): void {
  describe('compaction', () => {
    it(
      'L8 takes reads below the floor, keeps the floor itself and everything above',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        await done(store.create('/p/old', '1'));
        await done(store.create('/p/a', '1'));
        await done(store.update('/p/a', '2', r + 2));
        await done(store.delete('/p/old', r + 1));
        await done(store.update('/p/a', '3', r + 3));
        await done(store.create('/p/b', '1'));
        const before = await Promise.all([3, 4, 5, 6].map((i) => store.range('/p/', { revision: r + i })));
        await store.compact(r + 3);
        const after = await Promise.all([3, 4, 5, 6].map((i) => store.range('/p/', { revision: r + i })));
        expect(after).toEqual(before);
        await expect(store.range('/p/', { revision: r + 2 })).rejects.toThrow(CompactedError);
        await expect(store.get('/p/a', r + 1)).rejects.toMatchObject({ compactRevision: r + 3 });
        expect(await store.status()).toMatchObject({ revision: r + 6, compactRevision: r + 3 });
      }),
    );

    it(
      'F48 tells a watch from below the floor, and serves one from the floor with the previous value',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        await done(store.create('/p/a', '1'));
        await done(store.update('/p/a', '2', r + 1));
        await done(store.delete('/p/a', r + 2));
        await done(store.create('/p/b', '1'));
        await store.compact(r + 3);
        const below = record(store, '/p/', r + 2);
        const at = record(store, '/p/', r + 3);
        await Promise.all([below.sink.until(() => below.sink.failure !== undefined), at.sink.count(2)]);
        expect(below.sink.failure).toBeInstanceOf(CompactedError);
        expect(below.sink.received).toEqual([]);
        expect(at.sink.received).toMatchObject([
          { type: 'delete', key: '/p/a', revision: r + 3, previous: { value: '2', modRevision: r + 2 } },
          { type: 'put', kv: { key: '/p/b' } },
        ]);
      }),
    );

    it(
      'keeps what stands, however old, and its create revision',
      withStore(make, async ({ store }) => {
        const created = await done(store.create('/p/a', '1'));
        const changed = await done(store.update('/p/a', '2', created));
        for (let i = 0; i < 30; i += 1) await done(store.create(`/p/x${i}`, ''));
        await store.compact(await store.currentRevision());
        expect((await store.get('/p/a')).kv).toEqual({
          key: '/p/a',
          value: '2',
          createRevision: created,
          modRevision: changed,
        });
        expect((await store.range('/p/')).count).toBe(31);
      }),
    );

    it(
      'goes on with keys whose deletion was compacted away',
      withStore(make, async ({ store }) => {
        const created = await done(store.create('/p/a', '1'));
        await done(store.delete('/p/a', created));
        await done(store.create('/p/b', ''));
        const floor = await store.currentRevision();
        await store.compact(floor);
        const again = await store.create('/p/a', '2');
        expect(again).toEqual({ ok: true, revision: floor + 1 });
        const { sink } = record(store, '/p/', floor + 1);
        await sink.count(1);
        expect(sink.received).toEqual([
          { type: 'put', kv: { key: '/p/a', value: '2', createRevision: floor + 1, modRevision: floor + 1 } },
        ]);
        expect((await store.range('/p/', { revision: floor })).items.map(({ key }) => key)).toEqual(['/p/b']);
      }),
    );

    it(
      'keeps the later life and death of a key whose first death is compacted away',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        await done(store.create('/p/a', '1'));
        await done(store.delete('/p/a', r + 1));
        await done(store.create('/p/other', ''));
        await done(store.create('/p/a', '2'));
        await done(store.delete('/p/a', r + 4));
        await store.compact(r + 3);
        // Whatever compaction does behind the scenes is done by the time of a later write.
        await done(store.create('/p/more', ''));
        expect((await store.get('/p/a', r + 4)).kv).toMatchObject({ value: '2', createRevision: r + 4 });
        expect((await store.range('/p/', { revision: r + 4 })).count).toBe(2);
        expect((await store.range('/p/', { revision: r + 5 })).count).toBe(1);
      }),
    );

    it(
      'never lowers the floor, and refuses to raise it beyond the present',
      withStore(make, async ({ store }) => {
        for (let i = 0; i < 5; i += 1) await done(store.create(`/p/${i}`, ''));
        const revision = await store.currentRevision();
        await store.compact(revision - 1);
        await store.compact(revision - 3);
        await store.compact(revision - 1);
        await expect(store.compact(revision + 1)).rejects.toThrow(FutureRevisionError);
        expect(await store.status()).toMatchObject({ revision, compactRevision: revision - 1 });
      }),
    );

    it(
      'does not disturb a watch that has caught up',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        const { sink } = record(store, '/p/', r + 1);
        for (let i = 1; i <= 20; i += 1) {
          await done(store.create(`/p/${i}`, ''));
          await sink.count(i);
          await store.compact(r + i);
        }
        await done(store.create('/p/last', ''));
        await sink.count(21);
        expect([sink.failure, sink.lines.length]).toEqual([undefined, 21]);
      }),
    );
  });
}
