import { describe, expect, it } from '@jest/globals';
import { done, record } from '../contract/subject.ts';
import { LeaseNotFoundError, StoreBusyError, StoreUnavailableError } from '../store.ts';
import { StoreCorruptedError } from './errors.ts';
import { DISK_FULL, FaultyStore, FSYNC_FAILED } from './faulty-database.contract.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a full disk', () => {
  it('F43 refuses the whole batch, shows none of it, and goes on reading', async () => {
    await using faulty = await FaultyStore.make();
    const { store, db } = faulty;
    const revision = await done(store.create('/a', '1'));
    const { sink } = record(store, '', revision + 1);
    db.exec('PRAGMA max_page_count = 1');
    const big = 'x'.repeat(100_000);
    const results = await Promise.allSettled([
      store.create('/b', '1'),
      store.create('/c', big),
      store.create('/a', ''),
    ]);
    for (const result of results) expect(result).toMatchObject({ reason: expect.any(StoreUnavailableError) });
    expect((await store.range('')).items.map(({ key }) => key)).toEqual(['/a']);
    expect(await store.status()).toMatchObject({ revision, problem: expect.stringMatching(/no space left/) });
    expect(faulty.troubles).toMatchObject([{ fatal: false }]);
    expect(sink.received).toEqual([]);
  });

  it('F43 takes writes again as soon as there is space, with the revisions nobody has seen', async () => {
    await using faulty = await FaultyStore.make();
    const { store, db } = faulty;
    const revision = await done(store.create('/a', '1'));
    db.exec('PRAGMA max_page_count = 1');
    await expect(store.create('/b', 'x'.repeat(100_000))).rejects.toThrow(StoreUnavailableError);
    db.exec('PRAGMA max_page_count = 100000');
    expect(await done(store.create('/b', '2'))).toBe(revision + 1);
    expect(await store.status()).not.toHaveProperty('problem');
    expect(faulty.troubles).toMatchObject([{ fatal: false }, undefined]);
  });

  it('F43 finds out by itself that there is space, second by second', async () => {
    await using faulty = await FaultyStore.make();
    const { store, clock } = faulty;
    faulty.break('COMMIT', DISK_FULL);
    await expect(store.create('/a', '1')).rejects.toThrow(StoreUnavailableError);
    await clock.advance(3000);
    await turn();
    expect(await store.status()).toHaveProperty('problem');
    faulty.mend();
    const told = faulty.told();
    await clock.advance(1000);
    await told;
    expect(await store.status()).not.toHaveProperty('problem');
  });

  it('K13 is not taken for mended because of a write that was refused for another reason', async () => {
    await using faulty = await FaultyStore.make();
    const { store, db } = faulty;
    await done(store.create('/a', '1'));
    db.exec('PRAGMA max_page_count = 1');
    await expect(store.create('/b', 'x'.repeat(100_000))).rejects.toThrow(StoreUnavailableError);
    expect((await store.create('/a', '2')).ok).toBe(false);
    expect(await store.status()).toHaveProperty('problem');
  });

  it('K2 lets leases end late rather than never', async () => {
    await using faulty = await FaultyStore.make();
    const { store, clock } = faulty;
    await done(store.create('/e/a', '', { lease: await store.grantLease(10) }));
    const { sink } = record(store, '/e/', 3);
    faulty.break('COMMIT', DISK_FULL);
    const told = faulty.told();
    await clock.advance(10_000);
    await told;
    expect((await store.range('/e/')).count).toBe(1);
    faulty.mend();
    await turn();
    await clock.advance(1000);
    await sink.count(1);
    expect(sink.lines).toEqual(['delete /e/a 3']);
  });
});

describe('a failed fsync', () => {
  it('F44 ends writing for good: it is not tried again, whatever the disk says later', async () => {
    await using faulty = await FaultyStore.make();
    const { store } = faulty;
    const revision = await done(store.create('/a', '1'));
    faulty.break('COMMIT', FSYNC_FAILED);
    const together = await Promise.allSettled([store.create('/b', ''), store.grantLease(5)]);
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    faulty.mend();
    let statements = 0;
    faulty.onStatement = () => void (statements += 1);
    await expect(store.create('/c', '')).rejects.toThrow(StoreUnavailableError);
    await expect(store.compact(revision)).rejects.toThrow(/restart to check/);
    await faulty.clock.advance(60_000);
    await turn();
    expect(statements).toBe(0);
    expect(await store.range('')).toMatchObject({ count: 1, revision });
    expect(await store.status()).toMatchObject({ problem: expect.stringMatching(/stopped writing/) });
    expect(faulty.troubles).toMatchObject([{ fatal: true }]);
  });

  it('F44 refuses writes that were waiting behind the failed batch', async () => {
    await using faulty = await FaultyStore.make();
    faulty.break('COMMIT', FSYNC_FAILED);
    const writes = Array.from({ length: 600 }, (_, i) => faulty.store.create(`/p/${i}`, ''));
    const results = await Promise.allSettled(writes);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('F44 ends writing when the log cannot be synced, and never shows what was in it', async () => {
    await using faulty = await FaultyStore.make();
    const { store } = faulty;
    const revision = await done(store.create('/a', '1'));
    const { sink } = record(store, '', revision + 1);
    faulty.onSync = () => Promise.resolve(Object.assign(new Error('injected'), { code: 'EIO' }));
    await expect(store.update('/a', '2', revision)).rejects.toThrow(/stopped writing/);
    expect((await store.get('/a')).kv).toMatchObject({ value: '1' });
    expect((await store.range('')).items).toMatchObject([{ key: '/a', value: '1' }]);
    await expect(store.create('/b', '')).rejects.toThrow(/restart to check/);
    expect(sink.received).toEqual([]);
    expect(faulty.troubles).toMatchObject([{ fatal: true }]);
  });

  it('F44 counts at a checkpoint too, where a full disk only waits', async () => {
    await using faulty = await FaultyStore.make();
    const { store } = faulty;
    const fillLog = async (): Promise<void> => {
      const value = 'x'.repeat(1024 * 1024);
      const { kv } = await store.get('/a');
      let revision = kv?.modRevision ?? (await done(store.create('/a', '')));
      for (let i = 0; i < 5; i += 1) revision = await done(store.update('/a', `${i}${value}`, revision));
      await turn();
    };
    await fillLog();
    expect(faulty.checkpoints).toBeGreaterThan(0);
    faulty.break('PRAGMA wal_checkpoint', DISK_FULL);
    await fillLog();
    expect(await store.status()).not.toHaveProperty('problem');
    faulty.break('PRAGMA wal_checkpoint', FSYNC_FAILED);
    await expect(fillLog()).rejects.toThrow(StoreUnavailableError);
    expect(await store.status()).toHaveProperty('problem');
    await expect(store.create('/b', '')).rejects.toThrow(StoreUnavailableError);
  });
});

describe('a row that rots while the store is open', () => {
  it('F42 is reported to its reader and ends writing', async () => {
    await using faulty = await FaultyStore.make();
    const { store, db } = faulty;
    const revision = await done(store.create('/a', 'right'));
    await done(store.create('/b', 'right'));
    db.exec("UPDATE revisions SET value = 'wrong' WHERE key = '/a'");
    await expect(store.get('/a')).rejects.toThrow(StoreCorruptedError);
    await expect(store.range('')).rejects.toThrow(StoreCorruptedError);
    expect((await store.get('/b')).kv?.value).toBe('right');
    await expect(store.update('/a', 'new', revision)).rejects.toThrow(StoreUnavailableError);
    expect(faulty.troubles).toMatchObject([{ fatal: true }]);
  });
});

describe('group commit', () => {
  it('DS3 makes one commit of the writes of one turn, at most 512, and reports each', async () => {
    await using faulty = await FaultyStore.make();
    const { store, clock } = faulty;
    await Promise.all(Array.from({ length: 1300 }, (_, i) => store.create(`/p/${i}`, '')));
    expect(faulty.commits.map(({ writes }) => writes)).toEqual([512, 512, 276]);
    expect(faulty.commits.every(({ seconds }) => seconds === 0)).toBe(true);
    expect(clock.monotonic()).toBe(0);
  });

  it('DS3 answers a bad request alone', async () => {
    await using faulty = await FaultyStore.make();
    const { store } = faulty;
    const results = await Promise.allSettled([
      store.create('/a', ''),
      store.create('/b', '', { lease: 77 }),
      store.compact(1_000_000),
      store.create('/c', ''),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(LeaseNotFoundError) });
    expect((await store.range('')).count).toBe(2);
    expect(faulty.troubles).toEqual([]);
  });

  it('P10 refuses writes beyond a bound instead of remembering them all', async () => {
    await using faulty = await FaultyStore.make();
    const { store } = faulty;
    const writes = Array.from({ length: 16_384 }, (_, i) => store.delete(`/p/${i}`, 1));
    await expect(store.create('/a', '')).rejects.toThrow(StoreBusyError);
    await Promise.all(writes);
    expect((await store.create('/a', '')).ok).toBe(true);
  });
});

describe('a commit on its way to disk', () => {
  it('K10 is not seen by anybody before it is there; later writes share the next one', async () => {
    await using faulty = await FaultyStore.make();
    const { store } = faulty;
    const revision = await done(store.create('/a', '1'));
    const { sink } = record(store, '', revision + 1);
    const { promise: disk, resolve: arrive } = Promise.withResolvers<null>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    faulty.onSync = () => {
      ask();
      return disk;
    };
    const first = store.update('/a', '2', revision);
    await asked;
    const later = [store.create('/b', ''), store.create('/c', '')];
    await turn();
    expect(await store.get('/a')).toMatchObject({ kv: { value: '1' }, revision });
    expect(await store.range('')).toMatchObject({ items: [{ value: '1' }], count: 1, revision });
    expect(sink.received).toEqual([]);
    faulty.commits.length = 0;
    arrive(null);
    await Promise.all([first, ...later]);
    expect(faulty.commits.map(({ writes }) => writes)).toEqual([1, 2]);
    expect(sink.lines).toHaveLength(3);
  });

  it('DS3 is finished by closing the store', async () => {
    await using faulty = await FaultyStore.make();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    faulty.onSync = () => {
      ask();
      return new Promise(() => undefined);
    };
    const first = faulty.store.create('/a', '');
    await asked;
    const second = faulty.store.create('/b', '');
    await faulty.store.close();
    expect([(await first).ok, (await second).ok]).toEqual([true, true]);
  });
});
