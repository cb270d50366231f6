import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../api/types.ts';
import { pods, services } from '../api/resources.ts';
import { RestClient } from '../client/index.ts';
import { ScriptedTransport } from '../client/testdata/scripted-transport.ts';
import { advanceSettled, promisesSettled, VirtualClock } from '../clock/index.ts';
import { silentLogger } from '../logging/logger.ts';
import type { Logger } from '../logging/logger.ts';
import { InformerFactory } from './informer-factory.ts';
import { added, bookmark, deleted, list, modified, openWatch, rig, scribe, svc } from './testdata/feed.ts';

const byName = ({ metadata }: KubeObject): string[] => [metadata.name ?? ''];

describe('Informer: handlers', () => {
  it('IN29, IN30 keeps going when a handler throws, pauses only that one, and merges what it misses', async () => {
    const watch = openWatch();
    const errors: object[] = [];
    const log: Logger = { ...silentLogger, error: (fields) => void errors.push(fields), child: () => log };
    const it = rig([list(5, [svc('a', 1), svc('b', 2)]), watch], {}, { log });
    const told: string[] = [];
    const throwing = scribe(told);
    const registration = it.informer.addHandler({
      ...throwing,
      add: (object, isInitial) => {
        throwing.add(object, isInitial);
        if (object.metadata.name === 'a') throw new Error('bad object');
      },
    });
    void it.informer.run(it.stop.signal);
    await promisesSettled();
    expect(told).toEqual(['add a@1 initial']);
    expect(errors).toEqual([{ err: new Error('bad object'), key: 'default/a' }]);
    expect([registration.hasSynced, it.informer.idle]).toEqual([false, false]);
    watch.body.send(modified(svc('b', 6)), modified(svc('a', 7)), modified(svc('a', 8)), deleted(svc('a', 9)));
    await advanceSettled(it.clock, 1000);
    expect(told.slice(1)).toEqual(['add b@6 initial', 'delete a@9']);
    expect(it.told).toEqual([
      'add a@1 initial',
      'add b@2 initial',
      'update b@2 b@6',
      'update a@1 a@7',
      'update a@7 a@8',
      'delete a@9',
    ]);
    expect([registration.hasSynced, it.informer.idle]).toEqual([true, true]);
  });

  it('IN30 goes on with the addition when the deletion before it made a handler throw', async () => {
    const watch = openWatch();
    const it = rig([list(5, [svc('a', 1)]), watch]);
    const told: string[] = [];
    it.informer.addHandler({
      ...scribe(told),
      delete: () => {
        throw new Error('no');
      },
    });
    void it.informer.run(it.stop.signal);
    await promisesSettled();
    watch.body.send(modified(svc('a', 6, { uid: 'other' })));
    await advanceSettled(it.clock, 1000);
    expect(told).toEqual(['add a@1 initial', 'add a@6']);
  });

  it('IN32 tells the sync of the store from that of a handler, and many objects do not block the process', async () => {
    const many = Array.from({ length: 1200 }, (_, index) => svc(`s${index}`, 1));
    const it = rig([list(5, many), openWatch()]);
    let calls = 0;
    const registration = it.informer.addHandler({ add: () => void (calls += 1) });
    let atSync = 0;
    void registration.synced().then(() => (atSync = calls));
    void it.informer.run(it.stop.signal);
    while (!it.informer.store.hasSynced) await promisesSettled();
    expect(calls).toBe(500);
    expect(registration.hasSynced).toBe(false);
    await it.informer.waitForSync();
    expect([calls, atSync]).toEqual([1200, 1200]);
  });

  it('IN33 tells a late handler of what is there, then of changes, without gap or repetition', async () => {
    const watch = openWatch();
    const it = rig([list(5, [svc('a', 1)]), watch]);
    void it.informer.run(it.stop.signal);
    await it.informer.waitForSync();
    watch.body.send(modified(svc('a', 6)));
    await promisesSettled();
    const told: string[] = [];
    const registration = it.informer.addHandler(scribe(told));
    expect(registration.hasSynced).toBe(true);
    watch.body.send(modified(svc('a', 7)), added(svc('b', 8)));
    await promisesSettled();
    registration.remove();
    watch.body.send(deleted(svc('a', 9)));
    await promisesSettled();
    expect(told).toEqual(['add a@6 initial', 'update a@6 a@7', 'add b@8']);
    expect(it.told.at(-1)).toBe('delete a@9');
  });

  it('IN36 tells everything again, the very same objects', async () => {
    const it = rig([list(5, [svc('a', 1)]), openWatch()], {}, { resyncMs: 3_600_000, random: () => 0.5 });
    const same: boolean[] = [];
    it.informer.addHandler({ update: (old, current) => void same.push(old === current) });
    void it.informer.run(it.stop.signal);
    const hour = 3_600_000;
    for (let ms = 0; ms < 1.5 * hour; ms += 60_000) await advanceSettled(it.clock, 60_000);
    expect(same).toEqual([true]);
  });

  it('gives up waiting when its signal aborts', async () => {
    const it = rig([]);
    const stop = new AbortController();
    const waiting = [it.informer.waitForSync(stop.signal), it.informer.waitUntilAtLeast('5', stop.signal)];
    stop.abort(new Error('too long'));
    for (const wait of waiting) await expect(wait).rejects.toThrow('too long');
    await expect(it.informer.waitForSync(stop.signal)).rejects.toThrow('too long');
  });
});

describe('Informer: content', () => {
  it('IN40 transforms each object once, from lists and watches alike, before anybody sees it', async () => {
    let runs = 0;
    const transform = (object: KubeObject): KubeObject => {
      runs += 1;
      const { name, namespace, uid, resourceVersion } = object.metadata;
      return {
        kind: 'Service',
        metadata: { name: `${name}`, namespace: `${namespace}`, uid: `${uid}`, resourceVersion: `${resourceVersion}` },
      };
    };
    const watch = openWatch(modified({ ...svc('a', 6), spec: { big: true } }));
    const it = rig([list(5, [{ ...svc('a', 1), spec: { big: true } }]), watch], { transform, indexers: { byName } });
    void it.informer.run(it.stop.signal);
    await promisesSettled();
    expect(it.informer.store.byIndex('byName', 'a')).toEqual([
      { kind: 'Service', metadata: { name: 'a', namespace: 'default', uid: 'a', resourceVersion: '6' } },
    ]);
    expect(runs).toBe(2);
    expect(() => {
      const object = it.informer.store.get('default/a') as { kind: string };
      object.kind = 'changed';
    }).toThrow('read only');
  });

  it('waits for a version, also one that only a bookmark brings', async () => {
    const watch = openWatch();
    const it = rig([list(5, []), watch]);
    let reached = false;
    void it.informer.waitUntilAtLeast('7').then(() => (reached = true));
    void it.informer.run(it.stop.signal);
    await promisesSettled();
    watch.body.send(bookmark(6));
    await promisesSettled();
    expect(reached).toBe(false);
    watch.body.send(bookmark(10));
    await promisesSettled();
    expect(reached).toBe(true);
  });
});

describe('InformerFactory', () => {
  function factory() {
    const clock = new VirtualClock();
    const transport = new ScriptedTransport((request) =>
      request.streaming ? openWatch() : list(5, request.path.includes('/services') ? [svc('a', 1)] : []),
    );
    const client = new RestClient({ transport, clock });
    return { transport, informers: new InformerFactory({ client, clock, streamingLists: false }) };
  }

  it('shares one watch between all who ask for the same collection', async () => {
    const { transport, informers } = factory();
    const one = informers.for<KubeObject>(services, { indexers: { byName } });
    const two = informers.for<KubeObject>(services, { indexers: { byName, other: byName } });
    const another = informers.for<KubeObject>(services, { namespace: 'default' });
    informers.for(pods);
    expect(two).toBe(one);
    expect(another).not.toBe(one);
    const stop = new AbortController();
    const run = informers.run(stop.signal);
    expect(informers.hasSynced).toBe(false);
    await informers.waitForSync();
    expect(transport.requests).toHaveLength(6);
    expect([informers.hasSynced, informers.idle]).toEqual([true, true]);
    expect(one.store.byIndex('other', 'a')).toHaveLength(1);
    stop.abort();
    await run;
  });

  it('IN39, IN40 refuses a second meaning of an index, indexes after the start, and a second transform', () => {
    const { informers } = factory();
    const one = informers.for<KubeObject>(services, { indexers: { byName } });
    expect(() => informers.for(services, { indexers: { byName: () => [] } })).toThrow('index byName exists');
    expect(() => informers.for(services, { transform: (object) => object })).toThrow('has another transform');
    void one.run(AbortSignal.abort());
    expect(() => informers.for(services, { indexers: { late: byName } })).toThrow('before the informer starts');
    expect(informers.for(services, { indexers: { byName } })).toBe(one);
  });
});
