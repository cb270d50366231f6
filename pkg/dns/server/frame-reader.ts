import { Buffer } from 'node:buffer';

/** Cuts a TCP stream into messages, each preceded by its length in two octets (S26). */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Octets of an unfinished message are waiting for the rest. */
  get isPartial(): boolean {
    return this.#rest.length > 0;
  }

  /** The messages completed by a chunk, without their lengths. A message of no octets comes out as such. */
  *read(chunk: Buffer): Generator<Buffer> {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (rest.length >= 2) {
      const end = 2 + rest.readUInt16BE(0);
      if (rest.length < end) break;
      yield rest.subarray(2, end);
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}

/** The message with its length in front, for one write. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(2 + message.length);
  framed.writeUInt16BE(message.length, 0);
  framed.set(message, 2);
  return framed;
}
