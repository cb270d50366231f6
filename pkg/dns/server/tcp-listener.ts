import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer, isIPv4 } from 'node:net';
import type { Clock } from '../../clock/index.ts';
import { MAX_MESSAGE_OCTETS } from '../wire/index.ts';
import type { Client } from './client.ts';
import { frame } from './frame-reader.ts';
import type { Responder } from './responder.ts';
import type { FramedReply, TcpTimeouts } from './tcp-connection.ts';
import { TcpConnection } from './tcp-connection.ts';

export interface TcpListenerOptions {
  readonly responder: Responder;
  readonly clock: Clock;
  /** Other threads listen on the port too. */
  readonly reusePort: boolean;
  readonly timeouts: TcpTimeouts;
  /** Beyond this many connections the one that was quiet for longest is closed (S27). */
  readonly maxConnections: number;
}

export class TcpListener {
  readonly #server: Server;
  readonly #options: TcpListenerOptions;
  /** In order of the last query. */
  readonly #connections = new Set<TcpConnection>();
  readonly #scratch = Buffer.allocUnsafeSlow(MAX_MESSAGE_OCTETS);

  constructor(options: TcpListenerOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Resolves with the port; 0 asks for a free one. */
  async bind(port: number, host: string): Promise<number> {
    const { reusePort } = this.#options;
    this.#server.listen({ port, host, ipv6Only: !isIPv4(host), exclusive: true, backlog: 1024, reusePort });
    await once(this.#server, 'listening');
    this.#server.on('error', () => {}); // Out of descriptors: the next client may be luckier.
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no new connections, lets the present ones finish what they have asked, and cuts off the rest at `deadlineMs`. */
  async close(deadlineMs: number): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const connection of this.#connections) connection.close();
    const timer = this.#options.clock.after(deadlineMs, () => {
      for (const connection of this.#connections) connection.destroy();
    });
    await closed;
    timer.cancel();
  }

  #accept(socket: Socket): void {
    const { clock, timeouts, maxConnections } = this.#options;
    const client = clientOf(socket);
    const connection: TcpConnection = new TcpConnection(socket, {
      clock,
      timeouts,
      answer: (query) => this.#answer(query, client),
      onQuery: () => {
        this.#connections.delete(connection);
        this.#connections.add(connection);
      },
      onClose: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    if (this.#connections.size > maxConnections) this.#evict();
  }

  /** The quietest connection, idle ones before busy ones. */
  #evict(): void {
    const [oldest] = this.#connections;
    const victim = [...this.#connections].find(({ isIdle }) => isIdle) ?? oldest;
    if (victim === undefined) return;
    this.#connections.delete(victim);
    victim.destroy();
  }

  #answer(query: Buffer, client: Client): FramedReply | Promise<FramedReply> {
    const reply = this.#options.responder.respond(query, client, this.#scratch);
    if (typeof reply === 'number') return reply === 0 ? [] : [frame(this.#scratch.subarray(0, reply))];
    return reply instanceof Promise ? reply.then((message) => [frame(message)]) : framed(reply);
  }
}

function* framed(messages: Iterable<Uint8Array>): Generator<Buffer> {
  for (const message of messages) yield frame(message);
}

function clientOf(socket: Socket): Client {
  const address = socket.remoteAddress ?? '';
  return { address, family: isIPv4(address) ? 'IPv4' : 'IPv6', protocol: 'tcp' };
}
