/**
 * The TLS port: HTTP/2 and HTTP/1.1 by ALPN on one socket (DH1), node's requests in, ApiRequests out. Nothing here
 * knows Kubernetes.
 */
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createGzip } from 'node:zlib';
import { failure } from '../../api/status.ts';
import { isStream, type ApiRequest, type ApiResponse, type Sink, type UserInfo } from './exchange.ts';

type NodeRequest = IncomingMessage | Http2ServerRequest;
type NodeResponse = ServerResponse | Http2ServerResponse;

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  /** CAs whose client certificates name users (S4). */
  readonly clientCa: string;
  readonly handle: (request: ApiRequest) => Promise<ApiResponse>;
}

export interface Listener {
  readonly port: number;
  setCertificate(cert: string, key: string): void;
  /** Stops accepting, lets answers under way finish, then closes. */
  close(): Promise<void>;
}

/** S27, S32 and the table under P11: Node's defaults are wrong for this job. */
const limits = {
  maxHeaderSize: 64 * 1024,
  maxHeaderListPairs: 256,
  headersTimeout: 32_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 120_000,
  maxConcurrentStreams: 250,
  /** Megabytes a session may hold: many watches share one. */
  maxSessionMemory: 256,
} as const;

export async function listen(options: ListenerOptions): Promise<Listener> {
  const server = createSecureServer({
    allowHTTP1: true,
    cert: options.cert,
    key: options.key,
    ca: options.clientCa,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    maxSessionMemory: limits.maxSessionMemory,
    maxHeaderListPairs: limits.maxHeaderListPairs,
    settings: { maxConcurrentStreams: limits.maxConcurrentStreams, maxHeaderListSize: limits.maxHeaderSize },
    streamResetBurst: 2_000,
    streamResetRate: 200,
  });
  configureHttp1(server);
  const sockets = trackConnections(server);
  server.on('request', (request: NodeRequest, response: NodeResponse) => {
    void serve(options, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    setCertificate: (cert, key) => server.setSecureContext({ cert, key, ca: options.clientCa }),
    close: () => closeGracefully(server, sockets),
  };
}

/** The HTTP/1 side of an http2 server takes its limits as properties. */
function configureHttp1(server: Http2SecureServer): void {
  Object.assign(server, {
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
  });
  server.on('sessionError', () => undefined);
  server.on('tlsClientError', () => undefined);
  server.on('clientError', (_error: Error, socket: Socket) => socket.destroy());
}

interface Connections {
  readonly sockets: Set<Socket>;
  readonly sessions: Set<{ close(): void; destroy(): void }>;
}

function trackConnections(server: Http2SecureServer): Connections {
  const connections: Connections = { sockets: new Set(), sessions: new Set() };
  server.on('connection', (socket: Socket) => {
    connections.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => connections.sockets.delete(socket));
  });
  server.on('session', (session) => {
    connections.sessions.add(session);
    session.once('close', () => connections.sessions.delete(session));
  });
  return connections;
}

/** L38: GOAWAY on HTTP/2; HTTP/1.1 connections that idle are closed, those in use may finish for a moment. */
async function closeGracefully(server: Http2SecureServer, { sockets, sessions }: Connections): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const session of sessions) session.close();
  const impatient = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, 250);
  await closed;
  clearTimeout(impatient);
}

async function serve(options: ListenerOptions, request: NodeRequest, response: NodeResponse): Promise<void> {
  const departure = new Departure();
  response.once('close', () => departure.happened());
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  const answer = await options.handle(toApiRequest(request, response, departure));
  if (response.writableEnded || departure.over) return;
  send(request, response, answer);
}

/** The client going away, as a signal that is made only for who asks: most requests are over before anybody does. */
class Departure {
  over = false;
  #controller: AbortController | undefined;

  happened(): void {
    this.over = true;
    this.#controller?.abort();
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.over) this.#controller.abort();
    return this.#controller.signal;
  }
}

function toApiRequest(request: NodeRequest, response: NodeResponse, departure: Departure): ApiRequest {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const peer = peerOf(request);
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: flatHeaders(request),
    readBody: (limit) => readBody(request, response, limit),
    get signal() {
      return departure.signal;
    },
    ...(peer === undefined ? {} : { peer }),
  };
}

function flatHeaders(request: NodeRequest): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith(':')) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** S4: CN is the user, every O a group; only for certificates that our client CA signed. */
function peerOf(request: NodeRequest): UserInfo | undefined {
  const socket = ('stream' in request ? request.stream.session?.socket : request.socket) as TLSSocket | undefined;
  if (socket === undefined) return undefined;
  let known = peers.get(socket);
  if (known === undefined) {
    known = { user: userOf(socket) };
    peers.set(socket, known);
  }
  return known.user;
}

/** A connection keeps its certificate, and decoding one takes longer than many a request. */
const peers = new WeakMap<TLSSocket, { readonly user: UserInfo | undefined }>();

function userOf(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined || typeof subject.CN !== 'string') return undefined;
  // Several O values come as a list, which node's types do not say.
  const organisations: string | string[] | undefined = subject.O;
  const groups = organisations === undefined ? [] : [organisations].flat();
  return { username: subject.CN, groups };
}

/** P10: past the limit the rest is not read, and the connection is not used again. */
function readBody(request: NodeRequest, response: NodeResponse, limit: number): Promise<Uint8Array> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    return Promise.reject(failure(415, 'UnsupportedMediaType', 'compressed request bodies are not accepted'));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const tooLarge = (): void => {
      request.removeAllListeners('data');
      request.pause();
      if (!('stream' in response)) response.setHeader('connection', 'close');
      reject(failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`));
    };
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      tooLarge();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) tooLarge();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks, length)));
    request.on('error', reject);
    request.on('aborted', () => reject(failure(499, '', 'the client went away')));
  });
}

/** M5 */
const gzipAboveBytes = 128 * 1024;

function send(request: NodeRequest, response: NodeResponse, { status, headers, body }: ApiResponse): void {
  const node = response as ServerResponse;
  node.statusCode = status;
  for (const [name, value] of Object.entries(headers))
    node.setHeader(name, typeof value === 'string' ? value : [...value]);
  if (request.method === 'HEAD') {
    node.end();
    return;
  }
  if (isStream(body)) {
    const compress = headers['content-type'] === 'application/json' && !isWatch(request) && acceptsGzip(request);
    sendStream(node, body, compress);
    return;
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (bytes.length > gzipAboveBytes && acceptsGzip(request)) {
    sendStream(
      node,
      (sink) => {
        sink.write(bytes);
        sink.end();
      },
      true,
    );
    return;
  }
  if (status !== 304) node.setHeader('content-length', bytes.length);
  node.end(bytes);
}

const acceptsGzip = (request: NodeRequest): boolean => /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
const isWatch = (request: NodeRequest): boolean => /[?&]watch=(?!0|false)/.test(request.url ?? '');

function sendStream(response: ServerResponse, body: (sink: Sink) => void, compress: boolean): void {
  if (!compress) {
    response.flushHeaders();
    body(sinkOver(response, response));
    return;
  }
  response.setHeader('content-encoding', 'gzip');
  response.setHeader('vary', 'Accept-Encoding');
  const gzip = createGzip({ level: 1 });
  gzip.pipe(response);
  body(sinkOver(gzip, response));
}

function sinkOver(target: ServerResponse | ReturnType<typeof createGzip>, response: ServerResponse): Sink {
  return {
    write: (chunk) => target.write(chunk),
    end: () => target.end(),
    get bufferedBytes() {
      return target.writableLength;
    },
    onDrain: (callback) => target.on('drain', callback),
    onClose: (callback) => response.once('close', callback),
  };
}
