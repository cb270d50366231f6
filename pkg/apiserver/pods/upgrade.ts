/** The ways in which a client may ask for a connection of its own: a WebSocket, or SPDY as older kubectl does. */
import type { Duplex } from 'node:stream';
import { badRequest, failure } from '../../api/status.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { Scope } from '../resources/scope.ts';
import { SpdyConnection } from '../streaming/spdy.ts';
import { acceptKey, tunnelThrough, WebSocket } from '../streaming/websocket.ts';

/** An answer 101, after which the connection speaks another language. */
export function switching(headers: Record<string, string>, takeOver: (socket: Duplex) => void): ApiResponse {
  return { status: 101, headers: { connection: 'Upgrade', ...headers }, body: '', takeOver };
}

export interface Protocols {
  /** Of WebSockets, each served by `socket`. */
  readonly channels: readonly string[];
  readonly socket: (socket: WebSocket, protocol: string) => void;
  /** Of SPDY, best first. */
  readonly spdy: readonly string[];
  readonly connection: (connection: SpdyConnection) => void;
}

const tunnelPrefix = 'SPDY/3.1+';

/** Throws when the client asks for no upgrade, or for one to what is not spoken here. */
export function upgraded({ request, core }: Scope, protocols: Protocols): ApiResponse {
  const { headers } = request;
  const wanted = headers['upgrade']?.toLowerCase() ?? '';
  if (!/\bupgrade\b/i.test(headers['connection'] ?? '') || wanted === '') throw badRequest('Upgrade request required');
  const until = (socket: Duplex): void => {
    const leave = (): void => void socket.destroy();
    core.stopping.addEventListener('abort', leave, { once: true });
    socket.once('close', () => core.stopping.removeEventListener('abort', leave));
  };
  if (wanted === 'websocket') {
    const offered = listOf(headers['sec-websocket-protocol']);
    const tunnel = protocols.spdy.map((name) => tunnelPrefix + name).find((name) => offered.includes(name));
    const channel = tunnel ?? protocols.channels.find((name) => offered.includes(name));
    const key = headers['sec-websocket-key'] ?? '';
    if (key === '') throw badRequest('missing or bad WebSocket-Key');
    if (channel === undefined) {
      throw failure(
        403,
        'Forbidden',
        `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}]`,
      );
    }
    const answer = { upgrade: 'websocket', 'sec-websocket-accept': acceptKey(key), 'sec-websocket-protocol': channel };
    return switching(answer, (socket) => {
      until(socket);
      const web = new WebSocket(socket);
      if (tunnel === undefined) protocols.socket(web, channel);
      else protocols.connection(new SpdyConnection(tunnelThrough(web)));
    });
  }
  if (wanted !== 'spdy/3.1') throw badRequest(`unable to upgrade: missing upgrade headers in request`);
  const offered = listOf(headers['x-stream-protocol-version']);
  const spoken = offered.length === 0 ? protocols.spdy[0] : protocols.spdy.find((name) => offered.includes(name));
  if (spoken === undefined) {
    throw failure(
      403,
      'Forbidden',
      `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}]`,
    );
  }
  return switching({ upgrade: 'SPDY/3.1', 'x-stream-protocol-version': spoken }, (socket) => {
    until(socket);
    protocols.connection(new SpdyConnection(socket));
  });
}

const listOf = (header: string | undefined): string[] =>
  (header ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
