/**
 * The server's side of SPDY/3.1 as far as kubectl speaks it: streams that the client opens, each answered with an empty
 * reply, without flow control. What is sent is not read faster than the slowest stream takes it.
 */
import { Duplex } from 'node:stream';
import { emptyBlock, HeaderReader } from './spdy-headers.ts';

const frame = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const;
const finished = 1;
const version = 3;
const longestFrame = 1 << 20;
const mostStreams = 1000;

export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly #connection: SpdyConnection;
  isReset = false;

  constructor(connection: SpdyConnection, id: number, headers: ReadonlyMap<string, string>) {
    super({ allowHalfOpen: true });
    this.#connection = connection;
    this.id = id;
    this.headers = headers;
    this.on('error', () => undefined);
  }

  override _read(): void {
    this.#connection.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#connection.sendData(this.id, 0, chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#connection.sendData(this.id, finished, Buffer.alloc(0), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#connection.forget(this.id);
    done(error);
  }
}

export class SpdyConnection {
  onStream: (stream: SpdyStream) => void = () => {};
  readonly #socket: Duplex;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #headers = new HeaderReader();
  #pending: Buffer = Buffer.alloc(0);
  #replied = false;
  #closed = false;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => this.#gone());
    socket.on('close', () => this.#gone());
    socket.on('end', () => this.close());
  }

  get socket(): Duplex {
    return this.#socket;
  }

  sendData(id: number, flags: number, chunk: Buffer, done: (error?: Error | null) => void): void {
    if (this.#closed) return done();
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id);
    head.writeUInt32BE(((flags << 24) | chunk.length) >>> 0, 4);
    this.#socket.write(Buffer.concat([head, chunk]), () => done());
  }

  resume(): void {
    this.#socket.resume();
  }

  forget(id: number): void {
    this.#streams.delete(id);
  }

  /** What has been written still goes out. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#socket.end();
    this.#gone();
  }

  #gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
  }

  #take(chunk: Buffer): void {
    if (this.#closed) return;
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    try {
      while (this.#pending.length >= 8) {
        const length = this.#pending.readUInt32BE(4) & 0xffffff;
        if (length > longestFrame) throw new Error(`a frame of ${length} bytes`);
        if (this.#pending.length < 8 + length) return;
        const head = this.#pending.subarray(0, 8);
        const body = this.#pending.subarray(8, 8 + length);
        this.#pending = this.#pending.subarray(8 + length);
        this.#handle(head, body);
      }
    } catch {
      this.#socket.destroy();
      this.#gone();
    }
  }

  #handle(head: Buffer, body: Buffer): void {
    const first = head.readUInt32BE();
    const isFinal = ((head[4] ?? 0) & finished) !== 0;
    if (first >>> 31 === 0) return this.#data(first, body, isFinal);
    switch (first & 0xffff) {
      case frame.synStream:
        return this.#open(body, isFinal);
      case frame.rstStream:
        return this.#reset(body.readUInt32BE() & 0x7fffffff);
      case frame.ping:
        this.#control(frame.ping, body);
        return;
      case frame.goAway:
        return this.close();
      default:
    }
  }

  #open(body: Buffer, isFinal: boolean): void {
    const id = body.readUInt32BE() & 0x7fffffff;
    const headers = this.#headers.read(body.subarray(10));
    if (this.#streams.has(id) || this.#streams.size >= mostStreams) throw new Error('too many streams');
    const stream = new SpdyStream(this, id, headers);
    this.#streams.set(id, stream);
    const reply = Buffer.alloc(4);
    reply.writeUInt32BE(id);
    this.#control(frame.synReply, Buffer.concat([reply, emptyBlock(!this.#replied)]));
    this.#replied = true;
    if (isFinal) stream.push(null);
    this.onStream(stream);
  }

  #data(id: number, body: Buffer, isFinal: boolean): void {
    const stream = this.#streams.get(id);
    if (stream === undefined || stream.readableEnded) return;
    if (body.length > 0 && !stream.push(body) && !isFinal) this.#socket.pause();
    if (isFinal) stream.push(null);
  }

  #reset(id: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    stream.isReset = true;
    stream.destroy();
    this.#socket.resume();
  }

  #control(type: number, body: Buffer): void {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x8000 | version);
    head.writeUInt16BE(type, 2);
    head.writeUInt32BE(body.length, 4);
    if (!this.#socket.writableEnded) this.#socket.write(Buffer.concat([head, body]));
  }
}
