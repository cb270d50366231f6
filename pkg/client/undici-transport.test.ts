import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { nodes, services } from '../api/resources.ts';
import { connectWith } from './connect.ts';
import { fixedCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { RestClient } from './rest-client.ts';
import { frame } from './testdata/scripted-transport.ts';
import { startTlsServer } from './testdata/tls-server.ts';
import type { TlsServer } from './testdata/tls-server.ts';
import { UndiciTransport } from './undici-transport.ts';

let server: TlsServer;
let handle: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = await startTlsServer((request, response) => handle(request, response));
});
afterAll(async () => server[Symbol.asyncDispose]());

const answer = (body: object) => (_: IncomingMessage, response: ServerResponse) => response.end(JSON.stringify(body));

describe('UndiciTransport', () => {
  it('DC1 keeps its connections', async () => {
    await using connection = connectWith({ server: server.url, caData: server.ca });
    const client = connection.client({ component: 'test', rateLimit: { qps: 1e6, burst: 1e6 } });
    handle = answer({ metadata: { name: 'n' } });
    const before = server.connections();
    for (let i = 0; i < 200; i++) await client.get(nodes, { name: 'n' });
    expect(server.connections() - before).toBeLessThanOrEqual(4);
  });

  it('DC11 keeps watches away from other calls, and passes their bytes on at once', async () => {
    await using connection = connectWith({ server: server.url, caData: server.ca });
    const client = connection.client({ component: 'test' });
    const open: ServerResponse[] = [];
    handle = (request, response) => {
      if (!(request.url ?? '').includes('watch=true')) return answer({ metadata: { name: 'n' } })(request, response);
      open.push(response);
      response.write(frame('ADDED', { metadata: { name: `w${open.length}` } }));
    };
    const before = server.connections();
    const watches = Array.from({ length: 8 }, () => client.watch(services)[Symbol.asyncIterator]());
    const firsts = await Promise.all(watches.map((watch) => watch.next()));
    expect(firsts.map(({ value }) => value?.type)).toEqual(Array.from({ length: 8 }, () => 'ADDED'));
    await client.get(nodes, { name: 'n' });
    expect(server.connections() - before).toBe(9);
    await Promise.all(watches.map((watch) => watch.return?.(undefined)));
  });

  it('F10 calls a broken connection lost, before and inside an answer', async () => {
    const transport = new UndiciTransport({ server: server.url, credentials: fixedCredentials({ ca: server.ca }) });
    const client = new RestClient({ transport });
    handle = (_, response) => void response.destroy();
    await expect(client.get(nodes, { name: 'n' })).rejects.toMatchObject({ fault: 'lost' });
    handle = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"a":');
      setImmediate(() => response.destroy());
    };
    await expect(client.get(nodes, { name: 'n' })).rejects.toMatchObject({ fault: 'lost' });
    await transport.close();
  });

  it('calls a port without a server refused, and a stranger with its certificate tls', async () => {
    const refused = connectWith({ server: 'https://127.0.0.1:1', caData: server.ca }).client({ component: 'test' });
    await expect(refused.get(nodes, { name: 'n' })).rejects.toMatchObject({ fault: 'refused' });
    await using stranger = connectWith({ server: server.url });
    const client = stranger.client({ component: 'test' });
    await expect(client.get(nodes, { name: 'n' })).rejects.toMatchObject({ fault: 'tls' });
    await using insecure = connectWith({ server: server.url, insecureSkipTlsVerify: true });
    handle = answer({ metadata: { name: 'n' } });
    await expect(insecure.client({ component: 'test' }).get(nodes, { name: 'n' })).resolves.toBeDefined();
  });

  it('DC12 refuses plain HTTP unless the cluster is marked insecure', async () => {
    const client = connectWith({ server: 'http://127.0.0.1:1' }).client({ component: 'test' });
    await expect(client.get(nodes, { name: 'n' })).rejects.toThrow('set insecure-skip-tls-verify: true');
    const marked = connectWith({ server: 'http://127.0.0.1:1', insecureSkipTlsVerify: true });
    await expect(marked.client({ component: 'test' }).get(nodes, { name: 'n' })).rejects.toMatchObject({
      fault: 'refused',
    });
  });

  it('CL6 says who asks, with token and path prefix', async () => {
    const seen: IncomingMessage[] = [];
    handle = (request, response) => {
      seen.push(request);
      answer({})(request, response);
    };
    await using connection = connectWith(
      { server: `${server.url}/k8s/cluster-1/`, caData: server.ca, token: 's3cret' },
      { version: '1.2.3' },
    );
    await connection.client({ component: 'endpoints-controller' }).create(nodes, { metadata: { name: 'n' } });
    expect(seen[0]).toMatchObject({ url: '/k8s/cluster-1/api/v1/nodes', method: 'POST' });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret', 'content-type': 'application/json' });
    expect(seen[0]?.headers['user-agent']).toMatch(/^fairlead\/1\.2\.3 \(linux\/\w+\) endpoints-controller$/);
  });

  it('CL5 undoes gzip', async () => {
    handle = (request, response) => {
      const body = gzipSync(JSON.stringify({ items: [{ metadata: { name: request.headers['accept-encoding'] } }] }));
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
    };
    await using connection = connectWith({ server: server.url, caData: server.ca });
    const { items } = await connection.client({ component: 'test', compressLists: true }).list(nodes);
    expect(items[0]?.metadata.name).toBe('gzip');
  });

  it('CL15, CL16 turns to new credentials after a 401, on new connections when certificates changed', async () => {
    const sets: Credentials[] = [
      { ca: server.ca, authorization: 'Bearer old' },
      { ca: `${server.ca}\n`, authorization: 'Bearer new' },
    ];
    let refused = 0;
    const credentials = {
      current: () => Promise.resolve(sets[refused > 0 ? 1 : 0] as Credentials),
      reject: () => void (refused += 1),
    };
    const transport = new UndiciTransport({ server: server.url, credentials });
    const client = new RestClient({ transport });
    handle = (request, response) =>
      void response.writeHead(request.headers.authorization === 'Bearer new' ? 200 : 401).end('{}');
    const before = server.connections();
    await expect(client.get(nodes, { name: 'n' })).rejects.toMatchObject({ code: 401 });
    await client.get(nodes, { name: 'n' });
    expect([refused, server.connections() - before]).toEqual([1, 2]);
    await transport.close();
  });

  it('F1 ends a watch as lost when the server goes away', async () => {
    await using connection = connectWith({ server: server.url, caData: server.ca });
    handle = (_, response) => void response.write(frame('ADDED', { metadata: { name: 'a' } }));
    const watch = connection.client({ component: 'test' }).watch(services)[Symbol.asyncIterator]();
    await watch.next();
    server.cut();
    await expect(watch.next()).rejects.toMatchObject({ fault: 'lost' });
  });
});
