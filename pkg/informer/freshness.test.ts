import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../api/types.ts';
import { RestClient } from '../client/index.ts';
import { ScriptedTransport } from '../client/testdata/scripted-transport.ts';
import type { Script } from '../client/testdata/scripted-transport.ts';
import { advanceSettled, promisesSettled } from '../clock/index.ts';
import { waitUntilFresh } from './freshness-barrier.ts';
import { Store } from './store.ts';
import { added, bookmark, list, openWatch, rig, svc } from './testdata/feed.ts';
import { WriteExpectations } from './write-expectations.ts';

describe('waitUntilFresh', () => {
  /** An informer at version 5 whose watch stands open, and a barrier that asks by another script. */
  async function atFive(script: Script) {
    const watch = openWatch();
    const it = rig([list(5, []), watch]);
    void it.informer.run(it.stop.signal);
    await it.informer.waitForSync();
    const transport = new ScriptedTransport(script);
    const client = new RestClient({ transport, clock: it.clock });
    let outcome = 'waiting';
    waitUntilFresh({ client, informers: [it.informer], clock: it.clock }).then(
      () => (outcome = 'fresh'),
      (error: unknown) => (outcome = (error as Error).name),
    );
    await promisesSettled();
    return { it, watch, transport, outcome: () => outcome };
  }

  it('IN47 is through at once when the cache has what the server has', async () => {
    const { outcome, transport } = await atFive(() => list(5, []));
    expect(outcome()).toBe('fresh');
    expect(transport.paths).toEqual(['GET /api/v1/services?limit=1']);
  });

  it('IN47 waits a moment for what is on its way', async () => {
    const { outcome, watch } = await atFive(() => list(7, []));
    expect(outcome()).toBe('waiting');
    watch.body.send(added(svc('a', 7)));
    await promisesSettled();
    expect(outcome()).toBe('fresh');
  });

  it('IN47 learns from a short second watch that a quiet collection lacks nothing', async () => {
    const { it, outcome, transport } = await atFive((request) =>
      request.streaming ? { pieces: [bookmark(9)] } : list(9, []),
    );
    await advanceSettled(it.clock, 99);
    expect(outcome()).toBe('waiting');
    await advanceSettled(it.clock, 1);
    expect(outcome()).toBe('fresh');
    expect(transport.paths[1]).toBe(
      'GET /api/v1/services?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=3',
    );
  });

  it('IN47 waits for what that watch shows to be missing', async () => {
    const { it, watch, outcome } = await atFive((request) =>
      request.streaming ? { pieces: [added(svc('a', 6)), bookmark(9)] } : list(8, []),
    );
    await advanceSettled(it.clock, 500);
    expect(outcome()).toBe('waiting');
    watch.body.send(added(svc('a', 6)));
    await promisesSettled();
    expect(outcome()).toBe('fresh');
  });

  it('IN47 asks again, without haste, when that watch ends or fails before it has said so', async () => {
    let probes = 0;
    const { it, outcome } = await atFive((request) => {
      if (!request.streaming) return list(9, []);
      probes += 1;
      return probes === 1 ? { pieces: [] } : probes === 2 ? new Error('lost') : { pieces: [bookmark(9)] };
    });
    await advanceSettled(it.clock, 100 + 249);
    expect([outcome(), probes]).toEqual(['waiting', 1]);
    await advanceSettled(it.clock, 251);
    expect([outcome(), probes]).toEqual(['fresh', 3]);
  });

  it('IN47 gives up after ten seconds', async () => {
    const { it, outcome } = await atFive((request) => (request.streaming ? openWatch() : list(8, [])));
    await advanceSettled(it.clock, 9_999);
    expect(outcome()).toBe('waiting');
    await advanceSettled(it.clock, 1);
    expect(outcome()).toBe('DeadlineError');
  });
});

describe('WriteExpectations', () => {
  it('IN45 holds an owner back until the cache shows its writes, itself or by its version', () => {
    const store = new Store<KubeObject>();
    const expectations = new WriteExpectations();
    store.put(svc('a', 5));
    expectations.wrote('default/web', svc('a', 7), 0);
    expectations.wrote('default/web', svc('b', 8), 0);
    expect(expectations.check('default/web', store, 1)).toEqual({ fresh: false, expired: 0 });
    expect(expectations.check('default/other', store, 1).fresh).toBe(true);
    store.put(svc('a', 7));
    expect(expectations.check('default/web', store, 1).fresh).toBe(false);
    store.advance('8');
    expect(expectations.check('default/web', store, 1).fresh).toBe(true);
  });

  it('IN46 lets go when the object is another one, after five minutes, and when the owner is gone', () => {
    const store = new Store<KubeObject>();
    const expectations = new WriteExpectations();
    expectations.wrote('x', svc('a', 7), 0);
    store.put(svc('a', 6, { uid: 'other' }));
    expect(expectations.check('x', store, 1)).toEqual({ fresh: true, expired: 0 });
    expectations.wrote('x', svc('b', 9), 0);
    expect(expectations.check('x', store, 299_999).fresh).toBe(false);
    expect(expectations.check('x', store, 300_000)).toEqual({ fresh: true, expired: 1 });
    expectations.wrote('x', svc('b', 9), 0);
    expectations.forget('x');
    expect(expectations.check('x', store, 1).fresh).toBe(true);
  });
});
