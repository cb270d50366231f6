import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { VirtualClock } from '../../clock/index.ts';
import { MemoryStore } from '../../storage/memory/index.ts';
import type { Store } from '../../storage/store.ts';
import { OffsetStore } from '../../storage/offset-store.ts';
import { migrationMarker, storeMarker, withOffset } from '../etcd-options.ts';
import { readBackup, writeBackup } from './backup-file.ts';
import { contentsOf, digestOf } from './contents.ts';
import { fill } from './fill.ts';

const scratch = mkdtempSync(join(tmpdir(), 'fairlead-storage-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const memory = (): MemoryStore => new MemoryStore({ clock: new VirtualClock() });

async function filled(count: number): Promise<MemoryStore> {
  const store = memory();
  for (let i = 0; i < count; i += 1) await store.create(`/registry/pods/ns/${i}`, `{"n":${i},"text":"é\u{1f600}"}`);
  await store.create('/registry/events/ns/e', '{}');
  await store.create('/registry/fairlead.dev/identity', 'not moved');
  return store;
}

const sourceOf = (store: Store, revision: number) => ({
  name: 'there',
  revision,
  open: (after: string) => contentsOf(store, after),
});

/** A target whose process is killed at its nth write. */
function dyingAfter(store: Store, writes: number): Store {
  let left = writes;
  return new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (['create', 'update', 'delete'].includes(String(property)) && (left -= 1) < 0) throw new Error('killed');
        return Reflect.apply(value, target, args);
      };
    },
  });
}

describe('filling a store', () => {
  it('K26 copies everything, and its versions go on behind those of the source', async () => {
    const source = new OffsetStore(await filled(50), 10_000);
    const target = memory();
    const revision = await source.currentRevision();
    const result = await fill(target, sourceOf(source, revision));
    const served = await withOffset(target);
    expect(result.count).toBe(51);
    expect(await digestOf(await contentsOf(served))).toEqual(await digestOf(await contentsOf(source)));
    expect((await target.get('/registry/fairlead.dev/identity')).kv).toBeUndefined();
    expect((await target.get(migrationMarker)).kv).toBeUndefined();
    const { items } = await served.range('/registry/pods/');
    expect(Math.min(...items.map(({ modRevision }) => modRevision))).toBeGreaterThan(revision);
    expect(await served.create('/registry/x', '')).toMatchObject({ ok: true, revision: expect.any(Number) });
  });

  it('takes up what was killed at any write, also when the source has changed since', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }),
        fc.boolean(),
        async (kills, changes) => {
          const source = await filled(30);
          const target = memory();
          for (const [n, writes] of kills.entries()) {
            const attempt = fill(dyingAfter(target, writes), sourceOf(source, await source.currentRevision()));
            await attempt.catch((error: Error) => expect(error.message).toBe('killed'));
            if ((await target.get(storeMarker)).kv !== undefined) return;
            if (!changes) continue;
            const { kv } = await source.get(`/registry/pods/ns/${n}`);
            if (kv !== undefined) await source.delete(kv.key, kv.modRevision);
            await source.create(`/registry/pods/ns/new-${n}`, '{}');
          }
          await fill(target, sourceOf(source, await source.currentRevision()));
          expect(await digestOf(await contentsOf(target))).toEqual(await digestOf(await contentsOf(source)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refuses a target that holds something, and an unfinished copy of something else', async () => {
    const source = await filled(3);
    await expect(fill(await filled(1), sourceOf(source, 9))).rejects.toThrow('the target is not empty');
    const target = memory();
    await expect(fill(dyingAfter(target, 2), sourceOf(source, 9))).rejects.toThrow('killed');
    await expect(fill(target, { ...sourceOf(source, 9), name: 'elsewhere' })).rejects.toThrow(
      'unfinished copy of there',
    );
  });
});

describe('backups', () => {
  it('K1 come back whole', async () => {
    const source = await filled(2100);
    const file = join(scratch, 'whole');
    const sum = await writeBackup(file, await contentsOf(source));
    const target = memory();
    const open = (after: string) => readBackup(file, after);
    expect(await fill(target, { name: file, revision: 2_000_000, open })).toMatchObject(sum);
    expect(await (await withOffset(target)).currentRevision()).toBeGreaterThan(2_000_000);
  });

  it('are refused when they are cut, changed or something else', async () => {
    const file = join(scratch, 'hurt');
    const sum = async (): Promise<unknown> => digestOf(await readBackup(file));
    const save = async (): Promise<Buffer> => {
      await writeBackup(file, await contentsOf(await filled(500)));
      return readFileSync(file);
    };
    const whole = await save();
    truncateSync(file, whole.length - 20);
    await expect(sum()).rejects.toThrow(/cannot be read|is damaged/);
    whole[Math.floor(whole.length / 2)] = (whole[Math.floor(whole.length / 2)] ?? 0) ^ 255;
    writeFileSync(file, whole);
    await expect(sum()).rejects.toThrow(/cannot be read|is damaged/);
    writeFileSync(file, 'text');
    appendFileSync(file, 'more');
    await expect(sum()).rejects.toThrow('cannot be read');
  });
});
