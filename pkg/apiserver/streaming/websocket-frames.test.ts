import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeFrame, FrameReader, opcode } from './websocket-frames.ts';

/** As a client sends it: masked. */
function clientFrame(kind: number, payload: Uint8Array, final = true): Buffer {
  const plain = encodeFrame(kind, payload);
  const headLength = plain.length - payload.length;
  const head = Buffer.from(plain.subarray(0, headLength));
  if (!final) head[0] = kind;
  head[1] = (head[1] ?? 0) | 0x80;
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = Buffer.from(payload.map((byte, at) => byte ^ (mask[at & 3] ?? 0)));
  return Buffer.concat([head, mask, masked]);
}

describe('frames of a client', () => {
  it('arrive however the bytes are cut', () => {
    const sizes = fc.array(fc.oneof(fc.nat(200), fc.constantFrom(125, 126, 65_535, 65_536)), { maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 70_000 }), (lengths, piece) => {
        const messages = lengths.map((length, at) => Buffer.alloc(length, at + 1));
        const bytes = Buffer.concat(messages.map((message) => clientFrame(opcode.binary, message)));
        const reader = new FrameReader();
        const read: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += piece) {
          read.push(...reader.push(bytes.subarray(at, at + piece)).map(({ payload }) => payload));
        }
        expect(read.map((one) => one.toString('latin1'))).toEqual(messages.map((one) => one.toString('latin1')));
      }),
      { numRuns: 25 },
    );
  });

  it('are refused when they are not masked, too long, or cut where they may not be', () => {
    const read = (bytes: Buffer): unknown => new FrameReader().push(bytes);
    expect(() => read(encodeFrame(opcode.text, Buffer.from('a')))).toThrow('not masked');
    expect(() => read(clientFrame(opcode.ping, Buffer.alloc(126)))).toThrow('control frame in pieces');
    expect(() => read(clientFrame(opcode.ping, Buffer.alloc(1), false))).toThrow('control frame in pieces');
    const huge = Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    expect(() => read(huge)).toThrow('the limit is');
  });
});
