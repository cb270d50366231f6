import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Message } from '../../wire/index.ts';
import { frame, FrameReader } from '../frame-reader.ts';
import type { ForwardContext } from './options.ts';
import type { UpstreamQuestion } from './pending.ts';
import { PendingQuestions } from './pending.ts';
import type { UpstreamAddress } from './upstream-address.ts';

const IDLE_MS = 10_000;
/** Questions that share a connection before another is opened. */
const QUESTIONS_A_CONNECTION = 64;

/** Kept connections to one server, several questions on each at a time. */
export class TcpPool {
  readonly #address: UpstreamAddress;
  readonly #context: ForwardContext;
  readonly #channels = new Set<Channel>();

  constructor(address: UpstreamAddress, context: ForwardContext) {
    this.#address = address;
    this.#context = context;
  }

  /** Rejects when the server does not answer in time, or ends the connection. */
  ask(question: UpstreamQuestion, timeoutMs: number): Promise<Message> {
    const free = [...this.#channels].find(({ pending }) => pending.size < QUESTIONS_A_CONNECTION);
    const { pending, socket } = free ?? this.#open();
    return pending.ask(question, this.#context.clock, timeoutMs, (octets) => socket.write(frame(octets)));
  }

  close(): void {
    for (const { socket } of this.#channels) socket.destroy();
  }

  #open(): Channel {
    const { host, port } = this.#address;
    const socket = connect({ host, port, noDelay: true });
    const pending = new PendingQuestions();
    const frames = new FrameReader();
    const channel = { socket, pending };
    this.#channels.add(channel);
    socket.unref();
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      for (const message of frames.read(chunk)) pending.receive(message);
    });
    socket.on('error', (error) => pending.failAll(error));
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      this.#channels.delete(channel);
      pending.failAll(new Error('the server ended the connection'));
    });
    return channel;
  }
}

interface Channel {
  readonly socket: Socket;
  readonly pending: PendingQuestions;
}
