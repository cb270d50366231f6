import { TransportError } from './transport-error.ts';

const newline = 0x0a;

/** CL5: a watch frame of more than this is not believed. */
export const longestLineBytes = 8 * 1024 * 1024;

/**
 * Cuts a byte stream at newlines, before anything is decoded, so that chunk borders may fall inside a character, a
 * token or an escape (DC9, CL5, F11).
 */
export class LineSplitter {
  #parts: Buffer[] = [];
  #held = 0;

  /** True while bytes of an unfinished line are held: a stream that ends here was cut (IN16). */
  get unfinished(): boolean {
    return this.#held > 0;
  }

  /** The lines that this chunk completes, without their newline; empty lines are left out. */
  push(bytes: Uint8Array): Buffer[] {
    const chunk = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = this.#complete(chunk.subarray(start, end));
      if (!isBlank(line)) lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
    return lines;
  }

  #complete(end: Buffer): Buffer {
    if (this.#held === 0) return end;
    this.#hold(end);
    const line = Buffer.concat(this.#parts, this.#held);
    this.#parts = [];
    this.#held = 0;
    return line;
  }

  #hold(part: Buffer): void {
    this.#parts.push(part);
    this.#held += part.length;
    if (this.#held > longestLineBytes) {
      throw new TransportError('protocol', `a watch frame is longer than ${longestLineBytes} bytes`);
    }
  }
}

function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === 0x0d);
}
