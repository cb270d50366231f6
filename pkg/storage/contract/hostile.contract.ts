import { describe, expect, it } from '@jest/globals';
import { StoreUnavailableError } from '../store.ts';
import type { MakeSubject } from './subject.ts';
import { done, record, withStore } from './subject.ts';

/** In byte order. */
const KEYS = [
  '/h/%',
  "/h/'; DROP TABLE keys; --",
  '/h/*?[a-z]',
  '/h/A',
  '/h/__proto__',
  '/h/a\0b',
  '/h/a\nb',
  '/h/constructor',
  `/h/long${'x'.repeat(5000)}`,
  '/h/toString',
  '/h/valueOf',
  '/h/\u{e9}',
  '/h/\u{4e2d}\u{6587}',
  '/h/\u{1f600}',
];

const VALUES = ['', '\0', '{"__proto__":{"polluted":true}}', '\u{1f600}\u{e9}\u{2028}', 'x'.repeat(1.5 * 1024 * 1024)];

/** Keys and values nobody would choose, and the end of a store. */
export function hostileContract(make: MakeSubject): void {
  describe('hostile input', () => {
    it(
      'SV18 takes any well-formed key for what it is',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        const live = record(store, '/h/', r + 1);
        for (const key of KEYS.toReversed()) await done(store.create(key, `value of ${key}`));
        expect((await store.range('/h/')).items.map(({ key }) => key)).toEqual(KEYS);
        for (const key of KEYS) expect((await store.get(key)).kv).toMatchObject({ key, value: `value of ${key}` });
        expect((await store.range('/h/', { revision: r + 1 })).items.map(({ key }) => key)).toEqual([KEYS.at(-1)]);
        const late = record(store, '/h/', r + 1);
        await Promise.all([live.sink.count(KEYS.length), late.sink.count(KEYS.length)]);
        expect(late.sink.received).toEqual(live.sink.received);
        expect(await store.get('__proto__')).toEqual({ revision: r + KEYS.length });
        expect(await store.range('constructor')).toMatchObject({ items: [], count: 0 });
      }),
    );

    it(
      'K25 gives values back as they came, up to 1.5 MiB',
      withStore(make, async ({ store }) => {
        for (const [i, value] of VALUES.entries()) {
          const revision = await done(store.create(`/h/${i}`, value));
          await done(store.update(`/h/${i}`, 'short', revision));
          const next = await done(store.update(`/h/${i}`, value, revision + 1));
          expect((await store.get(`/h/${i}`)).kv?.value === value).toBe(true);
          expect((await store.get(`/h/${i}`, next - 1)).kv?.value).toBe('short');
          expect((await store.get(`/h/${i}`, next - 2)).kv?.value === value).toBe(true);
        }
      }),
    );

    it(
      'refuses what it could not give back: no key, and lone surrogates',
      withStore(make, async ({ store }) => {
        const revision = await store.currentRevision();
        await expect(store.create('', 'x')).rejects.toThrow(TypeError);
        await expect(store.create('/h/\ud800', 'x')).rejects.toThrow(TypeError);
        await expect(store.create('/h/a', '\udfff')).rejects.toThrow(TypeError);
        await expect(store.delete('', 1)).rejects.toThrow(TypeError);
        expect(await store.currentRevision()).toBe(revision);
      }),
    );
  });

  describe('close', () => {
    it(
      'finishes the writes under way and refuses every later call',
      withStore(make, async ({ store }) => {
        const underWay = Promise.all([store.create('/c/a', ''), store.create('/c/b', ''), store.grantLease(5)]);
        await store.close();
        expect((await underWay).slice(0, 2)).toMatchObject([{ ok: true }, { ok: true }]);
        const calls = [
          () => store.create('/c/c', ''),
          () => store.update('/c/a', '', 2),
          () => store.delete('/c/a', 2),
          () => store.get('/c/a'),
          () => store.range('/c/'),
          () => store.currentRevision(),
          () => store.compact(1),
          () => store.grantLease(1),
          () => store.status(),
        ];
        for (const call of calls) await expect(call()).rejects.toThrow(StoreUnavailableError);
        const watch = (): unknown => record(store, '/c/', 1);
        expect(watch).toThrow(StoreUnavailableError);
      }),
    );

    it(
      'may be called twice, and by the end of a block',
      withStore(make, async ({ store }) => {
        await Promise.all([store.close(), store.close()]);
        await store[Symbol.asyncDispose]();
        await expect(store.currentRevision()).rejects.toThrow(StoreUnavailableError);
      }),
    );
  });
}
