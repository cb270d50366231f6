/** Hostile connections against the real port: each is answered or ended, and the next client does not notice. */
import { connect as connectHttp2, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock, type Timer } from '../../clock/index.ts';
import { testServer, type TestServer } from '../../testing/api-server.ts';
import type { ListenerLimits } from './listener-limits.ts';

const token = 'a-token-of-an-administrator';
const authorization = `Bearer ${token}`;
const maps = '/api/v1/namespaces/default/configmaps';

/** Remembers for how long it was asked to wait, so that a test knows that a limit is running. */
class RecordingClock extends VirtualClock {
  readonly #asked: number[] = [];

  override after(delayMs: number, callback: () => void): Timer {
    this.#asked.push(delayMs);
    return super.after(delayMs, callback);
  }

  asked(delayMs: number): number {
    return this.#asked.filter((one) => one === delayMs).length;
  }
}

let api: TestServer;
let clock: RecordingClock;
let open: { destroy(): void }[];

async function serve(listenerLimits: Partial<ListenerLimits> = {}): Promise<void> {
  clock = new RecordingClock(Date.now());
  api = await testServer({
    lifecycle: false,
    clock,
    listen: { host: '127.0.0.1', port: 0 },
    tokens: [{ token, user: { username: 'admin', groups: ['system:masters'] } }],
    listenerLimits,
  });
}

beforeEach(async () => {
  open = [];
  await serve();
});

afterEach(async () => {
  for (const one of open) one.destroy();
  await api[Symbol.asyncDispose]();
});

const port = (): number => Number(new URL(api.server.url).port);

async function http1(): Promise<TLSSocket> {
  const socket = connectTls({
    port: port(),
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  });
  open.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

async function http2(): Promise<ClientHttp2Session> {
  const session = connectHttp2(api.server.url, { rejectUnauthorized: false });
  open.push(session);
  session.on('error', () => undefined);
  await once(session, 'remoteSettings');
  return session;
}

/** Everything the server says until it hangs up. */
function untilClosed(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(text));
  });
}

async function send(text: string | Buffer): Promise<string> {
  const socket = await http1();
  const said = untilClosed(socket);
  socket.write(text);
  return said;
}

const firstLine = (text: string): string => text.split('\r\n')[0] ?? '';

/** Unlike `once`, these do not fail with the error that is expected here. */
const closeOf = (emitter: ClientHttp2Session | ClientHttp2Stream): Promise<void> =>
  new Promise((resolve) => emitter.once('close', () => resolve()));
const headersOf = (stream: ClientHttp2Stream): Promise<void> =>
  new Promise((resolve) => stream.once('response', () => resolve()));

interface Http2Answer {
  readonly status: number;
  readonly text: string;
}

function answerOf(stream: ClientHttp2Stream): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let text = '';
    stream.on('response', (headers) => (status = Number(headers[':status'])));
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('error', reject);
    stream.on('close', () => resolve({ status, text }));
  });
}

const ask = (session: ClientHttp2Session, path: string, headers: Record<string, string> = {}): ClientHttp2Stream =>
  session.request({ ':path': path, authorization, ...headers });

async function expectAlive(): Promise<void> {
  const session = await http2();
  expect((await answerOf(ask(session, '/api/v1/namespaces/default'))).status).toBe(200);
  session.close();
}

const post = (headers: string, body = ''): string =>
  `POST ${maps} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n${headers}\r\n${body}`;

const tooLarge = 'Request entity too large: limit is 3145728';

describe('S20 SV6 a body of 3 MiB and one byte', () => {
  const size = 3 * 1024 * 1024 + 1;

  it('HTTP/1.1, announced: refused before it comes', async () => {
    const text = await send(post(`Content-Length: ${size}\r\n`));
    expect(firstLine(text)).toBe('HTTP/1.1 413 Payload Too Large');
    expect(text).toContain(tooLarge);
    expect(text.toLowerCase()).toContain('connection: close');
    await expectAlive();
  });

  it('HTTP/1.1, in chunks: refused at the limit', async () => {
    const body = `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n0\r\n\r\n`;
    const text = await send(post('Transfer-Encoding: chunked\r\n', body));
    expect(firstLine(text)).toBe('HTTP/1.1 413 Payload Too Large');
    expect(text).toContain(tooLarge);
    await expectAlive();
  });

  it.each([
    ['announced', { 'content-length': String(size) }],
    ['unannounced', {}],
  ] as const)('HTTP/2, %s: refused, the stream is over, the session serves on', async (_name, more) => {
    const session = await http2();
    const stream = session.request({ ':method': 'POST', ':path': maps, authorization, ...more });
    stream.on('error', () => undefined);
    const answer = answerOf(stream).catch(() => ({ status: -1, text: '' }));
    if (!('content-length' in more)) stream.write(Buffer.alloc(size, 'x'));
    const { status, text } = await answer;
    expect(status).toBe(413);
    expect(text).toContain(tooLarge);
    expect((await answerOf(ask(session, maps))).status).toBe(200);
  });
});

/** Limits so small that a test need not wait for them. */
async function serveWith(listenerLimits: Partial<ListenerLimits>): Promise<void> {
  await api[Symbol.asyncDispose]();
  await serve(listenerLimits);
}

describe('S27 S32 slow senders', () => {
  it('headers that do not end are cut with 408', async () => {
    await serveWith({ headersTimeoutMs: 50, checkIntervalMs: 10 });
    expect(firstLine(await send('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: '))).toBe('HTTP/1.1 408 Request Timeout');
  });

  it('a connection that says nothing is closed', async () => {
    await serveWith({ headersTimeoutMs: 50, checkIntervalMs: 10 });
    const quiet = await http1();
    expect(firstLine(await untilClosed(quiet))).toBe('HTTP/1.1 408 Request Timeout');
  });

  it('a handshake that does not come is not waited for', async () => {
    await serveWith({ handshakeTimeoutMs: 20 });
    const silent = connectTcp(port(), '127.0.0.1');
    open.push(silent);
    expect(await untilClosed(silent)).toBe('');
  });

  it('an HTTP/2 session without streams is closed, one with a quiet watch is not', async () => {
    await serveWith({ idleSessionMs: 50 });
    const watching = await http2();
    const watch = ask(watching, `${maps}?watch=1&resourceVersion=0`);
    await headersOf(watch);
    await closeOf(await http2());
    await closeOf(await http2());
    expect([watch.closed, watching.closed]).toEqual([false, false]);
  });

  it('S26 a body that does not come is given up with 504, with either protocol', async () => {
    const said = send(post('Content-Length: 10\r\n', '{'));
    const session = await http2();
    const stream = session.request({ ':method': 'POST', ':path': maps, authorization });
    const answer = answerOf(stream);
    stream.write('{');
    await until(() => clock.asked(34_000) === 2);
    await clock.advance(34_000);
    expect(firstLine(await said)).toBe('HTTP/1.1 504 Gateway Timeout');
    expect((await answer).status).toBe(504);
    expect((await answerOf(ask(session, maps))).status).toBe(200);
  });
});

describe('SV16 what is no HTTP', () => {
  it.each([
    ['both lengths', post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '{}')],
    ['two lengths', post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}')],
    ['a length that is none', post('Content-Length: +2\r\n', '{}')],
    ['an encoding after chunked', post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n')],
    ['a chunk size that is none', post('Transfer-Encoding: chunked\r\n', 'zz\r\n')],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n'],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['junk', '\x00\x01\x02\x03junk\r\n\r\n'],
    ['another version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
  ])('%s is 400, and the connection is closed', async (_name, text) => {
    expect(firstLine(await send(text))).toBe('HTTP/1.1 400 Bad Request');
  });

  it('SV9 headers of more than 64 KiB are 431; of 60 KiB they are read', async () => {
    const header = (size: number): string =>
      `GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-A: ${'a'.repeat(size)}\r\n\r\n`;
    expect(firstLine(await send(header(60 * 1024)))).toBe('HTTP/1.1 200 OK');
    expect(firstLine(await send(header(70 * 1024)))).toBe('HTTP/1.1 431 Request Header Fields Too Large');
  });

  it('SV9 HTTP/2 headers beyond the limit end the stream or the session, no other', async () => {
    const session = await http2();
    const outcome = await answerOf(ask(session, '/version', { 'x-a': 'a'.repeat(200 * 1024) })).catch(() => ({
      status: 0,
    }));
    expect([0, 431]).toContain(outcome.status);
    await expectAlive();
  });

  it.each([
    ['plain HTTP', 'GET /version HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['junk', 'A'.repeat(1000)],
    [
      'a TLS record of the wrong kind',
      Buffer.from([0x16, 0x03, 0x01, 0xff, 0xff, ...Array.from({ length: 64 }, () => 0xff)]),
    ],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('%s on the TLS port is hung up on', async (_name, bytes) => {
    const socket = connectTcp(port(), '127.0.0.1');
    open.push(socket);
    socket.write(bytes);
    expect(await untilClosed(socket)).not.toContain('HTTP/1.1 200');
    await expectAlive();
  });

  it('a header that cannot be sent back does not take the server along', async () => {
    const session = await http2();
    const outcome = await answerOf(ask(session, '/version', { 'audit-id': 'é\u{1f600}' })).catch(() => ({ status: 0 }));
    expect([0, 200, 400]).toContain(outcome.status);
    await expectAlive();
  });
});

describe('S31 connections', () => {
  it('beyond the limit are hung up on, and served again once there is room', async () => {
    await serveWith({ maxConnections: 1 });
    const first = await http1();
    const second = connectTcp(port(), '127.0.0.1');
    open.push(second);
    expect(await untilClosed(second)).toBe('');
    const closed = untilClosed(first);
    first.end();
    await closed;
    await expectAlive();
  });
});

describe('S32 SV11 HTTP/2', () => {
  it('says how many streams a session may have', async () => {
    expect((await http2()).remoteSettings.maxConcurrentStreams).toBe(250);
  });

  it('rapid reset ends that session and no other', async () => {
    await serveWith({ streamResetBurst: 100, streamResetRate: 10 });
    const other = await http2();
    const session = await http2();
    const ended = closeOf(session);
    let sent = 0;
    while (!session.destroyed && sent < 5_000) {
      const burst = Array.from({ length: 50 }, () => ask(session, maps));
      for (const stream of burst) stream.on('error', () => undefined);
      sent += burst.length;
      // In one turn the client would forget the request instead of resetting it.
      await new Promise((resolve) => setImmediate(resolve));
      for (const stream of burst) stream.close(constants.NGHTTP2_CANCEL);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
    expect(sent).toBeLessThan(5_000);
    expect((await answerOf(ask(other, maps))).status).toBe(200);
  });

  it('S7 ends a session of who is nobody, or not who they say, after the answer', async () => {
    for (const [headers, status] of [
      [{ authorization: '' }, 403],
      [{ authorization: 'Bearer wrong' }, 401],
    ] as const) {
      const session = await http2();
      const ended = closeOf(session);
      expect((await answerOf(ask(session, maps, headers))).status).toBe(status);
      await ended;
    }
    const session = await http2();
    await answerOf(ask(session, maps));
    expect((await answerOf(ask(session, maps))).status).toBe(200);
  });
});

/** Turns of the event loop until something is so. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not so after ten seconds: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const watchPath = `${maps}?watch=1&resourceVersion=0`;

async function deadWatchers(session: ClientHttp2Session, count: number): Promise<void> {
  const streams = Array.from({ length: count }, () => ask(session, watchPath));
  for (const stream of streams) stream.on('error', () => undefined);
  // Headers arrive; nobody ever listens for data.
  await Promise.all(streams.map(headersOf));
}

const big = (name: string, bytes: number): object => ({ metadata: { name }, data: { d: 'x'.repeat(bytes) } });

describe('L36 SV13 readers that do not read', () => {
  it('500 dead watchers delay nobody, hold no more than 8 MiB each in common, and leave no trace', async () => {
    const { watches } = api.server.core;
    const dead = [await http2(), await http2()];
    await Promise.all(dead.map((session) => deadWatchers(session, 250)));
    expect(watches.open).toBe(500);
    const live = ask(await http2(), watchPath);
    let seen = '';
    live.on('data', (chunk: Buffer) => (seen += chunk.toString().replaceAll(/x{2,}/g, '')));
    await headersOf(live);
    const before = process.memoryUsage().rss;
    for (let index = 0; index < 10; index++) {
      expect((await api.post(maps, big(`big-${index}`, 1_000_000))).status).toBe(201);
      await until(() => seen.includes(`"name":"big-${index}"`));
    }
    // Each watcher was sent ten megabytes that it did not take; the frames are one for all.
    expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024);
    expect(watches.open).toBe(1);
    for (const session of dead) session.destroy();
    await expectAlive();
  }, 30_000);

  it('watchers whose sockets go away give their places back', async () => {
    const session = await http2();
    await deadWatchers(session, 100);
    const socket = await http1();
    socket.write(`GET ${watchPath} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n\r\n`);
    await once(socket, 'data');
    expect(api.server.core.watches.open).toBe(101);
    socket.destroy();
    session.destroy();
    await until(() => api.server.core.watches.open === 0);
  });

  it('a watch asked for with HEAD holds no place', async () => {
    const session = await http2();
    await answerOf(session.request({ ':method': 'HEAD', ':path': watchPath, authorization }));
    await until(() => api.server.core.watches.open === 0);
  });

  it('a watcher that takes nothing for 60 s is cut, one that reads is not', async () => {
    const dead = await http2();
    await deadWatchers(dead, 1);
    const live = ask(await http2(), watchPath);
    let bytes = 0;
    live.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await headersOf(live);
    expect((await api.post(maps, big('one', 900_000))).status).toBe(201);
    await until(() => bytes > 900_000);
    await clock.advance(59_000);
    expect(api.server.core.watches.open).toBe(2);
    await clock.advance(2_000);
    await until(() => api.server.core.watches.open === 1);
    expect(live.closed).toBe(false);
  });

  it.each(['identity', 'gzip'])('SV15 a list (%s) waits for its reader, who is cut after 60 s', async (encoding) => {
    // Random, so that it stays large when compressed.
    const data = { d: randomBytes(700_000).toString('base64') };
    for (let index = 0; index < 12; index++) {
      expect((await api.post(maps, { metadata: { name: `list-${index}` }, data })).status).toBe(201);
    }
    const session = await http2();
    const stream = ask(session, maps, { 'accept-encoding': encoding });
    stream.on('error', () => undefined);
    await headersOf(stream);
    await until(() => clock.asked(60_000) > 0);
    await clock.advance(60_000);
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await closeOf(stream);
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    // What the client and its windows had asked for, out of eleven megabytes.
    expect(bytes).toBeLessThan(1_000_000);
    expect((await answerOf(ask(session, '/version'))).status).toBe(200);
  });
});
