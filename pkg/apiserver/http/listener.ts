/**
 * The TLS port: HTTP/2 and HTTP/1.1 by ALPN on one socket (DH1), node's requests in, ApiRequests out. Nothing here
 * knows Kubernetes.
 */
import {
  createSecureServer,
  type Http2SecureServer,
  type SecureServerOptions,
  type ServerHttp2Session,
} from 'node:http2';
import { ServerResponse, validateHeaderValue, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock/index.ts';
import type { ApiRequest, ApiResponse } from './exchange.ts';
import { defaultListenerLimits, type ListenerLimits } from './listener-limits.ts';
import { Departure, toApiRequest, type NodeRequest, type NodeResponse } from './node-request.ts';
import { cut, send } from './node-response.ts';
import { bytesRefuser } from './refuse-bytes.ts';

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  /** CAs whose client certificates name users (S4). */
  readonly clientCa: string;
  readonly handle: (request: ApiRequest) => Promise<ApiResponse>;
  readonly clock: Clock;
  readonly limits?: Partial<ListenerLimits>;
  /** Told of what is a bug of ours. */
  readonly onError: (error: unknown) => void;
}

export interface Listener {
  readonly port: number;
  setCertificate(cert: string, key: string): void;
  /** Stops accepting, lets answers under way finish, then closes. */
  close(): Promise<void>;
}

type ServeOptions = ListenerOptions & ListenerLimits;

export async function listen(options: ListenerOptions): Promise<Listener> {
  const limits = { ...defaultListenerLimits, ...options.limits };
  const server = createSecureServer(serverOptions(options, limits));
  server.maxConnections = limits.maxConnections;
  server.on('sessionError', () => undefined);
  server.on('tlsClientError', () => undefined);
  server.on('clientError', bytesRefuser(options.clock));
  server.on('secureConnection', (socket: Socket) => socket.on('error', () => undefined));
  const sockets = trackConnections(server, limits.idleSessionMs);
  const serving = { ...limits, ...options };
  server.on('request', (request: NodeRequest, response: NodeResponse) => {
    void serve(serving, request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void upgrade(serving, request, socket, head);
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

function serverOptions(options: ListenerOptions, limits: ListenerLimits): SecureServerOptions {
  const http1Options = {
    maxHeaderSize: limits.maxHeaderSize,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    shouldUpgradeCallback: mayUpgrade,
  };
  return {
    allowHTTP1: true,
    http1Options,
    cert: options.cert,
    key: options.key,
    ca: options.clientCa,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    handshakeTimeout: limits.handshakeTimeoutMs,
    maxSessionMemory: limits.maxSessionMemory,
    maxHeaderListPairs: limits.maxHeaderListPairs,
    settings: { maxConcurrentStreams: limits.maxConcurrentStreams, maxHeaderListSize: limits.maxHeaderSize },
    streamResetBurst: limits.streamResetBurst,
    streamResetRate: limits.streamResetRate,
  };
}

interface Connections {
  readonly sockets: Set<Socket>;
  readonly sessions: Set<{ close(): void; destroy(): void }>;
}

function trackConnections(server: Http2SecureServer, idleSessionMs: number): Connections {
  const connections: Connections = { sockets: new Set(), sessions: new Set() };
  server.on('connection', (socket: Socket) => {
    connections.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => connections.sockets.delete(socket));
  });
  server.on('session', (session) => {
    connections.sessions.add(session);
    endWhenIdle(session, idleSessionMs);
    session.once('close', () => connections.sessions.delete(session));
  });
  return connections;
}

/** S27: Node has no such limit for HTTP/2. A session whose streams are merely quiet is left alone. */
function endWhenIdle(session: ServerHttp2Session, idleMs: number): void {
  let streams = 0;
  session.on('stream', (stream) => {
    streams += 1;
    stream.once('close', () => {
      streams -= 1;
    });
  });
  session.setTimeout(idleMs, () => {
    if (streams === 0) session.close();
  });
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

async function serve(options: ServeOptions, request: NodeRequest, response: NodeResponse): Promise<void> {
  const departure = new Departure();
  response.once('close', () => departure.happened());
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  try {
    const answer = await options.handle(toApiRequest(request, response, departure, options));
    if (response.writableEnded || departure.over) return;
    send(request, response, answer, options);
  } catch (error) {
    // What cannot be sent, such as a header field that is none, must not take the process with it.
    options.onError(error);
    cut(response);
  }
}

/** Any other request that asks for another protocol is answered in this one, as if it had not asked. */
const mayUpgrade = ({ url = '' }: IncomingMessage): boolean => /\/(?:exec|attach|portforward)\/?(?:\?|$)/.test(url);

/** HTTP/1.1 only: the connection changes its language, or is answered once and closed. */
async function upgrade(options: ServeOptions, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const departure = new Departure();
  socket.once('close', () => departure.happened());
  socket.on('error', () => undefined);
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  try {
    const answer = await options.handle(toApiRequest(request, response, departure, options));
    if (departure.over) return;
    if (answer.takeOver === undefined) {
      response.assignSocket(socket as Socket);
      response.once('finish', () => socket.end());
      send(request, response, answer, options);
      return;
    }
    socket.write(headOf(answer));
    if (head.length > 0) socket.unshift(head);
    answer.takeOver(socket);
  } catch (error) {
    options.onError(error);
    socket.destroy();
  }
}

/** Node writes no answers 101 itself; what stands in the fields is our own or checked by `validateHeaderValue`. */
function headOf({ headers }: ApiResponse): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => {
      validateHeaderValue(name, one);
      return `${name}: ${one}\r\n`;
    }),
  );
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`;
}
