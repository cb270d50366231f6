import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { done, Recorder } from '../contract/subject.ts';
import { storeContract } from '../store.contract.ts';
import { StoreUnavailableError } from '../store.ts';
import { openEtcdStore } from './index.ts';
import { findEtcd, makeEtcdSubject, startEtcd, type LocalEtcd } from './local-etcd.contract.ts';

const found = findEtcd();
if ('missing' in found) process.stderr.write(`Skipped the tests of the etcd driver: ${found.missing}\n`);

let etcd: LocalEtcd | undefined;
const endpoint = (): string => etcd?.endpoint ?? '';

('missing' in found ? describe.skip : describe)('against a real etcd', () => {
  beforeAll(async () => {
    etcd = await startEtcd('path' in found ? found.path : '');
  });
  afterAll(() => etcd?.stop());

  storeContract('etcd', () => makeEtcdSubject(endpoint()), { embedded: false });

  it('K3 shows one server what another has written, at the same revisions', async () => {
    const open = () => openEtcdStore({ endpoints: [endpoint()], prefix: '/shared' });
    await using one = await open();
    await using two = await open();
    const first = await done(one.create('/a', '1'));
    expect(await two.currentRevision()).toBeGreaterThanOrEqual(first);
    expect((await two.get('/a')).kv).toMatchObject({ value: '1', modRevision: first });
    expect((await two.update('/a', '2', first)).ok).toBe(true);
    expect(await one.update('/a', '3', first)).toMatchObject({ ok: false, current: { value: '2' } });
  });

  it('K23 tells a watch how far it has come when others write elsewhere', async () => {
    await using ours = await openEtcdStore({ endpoints: [endpoint()], prefix: '/quiet' });
    await using others = await openEtcdStore({ endpoints: [endpoint()], prefix: '/busy' });
    const sink = new Recorder();
    const from = await ours.currentRevision();
    ours.watch('/', sink, { fromRevision: from + 1, signal: new AbortController().signal });
    const elsewhere = await done(others.create('/x', ''));
    expect(await ours.currentRevision()).toBe(elsewhere);
    await sink.until(() => sink.progressed >= elsewhere);
    expect(sink.received).toEqual([]);
  });

  it('K21 lets one of two servers compact in each turn', async () => {
    await using one = await openEtcdStore({ endpoints: [endpoint()], prefix: '/turns' });
    await using two = await openEtcdStore({ endpoints: [endpoint()], prefix: '/turns' });
    const revision = await one.currentRevision();
    const begin = [
      await one.takeCompactionTurn(undefined, revision),
      await two.takeCompactionTurn(undefined, revision),
    ];
    expect(begin.map(({ won }) => won)).toEqual([true, false]);
    const next = await Promise.all([
      one.takeCompactionTurn(begin[0], revision),
      two.takeCompactionTurn(begin[1], revision),
    ]);
    expect(next.filter(({ won }) => won)).toHaveLength(1);
    expect(next[0]?.round).toBe(next[1]?.round);
  });

  it('tries the next member when one is not there, and says so when none is', async () => {
    const dead = 'http://127.0.0.1:9';
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await using store = await openEtcdStore({ endpoints: [dead, endpoint()], prefix: '/members' });
      expect(await store.currentRevision()).toBeGreaterThan(0);
    }
    await expect(openEtcdStore({ endpoints: [dead], prefix: '/members', timeoutMs: 1 })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  it('F49 ends its watches when another cluster answers in the place of the old one', async () => {
    if (!('path' in found)) return;
    const old = await startEtcd(found.path);
    const store = await openEtcdStore({ endpoints: [old.endpoint], prefix: '/moved' });
    const sink = new Recorder();
    for (let i = 0; i < 5; i += 1) await done(store.create(`/${i}`, ''));
    store.watch('/', sink, { fromRevision: 1, signal: new AbortController().signal });
    await sink.count(5);
    await old.stop();
    const other = await startEtcd(found.path, { at: old.endpoint });
    try {
      await sink.until(() => sink.failure !== undefined);
      expect(sink.failure).toBeInstanceOf(StoreUnavailableError);
      expect(sink.failure?.message).toContain('etcd');
      expect(await store.currentRevision()).toBe(1);
    } finally {
      await store.close();
      await other.stop();
    }
  });
});
