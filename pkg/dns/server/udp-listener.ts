import type { RemoteInfo, Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Client } from './client.ts';
import type { Responder } from './responder.ts';

/** Asked for; the kernel grants what `net.core.rmem_max` allows. Bursts wait here while the process is busy. */
const RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024;

export interface UdpListenerOptions {
  readonly responder: Responder;
  /** Longest reply. */
  readonly udpReplyOctets: number;
  /** Other threads listen on the port too. */
  readonly reusePort: boolean;
}

export class UdpListener {
  readonly #socket: Socket;
  readonly #responder: Responder;
  readonly #replyOctets: number;
  #scratch: Buffer;
  #isClosed = false;

  constructor(address: string, { responder, udpReplyOctets, reusePort }: UdpListenerOptions) {
    this.#responder = responder;
    this.#replyOctets = udpReplyOctets;
    this.#scratch = Buffer.allocUnsafeSlow(udpReplyOctets);
    const family = isIPv6(address) ? 6 : 4;
    this.#socket = createSocket({
      ...(family === 6 ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' }),
      reusePort,
      recvBufferSize: RECEIVE_BUFFER_OCTETS,
      // Peers are literal addresses: nothing to look up, and no turn of the event loop to wait for it.
      lookup: (host, _options, done) => done(null, host, family),
    });
    this.#socket.on('message', (octets, peer) => this.#receive(octets, peer));
  }

  /** Resolves with the port; 0 asks for a free one. */
  async bind(port: number, address: string): Promise<number> {
    const listening = once(this.#socket, 'listening'); // With our lookup it comes before `bind` returns.
    this.#socket.bind({ port, address, exclusive: true });
    await listening;
    this.#socket.on('error', () => {}); // A reply that cannot be sent concerns its client only.
    return this.#socket.address().port;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await new Promise<void>((done) => this.#socket.close(done));
  }

  #receive(octets: Buffer, peer: RemoteInfo): void {
    const client: Client = { address: peer.address, family: peer.family, protocol: 'udp' };
    const reply = this.#responder.respond(octets, client, this.#scratch);
    if (typeof reply !== 'number') {
      if (reply instanceof Promise) void reply.then((late) => this.#send(late, peer));
      return;
    }
    if (reply === 0) return;
    this.#send(this.#scratch.subarray(0, reply), peer);
    // Sent at once, as a rule; if the kernel would not take it, the buffer belongs to the socket until it does.
    if (this.#socket.getSendQueueCount() > 0) this.#scratch = Buffer.allocUnsafeSlow(this.#replyOctets);
  }

  #send(reply: Uint8Array, peer: RemoteInfo): void {
    if (!this.#isClosed) this.#socket.send(reply, peer.port, peer.address);
  }
}
