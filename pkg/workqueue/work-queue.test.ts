import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { failure, forbidden, modifiedConflict, tooManyRequests } from '../api/status.ts';
import { TransportError } from '../client/index.ts';
import { advanceSettled, promisesSettled, sleep, VirtualClock } from '../clock/index.ts';
import { Exporter, MetricRegistry } from '../metrics/index.ts';
import { StaleError, TerminalError } from './errors.ts';
import { decideRetry } from './retry-decision.ts';
import { exponentialDelay, RetryDelays } from './retry-delays.ts';
import { WorkQueue } from './work-queue.ts';
import type { WorkQueueOptions } from './work-queue.ts';
import type { RunOptions, Worker } from './worker-pool.ts';

function queueOf(options: Partial<WorkQueueOptions> = {}) {
  const clock = new VirtualClock();
  return { clock, queue: new WorkQueue({ name: 'test', clock, random: () => 0.5, ...options }) };
}

/** Runs a worker and writes down when it was called with what. */
function running(worker: Worker = () => Promise.resolve(), options: Partial<RunOptions> = {}) {
  const stop = new AbortController();
  const { clock, queue } = queueOf();
  const calls: string[] = [];
  const run = queue.run(
    (key, context) => {
      calls.push(`${key}@${clock.monotonic()}`);
      return worker(key, context);
    },
    { signal: stop.signal, ...options },
  );
  return { stop, clock, queue, calls, run };
}

describe('WorkQueue: delays', () => {
  it('WQ7 keeps the earliest time, and a delay survives work on the key', async () => {
    const { clock, queue } = queueOf();
    queue.addAfter('a', 500);
    queue.addAfter('a', 200);
    queue.addAfter('a', 900);
    queue.add('a');
    expect(queue.take()).toBe('a');
    queue.done('a');
    await clock.advance(199);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(queue.take()).toBe('a');
    queue.done('a');
    await clock.advance(10_000);
    expect([queue.depth, queue.nextDueMs()]).toEqual([0, undefined]);
    queue.addAfter('b', 0);
    expect(queue.depth).toBe(1);
  });

  it('WQ7 hands out in order of due time, whatever the order of adds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 50_000 }), { maxLength: 40 }), async (delays) => {
        const { clock, queue } = queueOf();
        for (const [index, ms] of delays.entries()) queue.addAfter(`${index}`, ms);
        const seen: number[] = [];
        for (let next = queue.nextDueMs(); next !== undefined; next = queue.nextDueMs()) {
          await clock.advance(next);
          for (let key = queue.take(); key !== undefined; key = queue.take()) {
            expect(clock.monotonic()).toBe(delays[Number(key)]);
            seen.push(delays[Number(key)] as number);
          }
        }
        expect(seen).toEqual([...delays].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });

  it('WQ8 looks again every ten seconds, however far the next key', async () => {
    const { clock, queue } = queueOf();
    queue.addAfter('far', 2 ** 32);
    expect(clock.nextDue()).toBe(clock.now() + 10_000);
    await clock.advance(2 ** 32 - 1);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(queue.take()).toBe('far');
  });
});

describe('WorkQueue: retries', () => {
  it('WQ9 doubles from 5 ms to 1,000 s', () => {
    const sequence = Array.from({ length: 20 }, (_, failures) => exponentialDelay(5, 1_000_000, failures) / 1000);
    expect(sequence).toEqual([
      0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68,
      655.36, 1000, 1000,
    ]);
    expect(exponentialDelay(5, 1_000_000, 5000)).toBe(1_000_000);
  });

  it('WQ10 takes the longer of the key and the bucket, which may run ahead', () => {
    const delays = new RetryDelays({ burst: 2, qps: 10 }, 0);
    expect([1, 2, 3, 4].map((key) => delays.afterFailure(`${key}`, 0, 0))).toEqual([5, 5, 100, 200]);
  });

  it('WQ11 comes back from staleness in 10 ms to 1 s, counts no failure and takes no token', () => {
    const delays = new RetryDelays({ burst: 1, qps: 0.001 }, 0);
    expect(Array.from({ length: 9 }, () => delays.afterStale('a'))).toEqual([
      10, 20, 40, 80, 160, 320, 640, 1000, 1000,
    ]);
    expect(delays.failures('a')).toBe(0);
    expect(delays.afterFailure('a', 0, 0)).toBe(5);
    delays.forget('a');
    expect([delays.afterStale('a'), delays.failures('a')]).toEqual([10, 0]);
  });

  it('WQ13 never drops a key: after 15 failures it comes back every five minutes or so', () => {
    const delays = new RetryDelays({ qps: 1e9, burst: 1e9 }, 0);
    for (let i = 0; i < 15; i++) delays.afterFailure('a', 0, 0.5);
    expect([0, 0.5, 1].map((random) => Math.round(delays.afterFailure('a', 0, random) / 1000))).toEqual([
      240, 300, 360,
    ]);
    const short = new RetryDelays({ maxMs: 100_000, qps: 1e9, burst: 1e9 }, 0);
    for (let i = 0; i < 15; i++) short.afterFailure('a', 0, 0.5);
    expect(short.afterFailure('a', 0, 0.5)).toBe(100_000);
  });

  it.each([
    ['terminal', new TerminalError('no'), { kind: 'forget', because: 'terminal' }],
    ['stale', new StaleError('old'), { kind: 'stale', because: 'stale cache' }],
    ['conflict', modifiedConflict({ group: '', resource: 'x' }, 'a'), { kind: 'stale', because: 'conflict' }],
    [
      'namespace going',
      forbidden({ group: '', resource: 'x' }, 'a', 'no', [{ reason: 'NamespaceTerminating' }]),
      { kind: 'forget', because: 'namespace terminating' },
    ],
    [
      'F38 quota',
      forbidden({ group: '', resource: 'x' }, 'a', 'exceeded quota: q'),
      { kind: 'backoff', because: 'quota', atLeastMs: 30_000 },
    ],
    ['forbidden', forbidden({ group: '', resource: 'x' }, 'a', 'no'), { kind: 'backoff', because: 'forbidden' }],
    ['F39 invalid', failure(422, 'Invalid', 'bad'), { kind: 'after', because: 'invalid', ms: 600_000 }],
    ['F6 throttled', tooManyRequests('slow'), { kind: 'after', because: 'throttled', ms: 1000 }],
    ['lost', new TransportError('lost', 'reset'), { kind: 'stale', because: 'unknown outcome' }],
    ['refused', new TransportError('refused', 'no'), { kind: 'backoff', because: 'refused' }],
    ['server error', failure(500, 'InternalError', 'bad'), { kind: 'backoff', because: 'InternalError' }],
    ['bug', new Error('bug'), { kind: 'backoff', because: 'error' }],
  ])('WQ14 %s', (_, error, decision) => {
    expect(decideRetry(error)).toEqual(decision);
  });
});

describe('WorkQueue: workers', () => {
  it('never runs a key twice at once and never loses one, whatever the timing', async () => {
    const keys = fc.constantFrom('a', 'b', 'c', 'd');
    const adds = fc.array(fc.record({ key: keys, afterMs: fc.nat(30) }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        adds,
        fc.array(fc.nat(25), { minLength: 1 }),
        fc.integer({ min: 1, max: 4 }),
        async (all, took, concurrency) => {
          let calls = 0;
          const under = new Set<string>();
          const seen = new Map<string, number>();
          let most = 0;
          const it = running(
            async (key) => {
              expect(under.has(key)).toBe(false);
              under.add(key);
              most = Math.max(most, under.size);
              seen.set(key, it.clock.monotonic());
              const ms = took[calls++ % took.length] as number;
              await sleep(it.clock, ms);
              under.delete(key);
              if (ms % 7 === 0) throw new Error('now and then');
            },
            { concurrency },
          );
          const lastAdd = new Map<string, number>();
          for (const { key, afterMs } of all) {
            await advanceSettled(it.clock, afterMs);
            lastAdd.set(key, it.clock.monotonic());
            it.queue.add(key);
          }
          for (const [key] of lastAdd) if (!seen.has(key)) expect(it.queue.isSettled()).toBe(false);
          await advanceSettled(it.clock, 10_000);
          // Every key was worked on at or after its last add.
          for (const [key, at] of lastAdd) expect(seen.get(key)).toBeGreaterThanOrEqual(at);
          expect(most).toBeLessThanOrEqual(concurrency);
          it.stop.abort();
          await it.run;
        },
      ),
      { numRuns: 40 },
    );
  });

  it('WQ4 merges adds while a key is worked on into one more run', async () => {
    const it = running(() => sleep(it.clock, 10));
    it.queue.add('a');
    await promisesSettled();
    for (let i = 0; i < 100; i++) it.queue.add('a');
    await advanceSettled(it.clock, 100);
    expect(it.calls).toEqual(['a@0', 'a@10']);
  });

  it('starts no work inside the add', () => {
    const it = running();
    it.queue.add('a');
    expect(it.calls).toEqual([]);
    it.stop.abort();
  });

  it('F36, F64 brings a failing key back later and later while others are served', async () => {
    const it = running((key) => (key === 'bad' ? Promise.reject(new Error('poison')) : Promise.resolve()));
    it.queue.add('bad');
    await advanceSettled(it.clock, 34);
    it.queue.add('good');
    await advanceSettled(it.clock, 41);
    expect(it.calls).toEqual(['bad@0', 'bad@5', 'bad@15', 'good@34', 'bad@35', 'bad@75']);
    expect([it.queue.numRequeues('bad'), it.queue.numRequeues('good')]).toEqual([5, 0]);
  });

  it('WQ13 says once an hour that a key is stuck', async () => {
    const told: string[] = [];
    const it = running(() => Promise.reject(new Error('poison')), {
      onStuck: (key) => void told.push(`${key}@${Math.round(it.clock.monotonic() / 60_000)}`),
    });
    it.queue.add('bad');
    await advanceSettled(it.clock, 3 * 3_600_000);
    expect(told.map((text) => text.split('@')[0])).toEqual(['bad', 'bad', 'bad']);
  });

  it('P6 takes a time to come back as a result, and success clears the failures', async () => {
    let calls = 0;
    const it = running(() => {
      calls += 1;
      if (calls === 1) return Promise.reject(new Error('first'));
      return Promise.resolve(calls === 2 ? { requeueAfterMs: 1000 } : undefined);
    });
    it.queue.add('a');
    await advanceSettled(it.clock, 10_000);
    expect(it.calls).toEqual(['a@0', 'a@5', 'a@1005']);
    expect(it.queue.numRequeues('a')).toBe(0);
  });

  it('WQ15 aborts a worker after its time; the key stays its own until it returns', async () => {
    const it = running(
      async (_, { signal }) => {
        await sleep(it.clock, 50, signal).catch(() => {});
        await sleep(it.clock, 100);
      },
      { timeoutMs: 20 },
    );
    it.queue.add('a');
    await promisesSettled();
    it.queue.add('a');
    await advanceSettled(it.clock, 119);
    expect(it.calls).toEqual(['a@0']);
    expect(it.queue.longestRunningMs).toBe(119);
    await advanceSettled(it.clock, 1);
    expect(it.calls).toEqual(['a@0', 'a@120']);
  });

  it('C4 ends when the signal aborts and work under way is over; nobody starts after that', async () => {
    let aborted = false;
    const it = running(
      async (_, { signal }) => {
        signal.addEventListener('abort', () => (aborted = true));
        await sleep(it.clock, 100);
      },
      { concurrency: 1 },
    );
    it.queue.add('a');
    it.queue.add('b');
    await promisesSettled();
    let over = false;
    void it.run.then(() => (over = true));
    it.stop.abort();
    await advanceSettled(it.clock, 99);
    expect([aborted, over]).toEqual([true, false]);
    await advanceSettled(it.clock, 1);
    expect([over, it.calls]).toEqual([true, ['a@0']]);
  });

  it('survives a decision that throws', async () => {
    let decisions = 0;
    const it = running(() => Promise.reject(new Error('x')), {
      decide: () => {
        decisions += 1;
        throw new Error('bug in decide');
      },
    });
    it.queue.add('a');
    await advanceSettled(it.clock, 10);
    expect(decisions).toBe(2);
  });

  it('knows when everything is settled', async () => {
    const it = running(() => sleep(it.clock, 10));
    let settled = false;
    it.queue.add('a');
    it.queue.addAfter('b', 50);
    void it.queue.settled(100).then(() => (settled = true));
    await advanceSettled(it.clock, 20);
    expect([it.queue.isSettled(), it.queue.isSettled(100), it.queue.nextDueMs(), settled]).toEqual([
      true,
      false,
      30,
      false,
    ]);
    await advanceSettled(it.clock, 40);
    expect([it.queue.isSettled(100), settled]).toEqual([true, true]);
  });
});

describe('WorkQueue: shutdown', () => {
  it('WQ3, WQ5 refuses new keys, hands out those that are ready, and then says so', async () => {
    const { queue } = queueOf();
    const waiting = queue.get();
    queue.add('a');
    expect(await waiting).toBe('a');
    queue.add('b');
    queue.add('a');
    queue.addAfter('d', 10);
    queue.shutDown();
    queue.add('c');
    queue.addAfter('c', 1);
    queue.addRateLimited('c');
    expect([await queue.get(), queue.nextDueMs()]).toEqual(['b', undefined]);
    queue.done('a');
    expect(await queue.get()).toBe('a');
    expect(await queue.get()).toBeUndefined();
  });

  it('WQ5 drains under a deadline, and a later shutDown ends the drain', async () => {
    const drained = queueOf();
    drained.queue.add('a');
    drained.queue.take();
    const drain = drained.queue.shutDownWithDrain(1000);
    drained.queue.done('a');
    expect(await drain).toBe(true);

    const hanging = queueOf();
    hanging.queue.add('a');
    hanging.queue.take();
    const late = hanging.queue.shutDownWithDrain(1000);
    await advanceSettled(hanging.clock, 1000);
    expect(await late).toBe(false);
    const cancelled = hanging.queue.shutDownWithDrain(1000);
    hanging.queue.shutDown();
    expect(await cancelled).toBe(false);
  });

  it('gives up waiting for a key when its signal aborts', async () => {
    const stop = new AbortController();
    const waiting = queueOf().queue.get(stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});

describe('WorkQueue: metrics', () => {
  it('uses the names of upstream', async () => {
    const metrics = new MetricRegistry();
    const { clock, queue } = queueOf({ metrics, name: 'endpoint_slice' });
    queue.add('a');
    queue.add('a');
    queue.add('b');
    await clock.advance(2000);
    queue.take();
    await clock.advance(500);
    queue.addRateLimited('c');
    const { body } = await new Exporter(metrics).scrape();
    const lines = body.split('\n').filter((line) => line.includes('endpoint_slice') && !line.includes('_bucket'));
    expect(lines).toEqual([
      'workqueue_depth{name="endpoint_slice"} 1',
      'workqueue_adds_total{name="endpoint_slice"} 2',
      'workqueue_retries_total{name="endpoint_slice"} 1',
      'workqueue_queue_duration_seconds_sum{name="endpoint_slice"} 2',
      'workqueue_queue_duration_seconds_count{name="endpoint_slice"} 1',
      'workqueue_work_duration_seconds_sum{name="endpoint_slice"} 0',
      'workqueue_work_duration_seconds_count{name="endpoint_slice"} 0',
      'workqueue_unfinished_work_seconds{name="endpoint_slice"} 0.5',
      'workqueue_longest_running_processor_seconds{name="endpoint_slice"} 0.5',
      'reconcile_stuck{controller="endpoint_slice"} 0',
    ]);
    expect(body).toContain('workqueue_queue_duration_seconds_bucket{name="endpoint_slice",le="10"} 1');
  });
});
