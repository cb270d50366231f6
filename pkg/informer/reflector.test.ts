import { describe, expect, it } from '@jest/globals';
import { frame, silence, statusBody } from '../client/testdata/scripted-transport.ts';
import { TransportError } from '../client/index.ts';
import { advanceSettled, promisesSettled } from '../clock/index.ts';
import { silentLogger } from '../logging/logger.ts';
import type { Logger } from '../logging/logger.ts';
import { added, bookmark, deleted, initialEnd, list, modified, openWatch, rig, svc } from './testdata/feed.ts';
import type { Rig } from './testdata/feed.ts';

const refused = new TransportError('refused', 'ECONNREFUSED');
const lost = new TransportError('lost', 'ECONNRESET');

/** Runs for some virtual time and says what the store holds. */
async function runFor(rig: Rig, ms: number): Promise<string[]> {
  void rig.informer.run(rig.stop.signal);
  await advanceSettled(rig.clock, ms);
  return rig.informer.store.list().map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);
}

/** With chance 0 the first pause of a round lasts this long (IN2). */
const firstPauseMs = 800;

describe('Reflector: fill', () => {
  it('IN5, IN6 lists from the cache in pages, and watches from the version of the list', async () => {
    const watch = openWatch();
    const it = rig([list(5, [svc('a', 1)], 'p2'), list(5, [svc('b', 2)]), watch]);
    expect(await runFor(it, 0)).toEqual(['a@1', 'b@2']);
    expect(it.asked()).toEqual(['list 0 limit 500', 'list - limit 500 continue p2', 'watch 5']);
    expect(it.told).toEqual(['add a@1 initial', 'add b@2 initial']);
    expect(it.informer.store.lastVersion).toBe('5');
  });

  it('IN4 asks for bookmarks and a time between five and ten minutes', async () => {
    const it = rig([list(5, []), openWatch()], {}, { random: () => 0.5 });
    await runFor(it, 0);
    expect(it.transport.paths[1]).toBe(
      'GET /api/v1/services?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=450',
    );
  });

  it('keeps to its namespace and selectors', async () => {
    const it = rig([list(5, []), openWatch()], { namespace: 'n', labelSelector: 'a=b', fieldSelector: 'spec.x=y' });
    await runFor(it, 0);
    for (const path of it.transport.paths) {
      expect(path).toMatch(/\/namespaces\/n\/services\?.*labelSelector=a%3Db&fieldSelector=spec.x%3Dy/);
    }
  });

  it('IN6 starts over without pages when a continue token has expired', async () => {
    const gone = { status: 410, body: statusBody(410, 'Expired') };
    const it = rig([list(5, [svc('a', 1)], 'p2'), gone, list(6, [svc('c', 6)]), openWatch()]);
    expect(await runFor(it, 0)).toEqual(['c@6']);
    expect(it.asked()).toEqual(['list 0 limit 500', 'list - limit 500 continue p2', 'list 0', 'watch 6']);
  });

  it('IN2 backs off while the list fails, and F7 forgets nothing', async () => {
    const broken = { status: 500, body: statusBody(500, 'InternalError') };
    const it = rig([broken, refused, { body: '<html>' }, list(1, []), openWatch()]);
    await runFor(it, 0);
    const counts = [];
    for (const ms of [799, 1, 1599, 1, 3199, 1]) {
      await advanceSettled(it.clock, ms);
      counts.push(it.transport.requests.length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 5]);
    expect(it.informer.store.hasSynced).toBe(true);
  });

  it('F3, IN13 after 410 in the stream lists once at the last version; handlers hear of true differences only', async () => {
    const it = rig([
      list(5, [svc('a', 1), svc('b', 2), svc('c', 3)]),
      { pieces: [modified(svc('a', 7)), frame('ERROR', statusBody(410, 'Expired'))] },
      list(9, [svc('a', 7), svc('c', 8), svc('d', 9)]),
      openWatch(),
    ]);
    expect(await runFor(it, firstPauseMs)).toEqual(['a@7', 'c@8', 'd@9']);
    expect(it.asked()).toEqual(['list 0 limit 500', 'watch 5', 'list 7', 'watch 9']);
    expect(it.told.slice(3)).toEqual(['update a@1 a@7', 'delete b@2 unknown', 'update c@3 c@8', 'add d@9']);
  });

  it('F3 does the same after 410 as the answer to the watch', async () => {
    const it = rig([list(5, []), { status: 410, body: statusBody(410, 'Gone') }, list(6, []), openWatch()]);
    await runFor(it, firstPauseMs);
    expect(it.asked()).toEqual(['list 0 limit 500', 'watch 5', 'list 5', 'watch 6']);
  });

  it.each([
    ['F4 expired', { status: 410, body: statusBody(410, 'Expired') }],
    [
      'F5 too large',
      {
        status: 504,
        body: {
          ...statusBody(504, 'Timeout', 'Timeout: Too large resource version: 7, current: 5'),
          details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
        },
      },
    ],
    ['F5 too large, an old server', { status: 504, body: statusBody(504, 'Timeout', 'Too large resource version: 7') }],
  ])('%s on that list too: asks for the latest at once, and later for the last seen again', async (_, refusal) => {
    const expired = { pieces: [bookmark(7), frame('ERROR', statusBody(410, 'Expired'))] };
    const it = rig([list(5, []), expired, refusal, list(8, []), expired, list(9, []), openWatch()]);
    await runFor(it, firstPauseMs + 1600);
    expect(it.asked()).toEqual([
      'list 0 limit 500',
      'watch 5',
      'list 7',
      'list - limit 500',
      'watch 8',
      'list 7',
      'watch 9',
    ]);
  });

  it('IN6 keeps paging on a server without a watch cache', async () => {
    const expired = { pieces: [frame('ERROR', statusBody(410, 'Expired'))] };
    const it = rig([list(5, [], 'x'), list(5, []), expired, list(6, []), openWatch()]);
    await runFor(it, firstPauseMs);
    expect(it.asked().slice(3)).toEqual(['list 5 limit 500', 'watch 6']);
  });

  it('F9 goes on trying while it may not list', async () => {
    const forbidden = { status: 403, body: statusBody(403, 'Forbidden') };
    const it = rig((_, index) => (index < 5 ? forbidden : index === 5 ? list(1, [svc('a', 1)]) : openWatch()));
    expect(await runFor(it, 100_000)).toEqual(['a@1']);
  });
});

describe('Reflector: watch', () => {
  it('IN22 applies what events say is now the state, whatever their type', async () => {
    const events = [modified(svc('new', 6)), added(svc('a', 7)), deleted(svc('unknown', 8)), deleted(svc('a', 9))];
    const it = rig([list(5, [svc('a', 1)]), openWatch(...events)]);
    expect(await runFor(it, 0)).toEqual(['new@6']);
    expect(it.told.slice(1)).toEqual(['add new@6', 'update a@1 a@7', 'delete a@9']);
    expect(it.informer.store.lastVersion).toBe('9');
  });

  it('IN23 resumes from the last event or bookmark', async () => {
    const it = rig([
      list(5, []),
      { pieces: [added(svc('a', 6))] },
      { pieces: [bookmark(20)] },
      { pieces: [deleted(svc('a', 21))] },
      openWatch(),
    ]);
    await runFor(it, 0);
    expect(it.asked()).toEqual(['list 0 limit 500', 'watch 5', 'watch 6', 'watch 20', 'watch 21']);
  });

  it('IN23 takes no version from the unordered start of a watch from nowhere', async () => {
    const cut = { pieces: [added(svc('b', 9)), added(svc('a', 3))] };
    const it = rig([list('', []), cut, list(10, []), openWatch()]);
    await runFor(it, firstPauseMs);
    expect(it.asked()).toEqual(['list 0 limit 500', 'watch -', 'list 0 limit 500', 'watch 10']);
  });

  it('F1, IN9 waits while connections are refused and then resumes, without a list', async () => {
    const it = rig([list(5, []), { pieces: [bookmark(7), lost] }, refused, refused, refused, openWatch()]);
    await runFor(it, 800 + 1600 + 3200);
    expect(it.asked()).toEqual(['list 0 limit 500', 'watch 5', 'watch 7', 'watch 7', 'watch 7', 'watch 7']);
  });

  it('F2 asks once in 30 to 60 seconds while the server is long gone', async () => {
    const it = rig((_, index) => (index === 0 ? list(5, []) : refused), {}, { random: () => 0.999 });
    await runFor(it, 30 * 60_000);
    expect(it.transport.requests.length).toBeLessThan(30 + 10);
    expect(it.asked().filter((asked) => asked.startsWith('list'))).toHaveLength(1);
  });

  it('F6, IN9 takes the longer of its pause and Retry-After when a watch is throttled', async () => {
    const busy = { status: 429, headers: { 'retry-after': '5' }, body: statusBody(429, 'TooManyRequests') };
    const it = rig([list(5, []), busy, openWatch()]);
    await runFor(it, 4999);
    expect(it.transport.requests).toHaveLength(2);
    await advanceSettled(it.clock, 1);
    expect(it.asked()).toEqual(['list 0 limit 500', 'watch 5', 'watch 5']);
  });

  it('IN14 waits and resumes after a 429 inside the stream', async () => {
    const it = rig([list(5, []), { pieces: [frame('ERROR', statusBody(429, 'TooManyRequests'))] }, openWatch()]);
    await runFor(it, 799);
    expect(it.transport.requests).toHaveLength(2);
    await advanceSettled(it.clock, 1);
    expect(it.asked()[2]).toBe('watch 5');
  });

  it('IN10 lists anew when a watch is refused for other reasons', async () => {
    for (const status of [400, 401, 403, 404, 500, 503]) {
      const it = rig([list(5, []), { status, body: statusBody(status, 'X') }, list(6, []), openWatch()]);
      await runFor(it, firstPauseMs);
      expect(it.asked().slice(2)).toEqual(['list 5', 'watch 6']);
    }
  });

  it('IN12 does not spin when watches end at once', async () => {
    const it = rig((_, index) => (index % 2 === 0 ? list(5, []) : { pieces: [] }));
    await runFor(it, 60_000);
    expect(it.transport.requests.length).toBeLessThan(2 * 9);
  });

  it('IN12 does not spin either when each brings only what is known already', async () => {
    const it = rig((_, index) => (index === 0 ? list(5, []) : { pieces: [bookmark(5)] }));
    await runFor(it, 10_000);
    expect(it.transport.requests.length).toBeLessThan(2 * 6);
  });

  it('IN15 opens again after an internal error, then slower, and lists anew after ten seconds of them', async () => {
    const internal = { pieces: [frame('ERROR', statusBody(500, 'InternalError'))] };
    const it = rig((_, index) => (index === 0 ? list(5, []) : internal));
    await runFor(it, 0);
    expect(it.asked()).toEqual(['list 0 limit 500', 'watch 5', 'watch 5']);
    await advanceSettled(it.clock, 800 + 1600 + 3200);
    expect(it.asked().slice(3)).toEqual(['watch 5', 'watch 5', 'watch 5']);
    await advanceSettled(it.clock, 20_000);
    expect(it.asked()).toContain('list 5');
  });

  it.each([
    ['garbage', '{"type":"MODIFIED","object":{"metadata"\n'],
    ['an unknown type', frame('RENAMED', svc('a', 8))],
    ['a Table', frame('ADDED', { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: {}, rows: [] })],
    ['a wrong kind', frame('ADDED', { ...svc('a', 8), kind: 'Pod' })],
    ['an ERROR of no known reason', frame('ERROR', { kind: 'Status', code: 418 })],
  ])('IN16, IN17 lists anew at %s and never goes on behind it', async (_, bad) => {
    const it = rig([
      list(5, []),
      { pieces: [added(svc('b', 6)), bad, added(svc('late', 9))] },
      list(9, [svc('b', 6)]),
      openWatch(),
    ]);
    expect(await runFor(it, firstPauseMs)).toEqual(['b@6']);
    expect(it.asked().slice(2)).toEqual(['list 6', 'watch 9']);
    expect(it.told).toEqual(['add b@6']);
  });

  it('F10 resumes from the last whole frame when the connection is cut inside one', async () => {
    const frames = added(svc('a', 6)) + added(svc('b', 7));
    const bytes = Buffer.from(frames);
    const firstEnd = frames.indexOf('\n') + 1;
    for (let at = firstEnd; at < bytes.length; at += 7) {
      for (const end of [[], [lost]]) {
        const it = rig([list(5, []), { pieces: [bytes.subarray(0, at), ...end] }, openWatch(added(svc('b', 7)))]);
        expect(await runFor(it, 0)).toEqual(['a@6', 'b@7']);
        expect(it.asked()).toEqual(['list 0 limit 500', 'watch 5', 'watch 6']);
      }
    }
  });

  it('F10 lists anew when a connection is cut before one whole frame', async () => {
    const it = rig([list(5, []), { pieces: ['{"type":', lost] }, list(6, []), openWatch()]);
    await runFor(it, firstPauseMs);
    expect(it.asked().slice(2)).toEqual(['list 5', 'watch 6']);
  });

  it('F12, CL3 takes a stream that is silent for 90 seconds for dead and resumes', async () => {
    const it = rig([list(5, []), { pieces: [bookmark(8), silence] }, openWatch()]);
    await runFor(it, 89_999);
    expect(it.asked()).toEqual(['list 0 limit 500', 'watch 5']);
    await advanceSettled(it.clock, 1);
    expect(it.asked()).toEqual(['list 0 limit 500', 'watch 5', 'watch 8']);
    expect(it.transport.requests[1]?.signal?.aborted).toBe(true);
  });

  it('CL3 does not when bookmarks come', async () => {
    const watch = openWatch();
    const it = rig([list(5, []), watch]);
    await runFor(it, 0);
    for (let minute = 1; minute <= 4; minute++) {
      await advanceSettled(it.clock, 60_000);
      watch.body.send(bookmark(5 + minute));
    }
    await promisesSettled();
    expect(it.transport.requests).toHaveLength(2);
    expect(it.informer.store.lastVersion).toBe('9');
  });

  it('IN4 ends a watch that the server does not end', async () => {
    const watch = openWatch();
    const it = rig([list(5, []), watch, openWatch()]);
    await runFor(it, 0);
    for (let seconds = 0; seconds < 300; seconds += 60) {
      watch.body.send(bookmark(6 + seconds));
      await advanceSettled(it.clock, 60_000);
    }
    expect(it.transport.requests).toHaveLength(2);
    await advanceSettled(it.clock, 10_000);
    expect(it.asked()[2]).toBe('watch 246');
  });

  it('F17 hears nothing of an event that comes twice', async () => {
    const it = rig([list(5, []), openWatch(added(svc('a', 6)), modified(svc('a', 6)), added(svc('a', 6)))]);
    await runFor(it, 0);
    expect(it.told).toEqual(['add a@6']);
  });

  it('F18, IN26 drops what is older than the cache, and lists anew at the third', async () => {
    const old = [modified(svc('a', 7)), deleted(svc('a', 8))];
    const it = rig([
      list(5, [svc('a', 9)]),
      { pieces: [...old, added(svc('b', 3)), modified(svc('a', 2)), added(svc('c', 12))] },
      list(12, [svc('a', 9), svc('c', 12)]),
      openWatch(),
    ]);
    await runFor(it, 0);
    expect(it.told).toEqual(['add a@9 initial', 'add b@3']);
    const stale = it.metrics.counter({ name: 'informer_stale_event_total', help: '' });
    expect([...stale.series()][0]?.cell.value).toBe(3);
    expect(await runFor(it, firstPauseMs)).toEqual(['a@9', 'c@12']);
  });

  it('IN1 stops only for its signal, and then at once', async () => {
    const it = rig([list(5, []), openWatch()]);
    const run = it.informer.run(it.stop.signal);
    await promisesSettled();
    it.stop.abort(new Error('enough'));
    await run;
    expect(it.clock.nextDue()).toBeUndefined();
    expect(it.transport.requests[1]?.signal?.aborted).toBe(true);
  });
});

describe('Reflector: streaming list', () => {
  const streaming = { streamingLists: true };

  it('IN18, IN19 shows nothing before the initial events have ended, then goes on with the same stream', async () => {
    const watch = openWatch(added(svc('a', 1)), added(svc('b', 2)));
    const it = rig([watch], {}, streaming);
    expect(await runFor(it, 0)).toEqual([]);
    expect(it.informer.store.hasSynced).toBe(false);
    watch.body.send(deleted(svc('b', 4)), initialEnd(5), added(svc('c', 6)));
    expect(await runFor(it, 0)).toEqual(['a@1', 'c@6']);
    expect(it.told).toEqual(['add a@1 initial', 'add c@6']);
    expect(it.transport.paths).toEqual([
      'GET /api/v1/services?watch=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true' +
        '&sendInitialEvents=true&timeoutSeconds=300',
    ]);
    watch.body.end();
    await promisesSettled();
    expect(it.asked()[1]).toBe('watch 6');
  });

  it.each([
    ['a server that knows no such parameter', { status: 400, body: statusBody(400, 'BadRequest') }],
    ['a server that finds it invalid', { status: 422, body: statusBody(422, 'Invalid') }],
    ['a missing permission', { status: 403, body: statusBody(403, 'Forbidden') }],
    ['a stream that ends too early', { pieces: [added(svc('x', 1))] }],
    ['a stream that breaks', { pieces: [added(svc('x', 1)), lost] }],
    ['another kind', { pieces: [added({ ...svc('x', 1), kind: 'Pod' })] }],
    ['an error inside', { pieces: [frame('ERROR', statusBody(500, 'InternalError'))] }],
  ])('IN20 falls back to a plain list at once for %s', async (_, answer) => {
    const it = rig([answer, list(5, [svc('a', 1)]), openWatch()], {}, streaming);
    expect(await runFor(it, 0)).toEqual(['a@1']);
    expect(it.asked()).toEqual(['stream -', 'list 0 limit 500', 'watch 5']);
  });

  it('IN20 falls back when a server leaves out the end, and warns every ten seconds until then', async () => {
    const warnings: unknown[] = [];
    const log: Logger = { ...silentLogger, warn: (fields) => void warnings.push(fields), child: () => log };
    const it = rig([{ pieces: [added(svc('x', 1)), silence] }, list(5, []), openWatch()], {}, { ...streaming, log });
    await runFor(it, 35_000);
    expect(warnings).toHaveLength(3);
    await advanceSettled(it.clock, 55_000);
    expect(it.asked()).toEqual(['stream -', 'list 0 limit 500', 'watch 5']);
  });

  it('IN20 tries again in place when refused or throttled', async () => {
    const busy = { status: 429, body: statusBody(429, 'TooManyRequests') };
    const it = rig([refused, busy, openWatch(initialEnd(5))], {}, streaming);
    await runFor(it, 800 + 1600);
    expect(it.asked()).toEqual(['stream -', 'stream -', 'stream -']);
    expect(it.informer.store.hasSynced).toBe(true);
  });

  it('IN20 asks for the latest when the last seen is expired, once', async () => {
    const expired = { pieces: [frame('ERROR', statusBody(410, 'Expired'))] };
    const first = { pieces: [initialEnd(5), frame('ERROR', statusBody(410, 'Expired'))] };
    const it = rig([first, expired, openWatch(initialEnd(9))], {}, streaming);
    await runFor(it, firstPauseMs);
    expect(it.asked()).toEqual(['stream -', 'stream 5', 'stream -']);
    const hopeless = rig([first, expired, expired, list(9, []), openWatch()], {}, streaming);
    await runFor(hopeless, firstPauseMs);
    expect(hopeless.asked()).toEqual(['stream -', 'stream 5', 'stream -', 'list - limit 500', 'watch 9']);
  });
});
