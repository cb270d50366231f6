/** Standard base64 with padding, read as leniently and written as strictly as Go does. */
import { DecodeError } from './decode-error.ts';

const letters = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const values = new Int8Array(256).fill(-1);
for (const [index, letter] of letters.entries()) values[letter] = index;

const PAD = 0x3d;

/** The text itself when it is what an encoder would write; else decoded and encoded again. Throws DecodeError. */
export function canonicalBase64(text: string): string {
  return isCanonical(text) ? text : encodeBase64(decodeBase64(text));
}

function isCanonical(text: string): boolean {
  const length = text.length;
  if (length === 0) return true;
  if (length % 4 !== 0) return false;
  const padded = text.charCodeAt(length - 1) !== PAD ? 0 : text.charCodeAt(length - 2) !== PAD ? 1 : 2;
  const end = length - padded;
  for (let at = 0; at < end; at++) if (valueAt(text, at) < 0) return false;
  const unused = padded === 0 ? 0 : padded === 1 ? 0b11 : 0b1111;
  return (valueAt(text, end - 1) & unused) === 0;
}

const valueAt = (text: string, at: number): number => values[text.charCodeAt(at)] ?? -1;

export function encodeBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let written = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text[written] = letters[group >> 18] ?? 0;
    text[written + 1] = letters[(group >> 12) & 63] ?? 0;
    text[written + 2] = letters[(group >> 6) & 63] ?? 0;
    text[written + 3] = letters[group & 63] ?? 0;
    written += 4;
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  text.fill(PAD, text.length - missing);
  return new TextDecoder().decode(text);
}

/** Line ends are skipped. The error counts bytes from zero, as upstream does. */
export function decodeBase64(text: string): Uint8Array {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let written = 0;
  let group = 0;
  let have = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d) continue;
    if (code === PAD) {
      written += finish(text, at, group, have, out.subarray(written));
      return out.subarray(0, written);
    }
    const value = valueAt(text, at);
    if (value < 0) throw corrupt(text, at);
    group = (group << 6) | value;
    have += 1;
    if (have < 4) continue;
    out[written] = group >> 16;
    out[written + 1] = group >> 8;
    out[written + 2] = group;
    written += 3;
    group = 0;
    have = 0;
  }
  if (have > 0) throw corrupt(text, text.length - have);
  return out.subarray(0, written);
}

/** Padding must complete the group and end the text. Returns how many bytes the last group held. */
function finish(text: string, at: number, group: number, have: number, out: Uint8Array): number {
  if (have < 2) throw corrupt(text, at);
  let next = at + 1;
  const skip = (): void => {
    while (text[next] === '\n' || text[next] === '\r') next += 1;
  };
  skip();
  if (have === 2) {
    if (next >= text.length) throw corrupt(text, text.length);
    if (text.charCodeAt(next) !== PAD) throw corrupt(text, next - 1);
    next += 1;
    skip();
  }
  if (next < text.length) throw corrupt(text, next);
  out[0] = have === 2 ? group >> 4 : group >> 10;
  if (have === 3) out[1] = group >> 2;
  return have - 1;
}

/** Go counts bytes of UTF-8. */
function corrupt(text: string, at: number): DecodeError {
  const bytes = new TextEncoder().encode(text.slice(0, at)).length;
  return new DecodeError(`illegal base64 data at input byte ${bytes}`);
}
