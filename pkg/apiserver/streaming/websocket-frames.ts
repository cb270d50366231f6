/** RFC 6455: the frames of a WebSocket as bytes. Pure. */

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

export class WebSocketError extends Error {
  override name = 'WebSocketError';
}

const control = 8;
const longest = 1 << 20;

/** A frame of a server: whole, and not masked. */
export function encodeFrame(kind: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const extended = length < 126 ? 0 : length <= 0xffff ? 2 : 8;
  const head = Buffer.alloc(2 + extended);
  head[0] = 0x80 | kind;
  head[1] = extended === 0 ? length : extended === 2 ? 126 : 127;
  if (extended === 2) head.writeUInt16BE(length, 2);
  if (extended === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/** Takes bytes as they come and gives the frames of a client that are complete. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);
  /** Not joined before a frame is complete, so that crumbs cost no more than they weigh. */
  #chunks: Uint8Array[] = [];
  #length = 0;
  #needed = 2;

  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return [];
    this.#pending = Buffer.concat([this.#pending, ...this.#chunks]);
    this.#chunks = [];
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    this.#length = this.#pending.length;
    return frames;
  }

  #next(): Frame | undefined {
    const bytes = this.#pending;
    const [first, second] = bytes;
    this.#needed = 2;
    if (first === undefined || second === undefined) return undefined;
    if ((first & 0x70) !== 0) throw new WebSocketError('reserved bits are set');
    if ((second & 0x80) === 0) throw new WebSocketError('a frame of a client is not masked');
    const kind = first & 0x0f;
    const short = second & 0x7f;
    if (kind >= control && (short > 125 || (first & 0x80) === 0)) throw new WebSocketError('a control frame in pieces');
    const extended = short < 126 ? 0 : short === 126 ? 2 : 8;
    const bodyAt = 2 + extended + 4;
    this.#needed = bodyAt;
    if (bytes.length < bodyAt) return undefined;
    const length = extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (length > longest) throw new WebSocketError(`a frame of ${length} bytes; the limit is ${longest}`);
    this.#needed = bodyAt + length;
    if (bytes.length < this.#needed) return undefined;
    const mask = bytes.subarray(bodyAt - 4, bodyAt);
    const payload = Buffer.from(bytes.subarray(bodyAt, bodyAt + length));
    for (let at = 0; at < length; at++) payload[at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0);
    this.#pending = bytes.subarray(bodyAt + length);
    return { final: (first & 0x80) !== 0, opcode: kind, payload };
  }
}
