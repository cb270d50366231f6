import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { SyncLoop } from './sync-loop.ts';

/** A loop whose syncs are noted by the second they start in, `F` for full ones; they fail or wait as told. */
function running(): {
  loop: SyncLoop;
  clock: VirtualClock;
  started: string[];
  next: { fail: boolean; wait: Promise<void> | undefined; again: number | undefined };
} {
  const clock = new VirtualClock();
  const started: string[] = [];
  const next = { fail: false, wait: undefined as Promise<void> | undefined, again: undefined as number | undefined };
  const loop = new SyncLoop({
    clock,
    minIntervalMs: 1000,
    retryMs: 30_000,
    maxIntervalMs: 3_600_000,
    sync: async (full) => {
      started.push(`${clock.monotonic() / 1000}${full ? 'F' : ''}`);
      await next.wait;
      if (next.fail) throw new Error('refused');
      return next.again;
    },
  });
  return { loop, clock, started, next };
}

describe('SyncLoop', () => {
  it('M1 does nothing unasked, and the first sync is full', async () => {
    const { loop, clock, started } = running();
    await clock.advance(10_000);
    expect(started).toEqual([]);
    loop.request();
    await clock.advance(0);
    expect(started).toEqual(['10F']);
  });

  it('S87 M2 twenty requests within the interval are two syncs', async () => {
    const { loop, clock, started } = running();
    for (let i = 0; i < 20; i++) {
      loop.request();
      await clock.advance(40);
    }
    await clock.advance(10_000);
    expect(started).toEqual(['0F', '1']);
  });

  it('M3 tries again after a failure, in full; a request is sooner', async () => {
    const { loop, clock, started, next } = running();
    next.fail = true;
    loop.request();
    await clock.advance(29_999);
    expect(started).toEqual(['0F']);
    await clock.advance(1);
    next.fail = false;
    loop.request();
    await clock.advance(1000);
    loop.request();
    await clock.advance(1000);
    expect(started).toEqual(['0F', '30F', '31F', '32']);
  });

  it('M4 never overlaps; what is asked for meanwhile comes next', async () => {
    const { loop, clock, started, next } = running();
    const { promise, resolve } = Promise.withResolvers<void>();
    next.wait = promise;
    loop.request();
    await clock.advance(5000);
    loop.request(true);
    await clock.advance(5000);
    expect(started).toEqual(['0F']);
    resolve();
    await new Promise<void>((done) => {
      setImmediate(done);
    });
    await clock.advance(0);
    expect(started).toEqual(['0F', '10F']);
  });

  it('I67 is full again once an hour', async () => {
    const { loop, clock, started } = running();
    loop.request();
    await clock.advance(3_600_000);
    expect(started).toEqual(['0F', '3600F']);
  });

  it('V17 comes back when a sync asks for it', async () => {
    const { loop, clock, started, next } = running();
    next.again = 60_000;
    loop.request();
    await clock.advance(60_000);
    next.again = undefined;
    await clock.advance(120_000);
    expect(started).toEqual(['0F', '60', '120']);
  });

  it('stops after what is under way', async () => {
    const { loop, clock, started, next } = running();
    const { promise, resolve } = Promise.withResolvers<void>();
    next.wait = promise;
    loop.request();
    await clock.advance(0);
    loop.request();
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    await clock.advance(5000);
    expect(stopped).toBe(false);
    resolve();
    await stopping;
    await clock.advance(100_000);
    expect(started).toEqual(['0F']);
  });
});
