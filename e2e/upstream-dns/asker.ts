/** Asks a DNS server many things at once over UDP or TCP; a lost datagram is sent again. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parseType } from '../../pkg/dns/records/index.ts';
import { decodeMessage, encodeQuery, parseName, type Message } from '../../pkg/dns/wire/index.ts';

export interface Question {
  /** Absolute, in presentation form. */
  readonly name: string;
  readonly type: string;
}

interface Waiting {
  readonly octets: Uint8Array;
  readonly done: (message: Message | undefined) => void;
  sentMs: number;
  tries: number;
}

const window = 64;
const lostAfterMs = 700;
const mostTries = 8;

export class Asker implements AsyncDisposable {
  readonly #send: (octets: Uint8Array) => void;
  readonly #end: () => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #timer: NodeJS.Timeout;
  #nextId = 1;
  #failure: Error | undefined;

  private constructor(send: (octets: Uint8Array) => void, end: () => void, isLossy: boolean) {
    this.#send = send;
    this.#end = end;
    this.#timer = setInterval(() => isLossy && this.#sendAgain(), 200);
  }

  static async udp(port: number): Promise<Asker> {
    const socket: UdpSocket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    const asker: Asker = new Asker(
      (octets) => socket.send(octets),
      () => socket.close(),
      true,
    );
    socket.on('message', (octets) => asker.#receive(octets));
    socket.on('error', () => undefined);
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return asker;
  }

  static async tcp(port: number): Promise<Asker> {
    const socket: Socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const asker: Asker = new Asker(
      (octets) => {
        const framed = Buffer.allocUnsafe(octets.length + 2);
        framed.writeUInt16BE(octets.length);
        framed.set(octets, 2);
        socket.write(framed);
      },
      () => socket.destroy(),
      false,
    );
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
        const end = 2 + rest.readUInt16BE(0);
        asker.#receive(rest.subarray(2, end));
        rest = rest.subarray(end);
      }
    });
    socket.on('close', () => asker.#fail(new Error(`the server on port ${port} closed the connection`)));
    socket.on('error', () => undefined);
    return asker;
  }

  /** Answers in the order of the questions; undefined where there is silence. */
  async askAll(questions: readonly Question[]): Promise<(Message | undefined)[]> {
    const answers: (Message | undefined)[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < questions.length) {
        const at = next++;
        answers[at] = await this.ask(questions[at] as Question);
      }
    };
    await Promise.all(Array.from({ length: Math.min(window, questions.length) }, lane));
    return answers;
  }

  ask({ name: text, type: typeText }: Question): Promise<Message | undefined> {
    const [name, type] = [parseName(text), parseType(typeText)];
    if (name === undefined || type === undefined) throw new Error(`cannot ask ${text} ${typeText}`);
    const id = this.#freeId();
    const edns = { udpPayloadOctets: 1232, dnssecOk: false };
    return this.exchange(encodeQuery({ id, name, type, recursionDesired: true, edns }));
  }

  /** Sends octets that start with an id of the caller's. */
  exchange(octets: Uint8Array): Promise<Message | undefined> {
    const id = ((octets[0] ?? 0) << 8) | (octets[1] ?? 0);
    return new Promise((done, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting.set(id, { octets, done, sentMs: performance.now(), tries: 1 });
      this.#send(octets);
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#failure = new Error('closed');
    this.#end();
    return Promise.resolve();
  }

  #freeId(): number {
    do this.#nextId = (this.#nextId + 1) & 0xffff;
    while (this.#waiting.has(this.#nextId));
    return this.#nextId;
  }

  #receive(octets: Uint8Array): void {
    const message = decodeMessage(octets);
    if (message === undefined) {
      this.#fail(new Error(`unreadable reply: ${Buffer.from(octets).toString('hex')}`));
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    waiting?.done(message);
  }

  #sendAgain(): void {
    const now = performance.now();
    for (const [id, waiting] of this.#waiting) {
      if (now - waiting.sentMs < lostAfterMs) continue;
      if (waiting.tries === mostTries) {
        this.#waiting.delete(id);
        waiting.done(undefined);
        continue;
      }
      waiting.tries += 1;
      waiting.sentMs = now;
      this.#send(waiting.octets);
    }
  }

  /** Nothing sensible can follow: the process says so and ends. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    if (this.#waiting.size > 0) throw error;
  }
}
