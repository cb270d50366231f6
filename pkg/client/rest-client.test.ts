import { describe, expect, it } from '@jest/globals';
import { leases, nodes, services } from '../api/resources.ts';
import { isStatusError } from '../api/status.ts';
import type { StatusError } from '../api/status.ts';
import { advanceSettled, promisesSettled, VirtualClock } from '../clock/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import { RestClient } from './rest-client.ts';
import type { RestClientOptions } from './rest-client.ts';
import { frame, OpenBody, ScriptedTransport, silence, statusBody } from './testdata/scripted-transport.ts';
import type { Answer, Script } from './testdata/scripted-transport.ts';
import { TransportError } from './transport-error.ts';

const web = { metadata: { name: 'web', namespace: 'default' } };

function clientOf(script: Script | readonly (Answer | Error)[], options: Partial<RestClientOptions> = {}) {
  const transport = new ScriptedTransport(script);
  const clock = new VirtualClock();
  return { transport, clock, client: new RestClient({ transport, clock, ...options }) };
}

const ok: Script = () => ({ body: { metadata: { name: 'web' }, items: [] } });

describe('RestClient: what goes out', () => {
  it('reads one object, namespaced or not', async () => {
    const { client, transport } = clientOf(ok);
    await client.get(services, { namespace: 'a b', name: 'web' });
    await client.get(nodes, { name: 'n1' });
    expect(transport.paths).toEqual(['GET /api/v1/namespaces/a%20b/services/web', 'GET /api/v1/nodes/n1']);
    expect(transport.requests[0]).toMatchObject({
      streaming: false,
      headers: { accept: 'application/json', 'user-agent': 'fairlead' },
    });
  });

  it('lists with every option, and leaves out what is empty', async () => {
    const { client, transport } = clientOf(ok);
    await client.list(services, { labelSelector: '', resourceVersion: '', limit: 0 });
    await client.list(services, {
      namespace: 'default',
      labelSelector: 'a=b,c!=d',
      fieldSelector: 'metadata.name=x',
      limit: 500,
      continue: 'tok/en=',
      resourceVersion: '7',
      resourceVersionMatch: 'Exact',
    });
    expect(transport.paths).toEqual([
      'GET /api/v1/services',
      'GET /api/v1/namespaces/default/services?labelSelector=a%3Db%2Cc!%3Dd&fieldSelector=metadata.name%3Dx&limit=500' +
        '&continue=tok%2Fen%3D&resourceVersion=7&resourceVersionMatch=Exact',
    ]);
  });

  it('IN18 asks for a streaming list', async () => {
    const { client, transport } = clientOf(() => ({ body: '' }));
    const watch = client.watch(leases, {
      sendInitialEvents: true,
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: true,
      timeoutSeconds: 300,
    });
    expect(await Array.fromAsync(watch)).toEqual([]);
    expect(transport.paths).toEqual([
      'GET /apis/coordination.k8s.io/v1/leases?watch=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true' +
        '&sendInitialEvents=true&timeoutSeconds=300',
    ]);
    expect(transport.requests[0]?.streaming).toBe(true);
  });

  it('CL12 writes whole objects, filling in only their kind', async () => {
    const { client, transport } = clientOf(ok);
    const object = { ...web, spec: { unknownField: { kept: true } } };
    await client.create(services, object, { fieldManager: 'me', dryRun: true, fieldValidation: 'Strict' });
    await client.update(services, { ...object, apiVersion: 'v1', kind: 'Service' }, { subresource: 'status' });
    expect(transport.paths).toEqual([
      'POST /api/v1/namespaces/default/services?dryRun=All&fieldManager=me&fieldValidation=Strict',
      'PUT /api/v1/namespaces/default/services/web/status',
    ]);
    for (const { body } of transport.requests) {
      expect(JSON.parse(body ?? '')).toEqual({ ...object, apiVersion: 'v1', kind: 'Service' });
    }
  });

  it('patches in four dialects', async () => {
    const { client, transport } = clientOf(ok);
    const key = { namespace: 'default', name: 'web' };
    await client.patch(services, key, 'json', []);
    await client.patch(services, key, 'merge', {});
    await client.patch(services, key, 'strategic', {});
    await client.patch(services, key, 'apply', {}, { fieldManager: 'me', force: true });
    expect(transport.requests.map(({ headers }) => headers['content-type'])).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
    ]);
    expect(transport.paths[3]).toBe('PATCH /api/v1/namespaces/default/services/web?fieldManager=me&force=true');
  });

  it('LE17 deletes with preconditions; without options there is no body', async () => {
    const { client, transport } = clientOf(ok);
    const key = { namespace: 'default', name: 'web' };
    await client.delete(services, key);
    const preconditions = { uid: 'u', resourceVersion: '3' };
    await client.delete(services, key, { preconditions, propagationPolicy: 'Background', dryRun: true });
    expect(transport.requests.map(({ body }) => body)).toEqual([
      undefined,
      JSON.stringify({ preconditions, propagationPolicy: 'Background', dryRun: ['All'] }),
    ]);
  });

  it('lets labels carry names of Object.prototype', async () => {
    const { client, transport } = clientOf((request) => ({ body: request.body ?? '' }));
    const labels = JSON.parse('{"__proto__":"a","constructor":"b","valueOf":"c"}') as Record<string, string>;
    const back = await client.create(services, { metadata: { name: 'x', namespace: 'y', labels } });
    expect(Object.entries(back.metadata.labels ?? {})).toEqual(Object.entries(labels));
    expect(transport.requests).toHaveLength(1);
  });
});

describe('RestClient: what comes back', () => {
  it('fills in kind and apiVersion of listed items and runs the transform on each', async () => {
    const body = { kind: 'ServiceList', metadata: { resourceVersion: '9', continue: 'more' }, items: [web] };
    const { client } = clientOf(() => ({ body }));
    const list = await client.list(services, { transform: (item) => ({ ...item, seen: true }) });
    expect(list).toEqual({
      items: [{ ...web, kind: 'Service', apiVersion: 'v1', seen: true }],
      resourceVersion: '9',
      continue: 'more',
    });
  });

  it('rejects with the Status that the server sent', async () => {
    const { client } = clientOf([{ status: 409, body: statusBody(409, 'Conflict', 'changed meanwhile') }]);
    const error = await client.update(services, web).catch((error: unknown) => error);
    expect(isStatusError(error, 'Conflict')).toBe(true);
    expect((error as StatusError).message).toBe('changed meanwhile');
  });

  it.each([
    [404, 'GET', 'NotFound', 'the server could not find the requested resource (get services web)'],
    [403, 'GET', 'Forbidden', 'nginx says no (get services web)'],
    [502, 'GET', 'InternalError', /^an error on the server \("nginx says no"\) has prevented/],
    [418, 'GET', '', 'nginx says no (get services web)'],
  ])('makes a Status for a %i that brings none', async (status, _, reason, message) => {
    const { client } = clientOf([{ status, body: 'nginx says no\n' }]);
    const error = (await client
      .get(services, { namespace: 'default', name: 'web' })
      .catch((error: unknown) => error)) as StatusError;
    expect([error.code, error.reason]).toEqual([status, reason]);
    expect(error.message).toMatch(message);
    expect(error.status.details?.causes?.[0]?.reason).toBe('UnexpectedServerResponse');
  });

  it('says what came when it is not JSON', async () => {
    const { client } = clientOf([{ body: '<html>' }]);
    await expect(client.get(nodes, { name: 'n' })).rejects.toThrow('expected JSON, got "<html>"');
  });

  it('raw gives any answer as it is', async () => {
    const { client, transport } = clientOf([{ status: 500, body: '[-]etcd failed' }]);
    expect(await client.raw('GET', '/readyz')).toEqual({ status: 500, text: '[-]etcd failed' });
    expect(transport.paths).toEqual(['GET /readyz']);
  });
});

describe('RestClient: repeats', () => {
  const busy = (status: number, retryAfter: string): Answer => ({
    status,
    headers: { 'retry-after': retryAfter },
    body: statusBody(status, 'X'),
  });

  it('CL8, F6 comes back after Retry-After, with writes as well', async () => {
    const { client, transport, clock } = clientOf([busy(429, '2'), busy(503, '0'), { body: web }]);
    const created = client.create(services, web);
    await advanceSettled(clock, 1999);
    expect(transport.requests).toHaveLength(1);
    await advanceSettled(clock, 1);
    expect(transport.requests).toHaveLength(2);
    await advanceSettled(clock, 100);
    expect(await created).toEqual(web);
  });

  it('CL8 gives up after ten repeats and never starts without the header', async () => {
    const always = clientOf(() => busy(429, '1'));
    const given = always.client.get(nodes, { name: 'n' }).catch((error: unknown) => error);
    await advanceSettled(always.clock, 60_000);
    expect(isStatusError(await given)).toBe(true);
    expect(always.transport.requests).toHaveLength(11);

    const plain = clientOf([{ status: 500, body: statusBody(500, 'InternalError') }]);
    await expect(plain.client.get(nodes, { name: 'n' })).rejects.toThrow('InternalError');
    expect(plain.transport.requests).toHaveLength(1);
  });

  it('CL9, F10 repeats a read whose connection broke, once; never a write', async () => {
    const lost = new TransportError('lost', 'ECONNRESET');
    const read = clientOf([lost, { body: web }]);
    expect(await read.client.get(nodes, { name: 'n' })).toEqual(web);

    const twice = clientOf([lost, { pieces: ['{"meta', lost] }, { body: web }]);
    await expect(twice.client.get(nodes, { name: 'n' })).rejects.toBe(lost);
    expect(twice.transport.requests).toHaveLength(2);

    const write = clientOf([lost, { body: web }]);
    await expect(write.client.create(services, web)).rejects.toBe(lost);
    expect(write.transport.requests).toHaveLength(1);
  });

  it('CL4 gives up when the time is over, also in the middle of a body', async () => {
    const { client, clock, transport } = clientOf(() => ({ pieces: ['{"items": [', silence] }), {
      listTimeoutMs: 5000,
    });
    const list = client.list(services).catch((error: unknown) => error);
    await advanceSettled(clock, 5000);
    expect(await list).toMatchObject({ name: 'TransportError', fault: 'timeout' });
    expect(transport.requests[0]?.signal?.aborted).toBe(true);
  });

  it('LE16 gives writes a time of their own', async () => {
    const { client, clock } = clientOf(() => new Promise(() => {}), { mutationTimeoutMs: 3000 });
    const write = client.create(services, web).catch((error: unknown) => error);
    await advanceSettled(clock, 3000);
    expect(await write).toMatchObject({ fault: 'timeout' });
  });

  it('stops at once when its signal aborts: on the wire, in a pause, in the queue', async () => {
    const stop = new AbortController();
    const wire = clientOf(() => new Promise(() => {}));
    const pause = clientOf(() => busy(429, '60'));
    const queue = clientOf(ok, { rateLimit: { qps: 0.1, burst: 1 } });
    await queue.client.get(nodes, { name: 'n' });
    const waiting = [wire, pause, queue].map(({ client }) =>
      client.get(nodes, { name: 'n' }, { signal: stop.signal }).catch((error: unknown) => error),
    );
    await promisesSettled();
    stop.abort(new Error('leadership lost'));
    expect(await Promise.all(waiting)).toEqual([stop.signal.reason, stop.signal.reason, stop.signal.reason]);
    expect(queue.transport.requests).toHaveLength(1);
  });
});

describe('RestClient: rate limit', () => {
  it('CL7 lets a burst go and then keeps its pace', async () => {
    const { client, transport, clock } = clientOf(ok, { rateLimit: { qps: 10, burst: 3 } });
    const all = Array.from({ length: 5 }, () => client.get(nodes, { name: 'n' }));
    await promisesSettled();
    expect(transport.requests).toHaveLength(3);
    await advanceSettled(clock, 100);
    expect(transport.requests).toHaveLength(4);
    await advanceSettled(clock, 100);
    await Promise.all(all);
    expect(transport.requests).toHaveLength(5);
  });

  it('OB7 counts under upstream names', async () => {
    const metrics = new MetricRegistry();
    const { client } = clientOf([{ body: web }, new TransportError('refused', 'no')], { metrics, host: 'h:1' });
    await client.get(nodes, { name: 'n' });
    await expect(client.create(services, web)).rejects.toThrow('no');
    const results = metrics.counter({ name: 'rest_client_requests_total', help: '' });
    expect([...results.series()].map(({ labels, cell }) => [labels, cell.value])).toEqual([
      [{ code: '200', method: 'GET', host: 'h:1' }, 1],
      [{ code: '<error>', method: 'POST', host: 'h:1' }, 1],
    ]);
  });
});

describe('RestClient: watch', () => {
  const bookmark = frame('BOOKMARK', { metadata: { resourceVersion: '5' } });

  it('yields events as they come, ERROR included, and ends with the body', async () => {
    const { client } = clientOf([{ pieces: [frame('ADDED', web) + frame('ERROR', statusBody(410, 'Expired')), '\n'] }]);
    const events = await Array.fromAsync(client.watch(services));
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ERROR']);
  });

  it('rejects with a StatusError when it is not opened, and does not come back by itself (IN9)', async () => {
    const { client, transport } = clientOf([
      { status: 429, headers: { 'retry-after': '7' }, body: statusBody(429, 'TooManyRequests') },
    ]);
    const error = await Array.fromAsync(client.watch(services)).catch((error: unknown) => error);
    expect((error as StatusError).status.details?.retryAfterSeconds).toBe(7);
    expect(transport.requests).toHaveLength(1);
  });

  it('IN16 throws at a frame it does not understand', async () => {
    for (const bad of ['{"type":"ADDED","obj', '[]', '{"type":"NEW","object":{}}', '{"type":"ADDED"}', 'null']) {
      const { client } = clientOf([{ pieces: [`${bookmark}${bad}\n${bookmark}`] }]);
      const seen: string[] = [];
      const read = async () => {
        for await (const { type } of client.watch(services)) seen.push(type);
      };
      await expect(read()).rejects.toMatchObject({ name: 'TransportError', fault: 'protocol' });
      expect(seen).toEqual(['BOOKMARK']);
    }
  });

  it('F10 tells a stream that was cut in a frame from one that ended', async () => {
    for (const pieces of [
      [bookmark, '{"type"'],
      [bookmark, '{"type"', new TransportError('lost', 'reset')],
    ]) {
      const { client } = clientOf([{ pieces }]);
      await expect(Array.fromAsync(client.watch(services))).rejects.toMatchObject({ name: 'CutFrameError' });
    }
  });

  it('ends the request when the reader leaves, and when its signal aborts although the server is silent', async () => {
    const body = new OpenBody();
    const { client, transport } = clientOf(() => ({ body }));
    body.send(bookmark, bookmark);
    for await (const { type } of client.watch(services)) {
      expect(type).toBe('BOOKMARK');
      break;
    }
    expect(transport.requests[0]?.signal?.aborted).toBe(true);

    const stop = new AbortController();
    const silent = clientOf(() => ({ pieces: [silence] }));
    const watch = silent.client.watch(services, { signal: stop.signal })[Symbol.asyncIterator]();
    const next = watch.next().catch((error: unknown) => error);
    await promisesSettled();
    stop.abort(new Error('stopping'));
    expect(await next).toBe(stop.signal.reason);
  });
});
