/** A WebSocket of a client that has been promised one: whole messages in, whole messages out. */
import { createHash } from 'node:crypto';
import { Duplex } from 'node:stream';
import { encodeFrame, FrameReader, opcode, type Frame } from './websocket-frames.ts';

/** What answers the key of a handshake (RFC 6455 section 4.2.2). */
export function acceptKey(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

const longestMessage = 1 << 20;

export class WebSocket {
  onMessage: (message: Buffer) => void = () => {};
  onClose: () => void = () => {};
  readonly #socket: Duplex;
  readonly #reader = new FrameReader();
  #pieces: Buffer[] = [];
  #closed = false;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => this.#gone());
    socket.on('close', () => this.#gone());
    socket.on('end', () => this.close());
  }

  /** False when the receiver lags. */
  send(message: Uint8Array, taken?: () => void): boolean {
    if (this.#closed || this.#socket.writableEnded) {
      taken?.();
      return false;
    }
    return this.#socket.write(encodeFrame(opcode.binary, message), () => taken?.());
  }

  /** Says so to the client and ends. Idempotent. */
  close(code = 1000): void {
    if (this.#closed) return;
    const reason = Buffer.alloc(2);
    reason.writeUInt16BE(code);
    this.#socket.end(encodeFrame(opcode.close, reason));
    this.#gone();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #take(chunk: Buffer): void {
    if (this.#closed) return;
    try {
      for (const frame of this.#reader.push(chunk)) this.#handle(frame);
    } catch {
      this.close(1002);
    }
  }

  #handle({ opcode: kind, final, payload }: Frame): void {
    switch (kind) {
      case opcode.close:
        return this.close();
      case opcode.ping:
        this.#socket.write(encodeFrame(opcode.pong, payload));
        return;
      case opcode.pong:
        return;
      default:
    }
    this.#pieces.push(payload);
    if (this.#pieces.reduce((sum, { length }) => sum + length, 0) > longestMessage) return this.close(1009);
    if (!final) return;
    const message = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.onMessage(message);
  }

  #gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onClose();
  }
}

/** The bytes of all messages as one stream in both directions: what a tunnel is. */
export function tunnelThrough(socket: WebSocket): Duplex {
  const stream: Duplex = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _, done) => {
      socket.send(chunk, done);
    },
    final: (done) => {
      socket.close();
      done();
    },
    destroy: (error, done) => {
      socket.close();
      done(error);
    },
  });
  socket.onMessage = (message) => {
    if (!stream.push(message)) socket.pause();
  };
  socket.onClose = () => {
    stream.push(null);
  };
  return stream;
}
