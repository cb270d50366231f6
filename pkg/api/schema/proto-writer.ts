/**
 * Writes the protobuf wire format from the end to the front: a message is complete when its length is needed, so
 * nothing is measured twice.
 */
import { BYTES } from './proto-wire.ts';

const utf8 = new TextEncoder();

export class ProtoWriter {
  #bytes: Uint8Array = new Uint8Array(1024);
  /** First byte written; grows downwards. */
  #at = 1024;

  /** What has been written, in reading order; a copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(this.#at);
  }

  tag(number: number, wire: number): void {
    this.varint((number << 3) | wire);
  }

  /** Any integer; negative ones take ten bytes, as 64-bit two's complement. */
  varint(value: number): void {
    if (value >= 0 && value < 0x80) {
      this.#reserve(1);
      this.#bytes[this.#at] = value;
      return;
    }
    // What JSON.parse rounded up to 2⁶³ was the largest int64.
    if (value >= 2 ** 63) return this.#varint64(0xffffffff, 0x7fffffff);
    const high = Math.floor(value / 4294967296);
    this.#varint64(value - high * 4294967296, high);
  }

  double(value: number): void {
    this.#reserve(8);
    new DataView(this.#bytes.buffer, this.#at, 8).setFloat64(0, value, true);
  }

  /** Bytes and their length. */
  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.varint(value.length);
  }

  string(text: string): void {
    const length = text.length;
    this.#reserve(length);
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) {
        this.#at += length;
        this.bytes(utf8.encode(text));
        return;
      }
      this.#bytes[this.#at + index] = code;
    }
    this.varint(length);
  }

  /** A field that holds a message; `write` writes its fields, last first. */
  message(number: number, write: () => void): void {
    this.measured(write);
    this.tag(number, BYTES);
  }

  /** What `write` writes, and its length. */
  measured(write: () => void): void {
    const before = this.#bytes.length - this.#at;
    write();
    this.varint(this.#bytes.length - this.#at - before);
  }

  #varint64(low: number, high: number): void {
    const groups: number[] = [];
    let [lower, upper] = [low >>> 0, high >>> 0];
    while (upper > 0 || lower > 0x7f) {
      groups.push((lower & 0x7f) | 0x80);
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    groups.push(lower);
    this.#reserve(groups.length);
    this.#bytes.set(groups, this.#at);
  }

  #reserve(count: number): void {
    if (this.#at < count) {
      const used = this.#bytes.length - this.#at;
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, used + count + 1024));
      larger.set(this.#bytes.subarray(this.#at), larger.length - used);
      this.#at = larger.length - used;
      this.#bytes = larger;
    }
    this.#at -= count;
  }
}
