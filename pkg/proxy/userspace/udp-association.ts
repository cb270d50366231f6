import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Timer } from '../../clock/clock.ts';
import type { Endpoint } from '../model/index.ts';
import type { Front } from './front.ts';

export interface AssociationEvents {
  readonly reply: (datagram: Buffer) => void;
  readonly ended: () => void;
}

/** Datagrams that may wait for the backend socket, which takes one turn of the event loop to open. */
const maxWaiting = 64;

/** One client's flow: a socket of its own, connected to one endpoint. */
export class Association {
  readonly endpoint: string;
  readonly #socket: Socket;
  readonly #front: Front;
  readonly #idleMs: number;
  readonly #events: AssociationEvents;
  #waiting: Buffer[] | undefined = [];
  #movedAt: number;
  #timer: Timer;
  #over = false;

  constructor(endpoint: Endpoint, front: Front, idleMs: number, events: AssociationEvents) {
    this.endpoint = endpoint.text;
    this.#front = front;
    this.#idleMs = idleMs;
    this.#events = events;
    this.#movedAt = front.machinery.clock.monotonic();
    this.#timer = front.machinery.clock.after(idleMs, () => this.#checkIdle());
    const { host, port } = front.machinery.reach(endpoint.ip, endpoint.port);
    this.#socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
    this.#socket.on('message', (datagram) => {
      this.#movedAt = front.machinery.clock.monotonic();
      events.reply(datagram);
    });
    // Port unreachable arrives here because the socket is connected: the next datagram picks another endpoint.
    this.#socket.on('error', () => {
      front.machinery.counters.dialFailures++;
      this.end();
    });
    this.#socket.connect(port, host, () => this.#flush());
  }

  send(datagram: Buffer): void {
    this.#movedAt = this.#front.machinery.clock.monotonic();
    if (this.#waiting === undefined) this.#socket.send(datagram);
    else if (this.#waiting.length < maxWaiting) this.#waiting.push(datagram);
    else this.#front.machinery.counters.udpDropped++;
  }

  /** Idempotent. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer.cancel();
    this.#socket.close();
    this.#events.ended();
  }

  #flush(): void {
    if (this.#over) return;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const datagram of waiting) this.#socket.send(datagram);
  }

  /** One timer per association however many datagrams pass: it looks when it fires, and waits for what is left. */
  #checkIdle(): void {
    const idle = this.#front.machinery.clock.monotonic() - this.#movedAt;
    if (idle >= this.#idleMs) this.end();
    else this.#timer = this.#front.machinery.clock.after(this.#idleMs - idle, () => this.#checkIdle());
  }
}
