import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { VirtualClock } from '../../clock/index.ts';
import { done, record } from '../contract/subject.ts';
import { TemporaryDirectory } from '../contract/temporary-directory.ts';
import { CompactedError } from '../store.ts';
import type { SqliteStoreOptions } from './open.ts';
import { openSqliteStore } from './open.ts';
import { DATABASE_FILE } from './schema.ts';
import type { SqliteStore } from './store.ts';

/** Opens one directory again and again, each time on a clock that shows that hour. */
class Home implements Disposable {
  readonly #scratch = new TemporaryDirectory();
  readonly directory = join(this.#scratch.path, 'store');

  open(options: Partial<SqliteStoreOptions> = {}): Promise<SqliteStore> {
    return openSqliteStore({ directory: this.directory, clock: new VirtualClock(), ...options });
  }

  /** Counts rows of a closed store. */
  count(table: string): number {
    const db = new DatabaseSync(join(this.directory, DATABASE_FILE), { readOnly: true });
    const row = db.prepare(`SELECT count(*) AS count FROM ${table}`).get();
    db.close();
    return Number(row?.['count']);
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }
}

/** Settles when the sweep of the last compaction, which runs in idle commits, cannot have anything left. */
async function swept(store: SqliteStore): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await store.compact(0);
}

describe('a SQLite store that is opened again', () => {
  it('K1 goes on counting, even when all that it wrote is deleted and compacted', async () => {
    using home = new Home();
    let last = 0;
    {
      await using store = await home.open();
      last = await done(store.delete('/a', await done(store.create('/a', '1'))));
      await store.compact(last);
      await swept(store);
    }
    {
      await using store = await home.open();
      expect(await store.status()).toMatchObject({ revision: last, compactRevision: last });
      expect(await done(store.create('/a', '2'))).toBe(last + 1);
    }
  });

  it('K1 skips revisions after a restore, and lets nobody read or watch across the gap', async () => {
    using home = new Home();
    {
      await using store = await home.open();
      await done(store.create('/a', '1'));
    }
    {
      await using store = await home.open({ skipRevisions: 1_000_000 });
      expect(await store.status()).toMatchObject({ revision: 1_000_002, compactRevision: 1_000_002 });
      await expect(store.get('/a', 2)).rejects.toThrow(CompactedError);
      expect((await store.get('/a')).kv).toEqual({ key: '/a', value: '1', createRevision: 2, modRevision: 2 });
      expect(await done(store.update('/a', '2', 2))).toBe(1_000_003);
      await swept(store);
    }
    await using store = await home.open();
    const { sink } = record(store, '', 1_000_003);
    await sink.count(1);
    expect(sink.lines).toEqual(['put /a 1000003']);
  });

  it('K11 keeps the deadlines of leases over the time it was down', async () => {
    using home = new Home();
    const noon = Date.UTC(2026, 0, 1, 12);
    const second = 1000;
    {
      await using store = await home.open({ clock: new VirtualClock(noon) });
      for (const ttl of [10, 100]) {
        const lease = await store.grantLease(ttl);
        await done(store.create(`/e/${ttl}`, '', { lease }));
      }
    }
    const clock = new VirtualClock(noon + 50 * second);
    await using store = await home.open({ clock });
    const { sink } = record(store, '/e/', 4);
    await clock.advance(0);
    await sink.count(1);
    expect(sink.lines).toEqual(['delete /e/10 4']);
    await clock.advance(49 * second);
    expect((await store.range('/e/')).count).toBe(1);
    await clock.advance(2 * second);
    await sink.count(2);
    expect((await store.range('/e/')).count).toBe(0);
  });

  it('F19 lets no lease live longer than granted after the wall clock was set back', async () => {
    using home = new Home();
    const noon = Date.UTC(2026, 0, 1, 12);
    {
      await using store = await home.open({ clock: new VirtualClock(noon) });
      await done(store.create('/e/a', '', { lease: await store.grantLease(10) }));
    }
    const clock = new VirtualClock(noon - 3_600_000);
    await using store = await home.open({ clock });
    const { sink } = record(store, '/e/', 3);
    await clock.advance(10_000);
    await sink.count(1);
    expect(sink.lines).toEqual(['delete /e/a 3']);
  });
});

describe('compaction of a SQLite store', () => {
  it('DS7 leaves one row for each key that stands and none for the others', async () => {
    using home = new Home();
    {
      await using store = await home.open();
      for (let round = 0; round < 4; round += 1) {
        const { items } = await store.range('');
        await Promise.all(items.map(({ key, modRevision }) => store.delete(key, modRevision)));
        await Promise.all(Array.from({ length: 200 }, (_, i) => store.create(`/p/${round}/${i}`, 'x')));
      }
      await store.compact(await store.currentRevision());
      await swept(store);
      expect((await store.range('')).count).toBe(200);
    }
    expect([home.count('revisions'), home.count('keys')]).toEqual([200, 200]);
  });

  it('DS7 goes on after a restart where it stopped', async () => {
    using home = new Home();
    {
      await using store = await home.open();
      for (let i = 0; i < 3000; i += 500) {
        await Promise.all(Array.from({ length: 500 }, (_, n) => store.create(`/p/${i + n}`, '')));
      }
      const { items } = await store.range('');
      await Promise.all(items.map(({ key, modRevision }) => store.delete(key, modRevision)));
      await store.compact(await store.currentRevision());
    }
    expect(home.count('revisions')).toBeGreaterThan(1000);
    {
      await using store = await home.open();
      await swept(store);
    }
    // The last deletion is the event at the floor: it and what it deleted can still be watched.
    expect([home.count('revisions'), home.count('keys')]).toEqual([2, 1]);
  });

  it('DS7 keeps the file from growing while keys are rewritten for ever', async () => {
    using home = new Home();
    await using store = await home.open();
    const value = 'x'.repeat(2000);
    const rewrite = async (): Promise<number> => {
      for (let round = 0; round < 10; round += 1) {
        const { items } = await store.range('');
        await Promise.all(items.map(({ key, modRevision }) => store.update(key, value, modRevision)));
        await store.compact(await store.currentRevision());
      }
      await swept(store);
      return (await store.status()).sizeBytes;
    };
    await Promise.all(Array.from({ length: 100 }, (_, i) => store.create(`/p/${i}`, value)));
    await rewrite();
    const early = await rewrite();
    for (let i = 0; i < 5; i += 1) await rewrite();
    const late = await rewrite();
    expect(late).toBeLessThan(early * 2);
  });
});
