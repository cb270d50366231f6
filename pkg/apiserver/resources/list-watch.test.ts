import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { testServer, type TestServer, type Tree } from '../../testing/api-server.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const names = (items: Tree | undefined): string[] =>
  (items as unknown as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
const eventNames = (events: readonly Tree[]): string[] =>
  events.map((event) => `${String(event['type'])} ${String(event['object']?.['metadata']?.['name'] ?? '')}`);
const rv = (body: Tree): string => String(body['metadata']?.['resourceVersion']);

let api: TestServer;
beforeAll(async () => {
  api = await testServer({ lifecycle: false });
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await api.post(maps, { metadata: { name, labels: { parity: 'abcde'.indexOf(name) % 2 === 0 ? 'even' : 'odd' } } });
  }
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

describe('list', () => {
  it('L1, L2 lists in key order, items without kind and apiVersion', async () => {
    const { body } = await api.get(maps);
    expect([body['kind'], body['apiVersion'], names(body['items'])]).toEqual([
      'ConfigMapList',
      'v1',
      ['a', 'b', 'c', 'd', 'e'],
    ]);
    expect(body['items']?.[0]).not.toHaveProperty('kind');
    expect(rv(body)).toMatch(/^\d+$/);
  });

  it('L6 pages over one snapshot', async () => {
    const first = await api.get(`${maps}?limit=2`);
    expect(first.body['metadata']?.['remainingItemCount']).toBe(3);
    await api.post(maps, { metadata: { name: 'bb' } });
    const token = String(first.body['metadata']?.['continue']);
    const second = await api.get(`${maps}?limit=2&continue=${token}`);
    expect(names(second.body['items'])).toEqual(['c', 'd']);
    expect(rv(second.body)).toBe(rv(first.body));
    const last = await api.get(`${maps}?limit=2&continue=${String(second.body['metadata']?.['continue'])}`);
    expect(names(last.body['items'])).toEqual(['e']);
    expect(last.body['metadata']).not.toHaveProperty('continue');
    await api.delete(`${maps}/bb`);
  });

  it('L6 counts no remaining items under a selector', async () => {
    const { body } = await api.get(`${maps}?limit=1&labelSelector=parity%3Deven`);
    expect(names(body['items'])).toEqual(['a']);
    expect(body['metadata']).not.toHaveProperty('remainingItemCount');
  });

  it('reads an exact older version', async () => {
    const before = rv((await api.get(maps)).body);
    await api.post(maps, { metadata: { name: 'later' } });
    const exact = await api.get(`${maps}?resourceVersion=${before}&resourceVersionMatch=Exact`);
    expect(names(exact.body['items'])).toEqual(['a', 'b', 'c', 'd', 'e']);
    await api.delete(`${maps}/later`);
  });

  it('L45, L43 selects by label and by name', async () => {
    expect(names((await api.get(`${maps}?labelSelector=parity%20in%20(odd)`)).body['items'])).toEqual(['b', 'd']);
    expect(names((await api.get(`${maps}?fieldSelector=metadata.name%3Dc`)).body['items'])).toEqual(['c']);
    expect(names((await api.get(`${maps}?fieldSelector=metadata.name%3Dnone`)).body['items'])).toEqual([]);
  });

  const refused: [string, number, string][] = [
    ['resourceVersion=x', 400, 'invalid resource version'],
    ['resourceVersion=01', 400, 'invalid resource version'],
    ['limit=abc', 400, 'invalid syntax'],
    ['labelSelector=a%20b', 400, 'unable to parse requirement'],
    [
      'fieldSelector=spec.foo%3D1',
      400,
      '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['continue=x', 400, 'continue key is not valid'],
    ['resourceVersionMatch=Exact', 422, 'resourceVersionMatch is forbidden unless resourceVersion is provided'],
    [
      'resourceVersionMatch=Exact&resourceVersion=0',
      422,
      'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    ['resourceVersionMatch=Foo&resourceVersion=1', 422, 'Unsupported value: "Foo"'],
    ['sendInitialEvents=true', 422, 'sendInitialEvents is forbidden for list'],
  ];
  it.each(refused)('refuses %s with %d', async (query, code, text) => {
    const { status, body } = await api.get(`${maps}?${query}`);
    expect([status, body['message']]).toEqual([code, expect.stringContaining(text)]);
  });

  it('L40 names the unknown label of kinds with their own list', async () => {
    const { body } = await api.get('/api/v1/pods?fieldSelector=spec.foo%3D1');
    expect(body['message']).toBe('field label not supported: spec.foo');
  });

  it('L3 waits for a version that lies ahead, then gives up with a hint', async () => {
    const clock = new VirtualClock();
    await using slow = await testServer({ clock, lifecycle: false });
    const pending = slow.get(`${maps}?resourceVersion=999999`);
    await clock.advance(3000);
    const { status, body } = await pending;
    expect([status, body['reason'], body['details']?.['causes']?.[0]?.['reason']]).toEqual([
      504,
      'Timeout',
      'ResourceVersionTooLarge',
    ]);
    expect(body['message']).toMatch(/^Timeout: Too large resource version: 999999, current: \d+$/);
  });

  it('T1 answers as a Table, T6 as metadata only', async () => {
    const table = await api.get(maps, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } });
    expect(table.body['kind']).toBe('Table');
    expect(table.body['rows']?.[0]?.['cells']).toEqual(['a', 0, expect.any(String)]);
    const partial = await api.get(maps, {
      headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
    });
    expect(partial.body['kind']).toBe('PartialObjectMetadataList');
    expect(partial.body['items']?.[0]).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
  });
});

describe('watch', () => {
  it('starts with what exists when no version is given', async () => {
    const watch = await api.watch(`${maps}?watch=true`);
    expect(eventNames(await watch.until(5))).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED d', 'ADDED e']);
    watch.close();
  });

  it('L25, L27, C6 delivers changes after a version, a deletion under its own version', async () => {
    const from = rv((await api.get(maps)).body);
    const watch = await api.watch(`${maps}?watch=true&resourceVersion=${from}`);
    const { body } = await api.post(maps, { metadata: { name: 'w' } });
    await api.patch(`${maps}/w`, 'merge', { data: { x: 'y' } });
    await api.delete(`${maps}/w`);
    const events = await watch.until(3);
    expect(eventNames(events)).toEqual(['ADDED w', 'MODIFIED w', 'DELETED w']);
    expect(events[2]?.['object']?.['data']).toEqual({ x: 'y' });
    const versions = events.map((event) => Number(event['object']?.['metadata']?.['resourceVersion']));
    expect(versions).toEqual([Number(rv(body)), Number(rv(body)) + 1, Number(rv(body)) + 2]);
    watch.close();
  });

  it('L26 sees objects enter and leave a selector', async () => {
    const from = rv((await api.get(maps)).body);
    const watch = await api.watch(`${maps}?watch=true&resourceVersion=${from}&labelSelector=in%3Dyes`);
    await api.post(maps, { metadata: { name: 'm' } });
    await api.patch(`${maps}/m`, 'merge', { metadata: { labels: { in: 'yes' } } });
    await api.patch(`${maps}/m`, 'merge', { data: { a: 'b' } });
    await api.patch(`${maps}/m`, 'merge', { metadata: { labels: { in: 'no' } } });
    await api.delete(`${maps}/m`);
    await api.post(maps, { metadata: { name: 'end', labels: { in: 'yes' } } });
    expect(eventNames(await watch.until(4))).toEqual(['ADDED m', 'MODIFIED m', 'DELETED m', 'ADDED end']);
    expect(watch.events[2]?.['object']?.['metadata']?.['labels']).toEqual({ in: 'yes' });
    await api.delete(`${maps}/end`);
    watch.close();
  });

  it('L30 marks the end of the initial events', async () => {
    const watch = await api.watch(
      `${maps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    const events = await watch.until(6);
    expect(eventNames(events).slice(0, 5)).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED d', 'ADDED e']);
    expect(events[5]).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: {
          resourceVersion: rv((await api.get(maps)).body),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    });
    watch.close();
  });

  it('L31 refuses what makes no sense before the stream starts', async () => {
    const { status, body } = await api.get(`${maps}?watch=true&sendInitialEvents=true`);
    expect([status, body['details']?.['causes']?.[0]?.['reason']]).toEqual([422, 'FieldValueForbidden']);
  });

  it('L22, L24 tells a watcher that comes too late, and ends', async () => {
    const clock = new VirtualClock();
    await using old = await testServer({ clock, lifecycle: false });
    const { body } = await old.post(maps, { metadata: { name: 'x' } });
    await clock.advance(80_000);
    for (let index = 0; index < 200; index += 1) await old.patch(`${maps}/x`, 'merge', { data: { n: String(index) } });
    await clock.advance(80_000);
    await old.patch(`${maps}/x`, 'merge', { data: { n: 'last' } });
    const watch = await old.watch(`${maps}?watch=true&resourceVersion=${rv(body)}`);
    expect(await watch.until(1)).toEqual([
      {
        type: 'ERROR',
        object: expect.objectContaining({
          kind: 'Status',
          reason: 'Expired',
          code: 410,
          message: expect.stringMatching(/^too old resource version: \d+ \(\d+\)$/),
        }),
      },
    ]);
    expect(watch.ended).toBe(true);
  });

  it('L24 an old version is fine while nothing of this resource was forgotten', async () => {
    await api.post('/api/v1/namespaces/default/secrets', { metadata: { name: 's' } });
    const from = rv((await api.get('/api/v1/namespaces/default/secrets')).body);
    for (let index = 0; index < 300; index += 1) await api.patch(`${maps}/a`, 'merge', { data: { n: String(index) } });
    const watch = await api.watch(`/api/v1/namespaces/default/secrets?watch=true&resourceVersion=${from}`);
    await api.delete('/api/v1/namespaces/default/secrets/s');
    expect(eventNames(await watch.until(1))).toEqual(['DELETED s']);
    watch.close();
  });

  it('L33 ends cleanly after timeoutSeconds, L32 with a bookmark shortly before', async () => {
    const clock = new VirtualClock();
    await using timed = await testServer({ clock, lifecycle: false });
    const watch = await timed.watch(`${maps}?watch=true&resourceVersion=0&timeoutSeconds=10&allowWatchBookmarks=true`);
    await clock.advance(9_000);
    expect(eventNames(watch.events)).toEqual(['BOOKMARK ']);
    expect(watch.ended).toBe(false);
    await clock.advance(1_000);
    expect(watch.ended).toBe(true);
    expect(watch.events).toHaveLength(1);
  });

  it('L39 sends tables, with columns in the first event only', async () => {
    const tables = await api.request('GET', `${maps}?limit=1`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    expect(tables.body['columnDefinitions']).not.toBeNull();
  });

  it('L38 ends watches when the server stops', async () => {
    const stopping = await testServer({ lifecycle: false });
    const watch = await stopping.watch(`${maps}?watch=true&resourceVersion=0`);
    await stopping[Symbol.asyncDispose]();
    expect(watch.ended).toBe(true);
  });
});
