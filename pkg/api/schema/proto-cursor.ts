/** Reads the protobuf wire format. Every read stays inside the current message; everything odd is a DecodeError (M14). */
import { DecodeError } from './decode-error.ts';
import { BYTES, FIXED64, VARINT } from './proto-wire.ts';

const GROUP_START = 3;
const GROUP_END = 4;
const FIXED32 = 5;

/** M14. */
const MAX_NESTING = 64;
/** Strings up to here are put together here; the text decoder has a price of its own. */
const SHORT = 24;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class ProtoCursor {
  readonly bytes: Uint8Array;
  at = 0;
  /** End of the current message. */
  end: number;
  #nesting = 0;
  /** Halves of the varint read last. */
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** Field number and wire type, as `number << 3 | type`. */
  tag(): number {
    this.#varint();
    if (this.#high !== 0 || this.#low >>> 3 === 0) throw new DecodeError(`proto: illegal tag ${this.#low >>> 3}`);
    return this.#low >>> 0;
  }

  int32(): number {
    this.#varint();
    return this.#low;
  }

  /** Rounded beyond 2⁵³, as in JSON. */
  int64(): number {
    this.#varint();
    return this.#high * 4294967296 + (this.#low >>> 0);
  }

  bool(): boolean {
    this.#varint();
    return (this.#low | this.#high) !== 0;
  }

  double(): number {
    if (this.at + 8 > this.end) throw cut();
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, 8);
    this.at += 8;
    return view.getFloat64(0, true);
  }

  /** The length of what follows; it lies inside the message. */
  length(): number {
    this.#varint();
    if (this.#high < 0) throw new DecodeError('proto: negative length found during unmarshaling');
    if (this.#high > 0 || this.#low >>> 0 > this.end - this.at) throw cut();
    return this.#low;
  }

  slice(): Uint8Array {
    const length = this.length();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  string(): string {
    const end = this.length() + this.at;
    let text = '';
    let at = this.at;
    if (end - at <= SHORT) {
      for (; at < end; at++) {
        const byte = this.bytes[at] ?? 0;
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
      }
    }
    if (at < end) text = decodeUtf8(this.bytes.subarray(this.at, end));
    this.at = end;
    return text;
  }

  /** Reads an embedded message with `read`, which must use it up. */
  message<T>(read: (cursor: ProtoCursor) => T): T {
    const length = this.length();
    if (this.#nesting === MAX_NESTING) throw new DecodeError('proto: message nested too deeply');
    const outer = this.end;
    this.end = this.at + length;
    this.#nesting += 1;
    const value = read(this);
    this.#nesting -= 1;
    this.end = outer;
    return value;
  }

  /** M14: unknown fields are passed over; they come from newer clients. */
  skip(wire: number): void {
    if (wire === VARINT) this.#varint();
    else if (wire === BYTES) this.slice();
    else if (wire === FIXED64 || wire === FIXED32) {
      const size = wire === FIXED64 ? 8 : 4;
      if (this.at + size > this.end) throw cut();
      this.at += size;
    } else if (wire === GROUP_START || wire === GROUP_END) throw new DecodeError('proto: groups are not supported');
    else throw new DecodeError(`proto: illegal wireType ${wire}`);
  }

  #varint(): void {
    const first = this.bytes[this.at];
    if (first !== undefined && first < 0x80 && this.at < this.end) {
      this.at += 1;
      this.#low = first;
      this.#high = 0;
      return;
    }
    let low = 0;
    let high = 0;
    for (let count = 0; count < 10; count++) {
      if (this.at >= this.end) throw cut();
      const byte = this.bytes[this.at] ?? 0;
      const bits = byte & 0x7f;
      this.at += 1;
      if (count < 5) low |= bits << (7 * count);
      if (count === 4) high = bits >> 4;
      if (count > 4) high |= bits << (7 * (count - 5) + 3);
      if (byte < 0x80) {
        this.#low = low;
        this.#high = high;
        return;
      }
    }
    throw new DecodeError('proto: integer overflow');
  }
}

const cut = (): DecodeError => new DecodeError('unexpected EOF');

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new DecodeError('proto: string field contains invalid UTF-8');
  }
}
