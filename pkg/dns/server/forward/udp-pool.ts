import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Message } from '../../wire/index.ts';
import type { ForwardContext } from './options.ts';
import type { UpstreamQuestion } from './pending.ts';
import { PendingQuestions } from './pending.ts';
import type { UpstreamAddress } from './upstream-address.ts';

/** Source ports in use at a time, and questions after which one is given up: what a guesser has to guess (S46). */
const SOCKETS = 8;
const QUESTIONS_A_SOCKET = 1000;

/** Connected sockets to one server: the kernel drops what comes from anywhere else, and reports a closed port. */
export class UdpPool {
  readonly #address: UpstreamAddress;
  readonly #context: ForwardContext;
  readonly #channels = new Map<number, Channel>();
  readonly #retired = new Set<Channel>();

  constructor(address: UpstreamAddress, context: ForwardContext) {
    this.#address = address;
    this.#context = context;
  }

  /** Rejects when the server does not answer in time or its port is closed. */
  async ask(question: UpstreamQuestion, timeoutMs: number): Promise<Message> {
    const channel = await this.#channel();
    try {
      return await channel.pending.ask(question, this.#context.clock, timeoutMs, (octets) =>
        channel.socket.send(octets),
      );
    } finally {
      if (this.#retired.has(channel) && channel.pending.size === 0) this.#close(channel);
    }
  }

  close(): void {
    const all = [...this.#channels.values(), ...this.#retired];
    this.#channels.clear();
    for (const channel of all) {
      this.#close(channel);
      channel.pending.failAll(new Error('closed'));
    }
  }

  async #channel(): Promise<Channel> {
    const slot = Math.floor(this.#context.random() * SOCKETS);
    let channel = this.#channels.get(slot);
    if (channel === undefined || channel.used >= QUESTIONS_A_SOCKET) {
      if (channel !== undefined) this.#retired.add(channel);
      channel = openChannel(this.#address);
      this.#channels.set(slot, channel);
    }
    channel.used += 1;
    await channel.connected;
    return channel;
  }

  #close(channel: Channel): void {
    this.#retired.delete(channel);
    channel.socket.close();
  }
}

interface Channel {
  readonly socket: Socket;
  readonly pending: PendingQuestions;
  readonly connected: Promise<void>;
  used: number;
}

function openChannel({ host, port }: UpstreamAddress): Channel {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const pending = new PendingQuestions();
  socket.on('message', (octets) => pending.receive(octets));
  socket.on('error', (error) => pending.failAll(error));
  socket.unref();
  const connected = new Promise<void>((done) => socket.connect(port, host, () => done()));
  return { socket, pending, connected, used: 0 };
}
