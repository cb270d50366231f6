/** A resolver's socket for tests: sends queries, hands out replies by message id. */
import type { Socket as UdpSocket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Message, OutgoingQuery } from '../../wire/index.ts';
import { decodeMessage, encodeQuery, parseName } from '../../wire/index.ts';
import { parseType } from '../../records/index.ts';
import { frame, FrameReader } from '../frame-reader.ts';

export interface Received {
  readonly octets: Buffer;
  readonly message: Message;
}

abstract class DnsClient implements AsyncDisposable {
  /** Replies nobody has asked for, in order of arrival. */
  readonly stray: Received[] = [];
  readonly #waiting = new Map<number, (received: Received) => void>();
  #nextId = 1;

  protected abstract send(octets: Uint8Array): void;
  abstract [Symbol.asyncDispose](): Promise<void>;

  /** Sends octets whose first two are a free id. */
  exchange(octets: Uint8Array): Promise<Received> {
    const id = ((octets[0] ?? 0) << 8) | (octets[1] ?? 0);
    return new Promise((done) => {
      this.#waiting.set(id, done);
      this.send(octets);
    });
  }

  ask(name: string, type: string, more: Partial<OutgoingQuery> = {}): Promise<Received> {
    return this.exchange(this.query(name, type, more));
  }

  query(text: string, typeText: string, more: Partial<OutgoingQuery> = {}): Uint8Array {
    const name = parseName(text);
    const type = parseType(typeText);
    if (name === undefined || type === undefined) throw new Error(`cannot ask ${text} ${typeText}`);
    return encodeQuery({ id: this.#nextId++, name, type, recursionDesired: true, ...more });
  }

  protected receive(octets: Buffer): void {
    const message = decodeMessage(octets);
    if (message === undefined) throw new Error(`unreadable reply: ${octets.toString('hex')}`);
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (waiting === undefined) this.stray.push({ octets, message });
    else waiting({ octets, message });
  }
}

export class UdpClient extends DnsClient {
  readonly #socket: UdpSocket = createSocket('udp4');

  static async to(port: number): Promise<UdpClient> {
    const client = new UdpClient();
    client.#socket.on('message', (octets) => client.receive(octets));
    client.#socket.connect(port, '127.0.0.1');
    await once(client.#socket, 'connect');
    return client;
  }

  send(octets: Uint8Array): void {
    this.#socket.send(octets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((done) => this.#socket.close(done));
  }
}

export class TcpClient extends DnsClient {
  readonly socket: Socket;
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<unknown>;

  private constructor(socket: Socket) {
    super();
    this.socket = socket;
    this.closed = new Promise((done) => void socket.once('close', done));
    const frames = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      for (const message of frames.read(chunk)) this.receive(message);
    });
    socket.on('error', () => {});
  }

  static async to(port: number): Promise<TcpClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new TcpClient(socket);
  }

  send(octets: Uint8Array): void {
    this.socket.write(frame(octets));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}
