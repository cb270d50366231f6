import { describe, expect, it } from '@jest/globals';
import type { ContractOptions, MakeSubject } from './subject.ts';
import { done, withStore } from './subject.ts';

const KEY = '/registry/services/specs/default/web';

/** Conditional writes and the revision counter. */
export function writesContract(make: MakeSubject, { embedded }: ContractOptions): void {
  describe('writes', () => {
    it(
      'K1 starts at a revision that is not 0, the word for "any"',
      withStore(make, async ({ store }) => {
        expect(await store.currentRevision()).toBeGreaterThanOrEqual(1);
        expect(await store.get(KEY)).toEqual({ revision: await store.currentRevision() });
      }),
    );

    it(
      'K1 gives every committed write the next revision and a refused one none',
      withStore(make, async ({ store }) => {
        const first = (await store.currentRevision()) + 1;
        expect(await done(store.create(KEY, '1'))).toBe(first);
        expect((await store.create(KEY, '2')).ok).toBe(false);
        expect((await store.update(KEY, '2', first - 1)).ok).toBe(false);
        expect((await store.delete(KEY, first - 1)).ok).toBe(false);
        expect(await done(store.update(KEY, '2', first))).toBe(first + 1);
        expect(await done(store.delete(KEY, first + 1))).toBe(first + 2);
        expect(await store.currentRevision()).toBe(first + 2);
      }),
    );

    it(
      'K2 creates only what is absent and shows what stands there',
      withStore(make, async ({ store }) => {
        const revision = await done(store.create(KEY, 'old'));
        const current = { key: KEY, value: 'old', createRevision: revision, modRevision: revision };
        expect(await store.create(KEY, 'new')).toEqual({ ok: false, current });
        expect(await store.get(KEY)).toEqual({ kv: current, revision });
      }),
    );

    it(
      'K2 updates what is as expected, keeps the create revision and returns what it replaced',
      withStore(make, async ({ store }) => {
        const created = await done(store.create(KEY, '1'));
        const first = { key: KEY, value: '1', createRevision: created, modRevision: created };
        const revision = created + 1;
        expect(await store.update(KEY, '2', created)).toEqual({ ok: true, revision, previous: first });
        const second = { key: KEY, value: '2', createRevision: created, modRevision: revision };
        expect(await store.get(KEY)).toEqual({ kv: second, revision });
        expect(await store.update(KEY, '3', created)).toEqual({ ok: false, current: second });
      }),
    );

    it(
      'K2 deletes what is as expected and returns what it took',
      withStore(make, async ({ store }) => {
        const created = await done(store.create(KEY, '1'));
        const current = { key: KEY, value: '1', createRevision: created, modRevision: created };
        expect(await store.delete(KEY, created + 1)).toEqual({ ok: false, current });
        expect(await store.delete(KEY, created)).toEqual({ ok: true, revision: created + 1, previous: current });
        expect(await store.get(KEY)).toEqual({ revision: created + 1 });
      }),
    );

    it(
      'K2 refuses to update or delete what is absent, whatever was expected',
      withStore(make, async ({ store }) => {
        const created = await done(store.create(KEY, '1'));
        await done(store.delete(KEY, created));
        for (const expected of [0, created, created + 1]) {
          expect(await store.update(KEY, '2', expected)).toEqual({ ok: false });
          expect(await store.delete(KEY, expected)).toEqual({ ok: false });
        }
      }),
    );

    it(
      'K2 gives a key that comes back a create revision of its own and no previous value',
      withStore(make, async ({ store }) => {
        const first = await done(store.create(KEY, '1'));
        await done(store.delete(KEY, first));
        const revision = first + 2;
        expect(await store.create(KEY, '2')).toEqual({ ok: true, revision });
        expect((await store.get(KEY)).kv).toEqual({
          key: KEY,
          value: '2',
          createRevision: revision,
          modRevision: revision,
        });
      }),
    );

    it(
      'K2 lets one of many racing creates, updates and deletes through, and tells the others what won',
      withStore(make, async ({ store }) => {
        const writers = Array.from({ length: 20 }, (_, i) => String(i));
        const creates = await Promise.all(writers.map((value) => store.create(KEY, value)));
        const created = creates.flatMap((result) => (result.ok ? [result.revision] : []));
        expect(created).toHaveLength(1);
        const standing = (await store.get(KEY)).kv;
        expect(creates.filter((result) => !result.ok)).toEqual(
          Array.from({ length: 19 }, () => ({ ok: false, current: standing })),
        );
        const updates = await Promise.all(writers.map((value) => store.update(KEY, value, created[0] ?? 0)));
        expect(updates.filter((result) => result.ok)).toHaveLength(1);
        const { revision } = await store.get(KEY);
        const deletes = await Promise.all(writers.map(() => store.delete(KEY, revision)));
        expect(deletes.filter((result) => result.ok)).toHaveLength(1);
        expect(await store.currentRevision()).toBe(revision + 1);
      }),
    );

    it(
      'K2 counts right when 16 writers add to one number by compare and put',
      withStore(make, async ({ store }) => {
        await done(store.create(KEY, '0'));
        const add = async (): Promise<void> => {
          for (;;) {
            const { kv } = await store.get(KEY);
            if (kv === undefined) throw new Error('the number is gone');
            const result = await store.update(KEY, String(Number(kv.value) + 1), kv.modRevision);
            if (result.ok) return;
          }
        };
        await Promise.all(Array.from({ length: 16 }, () => add()));
        expect((await store.get(KEY)).kv?.value).toBe('16');
      }),
    );

    it(
      'C7 shows an acknowledged write to the next read',
      withStore(make, async ({ store }) => {
        for (let i = 0; i < 20; i += 1) {
          const revision = await done(store.create(`/registry/pods/a/${i}`, String(i)));
          expect((await store.get(`/registry/pods/a/${i}`)).kv?.modRevision).toBe(revision);
          expect((await store.range('/registry/pods/')).count).toBe(i + 1);
          expect(await store.currentRevision()).toBe(revision);
        }
      }),
    );

    if (embedded) {
      it(
        'DS3 lets writes of one batch see each other, in the order of the calls',
        withStore(make, async ({ store }) => {
          const r = await store.currentRevision();
          const results = await Promise.all([
            store.create(KEY, '1'),
            store.create(KEY, 'late'),
            store.update(KEY, '2', r + 1),
            store.delete(KEY, r + 1),
            store.delete(KEY, r + 2),
            store.create(KEY, '3'),
          ]);
          expect(results.map((result) => (result.ok ? result.revision : 'refused'))).toEqual([
            r + 1,
            'refused',
            r + 2,
            'refused',
            r + 3,
            r + 4,
          ]);
          expect((await store.get(KEY)).kv?.value).toBe('3');
        }),
      );
    }
  });
}
