import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from './decode.ts';
import { parseName } from './name.ts';

const head = (qd: number, an: number): number[] => [0, 1, 0x80, 0, 0, qd, 0, an, 0, 0, 0, 0];
const octetsOf = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));
const record = (type: number, data: number[]): number[] => [
  ...octetsOf(`\0\0${String.fromCharCode(type)}\0\x01\0\0\0\x09\0${String.fromCharCode(data.length)}`),
  ...data,
];
const decode = (...parts: number[][]): ReturnType<typeof decodeMessage> => decodeMessage(Uint8Array.from(parts.flat()));

describe('decodeMessage', () => {
  it('follows pointers backwards', () => {
    const question = octetsOf('\x01a\x01b\0\0\x01\0\x01');
    const message = decode(head(1, 1), question, [0xc0, 14, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, 99, 0xc0, 12]);
    expect(message?.sections.answer).toEqual([
      { owner: parseName('b'), type: 5, ttl: 9, kind: 'name', data: [parseName('c.a.b')] },
    ]);
    expect(message?.ttlOffsets).toEqual([27]);
  });

  it('RFC 3597: expands names inside data it does not otherwise know', () => {
    const naptr = [0, 1, 0, 2, 1, 117, 0, 0, 1, 120, 0xc0, 12];
    const message = decode(head(1, 1), octetsOf('\x01a\0\0\x23\0\x01'), record(35, naptr));
    expect(message?.sections.answer[0]?.data).toEqual([Uint8Array.from([0, 1, 0, 2, 1, 117, 0, 0, 1, 120, 1, 97, 0])]);
  });

  it.each([
    ['A of three octets', record(1, [1, 2, 3])],
    ['AAAA of four', record(28, [1, 2, 3, 4])],
    ['CNAME followed by something', record(5, [0, 0])],
    ['empty CNAME', record(5, [])],
    ['TXT that overruns', record(16, [5, 97])],
    ['empty TXT', record(16, [])],
    ['SOA without numbers', record(6, [0, 0, 1])],
    ['SRV without target', record(33, [0, 0, 0, 0, 0, 1])],
    ['MX of one octet', record(15, [1])],
    ['NAPTR that overruns', record(35, [0, 1, 0, 2, 9, 0])],
    ['OPT with an owner', [1, 97, 0, 0, 41, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['a record cut short', record(1, [1, 2, 3, 4]).slice(0, -1)],
  ])('refuses %s', (_, octets) => {
    expect(decode(head(0, 1), octets)).toBeUndefined();
  });

  it('refuses forward pointers, loops and long chains', () => {
    expect(decode(head(1, 0), [0xc0, 14, 0, 0, 1, 0, 1])).toBeUndefined();
    expect(decode(head(1, 0), [1, 97, 0xc0, 12, 0, 1, 0, 1])).toBeUndefined();
    // 130 records whose owners point each at the one before: the last needs more than 126 hops.
    const chain = Array.from({ length: 130 }, (_, index) => {
      const target = index === 0 ? 12 : 12 + 7 + 12 * (index - 1);
      return [0xc0 | (target >> 8), target & 0xff, 0, 99, 0, 1, 0, 0, 0, 0, 0, 0];
    });
    const question = octetsOf('\x01a\0\0\x01\0\x01');
    expect(decode(head(1, 120), question, ...chain)?.sections.answer).toHaveLength(120);
    expect(decode(head(1, 130), question, ...chain)).toBeUndefined();
  });
});
