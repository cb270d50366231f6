import { describe, expect, it } from '@jest/globals';
import { Rcode, Type } from './constants.ts';
import { encodeQuery } from './encode-query.ts';
import { nameText, parseName, ROOT } from './name.ts';
import { acceptQuery } from './query.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? Array.from(part, (char) => char.charCodeAt(0)) : part)),
  );

const header = (flags = 0x0100, qd = 1, an = 0, ns = 0, ar = 0): number[] =>
  [0x1234, flags, qd, an, ns, ar].flatMap((word) => [word >> 8, word & 0xff]);
const webA = '\x03web\x04shop\0\0\x01\0\x01';
const opt = (version = 0, data: number[] = [], owner = [0]): number[] => [
  ...owner,
  ...[0, 41, 0x10, 0, 0, version, 0x80, 0].concat(0, data.length, data),
];

const refusal = (octets: Uint8Array): string => {
  const accepted = acceptQuery(octets);
  if (accepted === undefined) return 'drop';
  if (accepted.kind === 'query') return 'query';
  const name = Object.entries(Rcode).find(([, code]) => code === accepted.rcode)?.[0];
  return accepted.questionEnd > 12 ? `${name} with question` : `${name}`;
};

describe('acceptQuery', () => {
  it('reads a plain question, keeping its spelling', () => {
    const accepted = acceptQuery(bytes(header(), '\x03WeB\x04shop\0\0\x1c\0\x01'));
    expect(accepted).toMatchObject({ kind: 'query', id: 0x1234, flags: 0x0100, type: 28, class: 1, questionEnd: 26 });
    expect(accepted?.kind === 'query' && [nameText(accepted.name), nameText(accepted.key)]).toEqual([
      'WeB.shop.',
      'web.shop.',
    ]);
  });

  it('reads EDNS and ignores what follows the last record', () => {
    expect(acceptQuery(bytes(header(0, 1, 0, 0, 1), webA, opt(0, [0, 10, 0, 2, 1, 2]), 'junk'))).toMatchObject({
      edns: { udpPayloadOctets: 4096, version: 0, dnssecOk: true },
    });
  });

  it('takes what encodeQuery writes', () => {
    const name = parseName('a.b') ?? ROOT;
    const edns = { udpPayloadOctets: 1232, dnssecOk: false };
    const octets = encodeQuery({ id: 7, name, type: Type.SRV, checkingDisabled: true, edns });
    expect(acceptQuery(octets)).toMatchObject({ id: 7, flags: 0x10, name, type: 33, class: 1, edns });
  });

  it('S32 reads the serial of an IXFR', () => {
    const soa = bytes(
      [0, 0, 6, 0, 1, 0, 0, 0, 0, 0, 22, 0, 0],
      [0, 0, 0, 9],
      Array.from({ length: 16 }, () => 1),
    );
    expect(acceptQuery(bytes(header(0, 1, 0, 1), webA, [...soa]))).toMatchObject({ zoneSerial: 9 });
    expect(refusal(bytes(header(0, 1, 0, 1), webA, [...soa.slice(0, 10), 21, ...soa.slice(11, -1)]))).toBe('FORMERR');
  });

  it.each([
    ['S1 drops 11 octets', bytes(header()).slice(0, 11), 'drop'],
    ['S2 drops an answer', bytes(header(0x8000), webA), 'drop'],
    ['S3 does not implement UPDATE', bytes(header(0x2800), webA), 'NOTIMP'],
    ['S3 looks at the opcode before the counts', bytes(header(0x2800, 9)), 'NOTIMP'],
    ['S4 wants a question', bytes(header(0, 0)), 'FORMERR'],
    ['S4 wants no second question', bytes(header(0, 2), webA, webA), 'FORMERR'],
    ['S4 allows one answer record', bytes(header(0, 1, 2), webA), 'FORMERR'],
    ['S4 allows one authority record', bytes(header(0, 1, 0, 2), webA), 'FORMERR'],
    ['S4 allows two additional records', bytes(header(0, 1, 0, 0, 3), webA), 'FORMERR'],
    ['S5 refuses a pointer to itself', bytes(header(), [0xc0, 12, 0, 1, 0, 1]), 'FORMERR'],
    ['S5 refuses a pointer into the header', bytes(header(), [0xc0, 0, 0, 1, 0, 1]), 'FORMERR'],
    ['S5 refuses label type 01', bytes(header(), [0x40, 0, 0, 1, 0, 1]), 'FORMERR'],
    ['S5 refuses label type 10', bytes(header(), [0x80, 0, 0, 1, 0, 1]), 'FORMERR'],
    ['S5 refuses a question cut short', bytes(header(), webA.slice(0, -1)), 'FORMERR'],
    ['S5 refuses a name without end', bytes(header(), '\x03web'), 'FORMERR'],
    ['S5 refuses 256 octets of name', bytes(header(), `${'\x01a'.repeat(128)}\0\0\x01\0\x01`), 'FORMERR'],
    ['S5 refuses a missing record', bytes(header(0, 1, 0, 0, 1), webA), 'FORMERR'],
    [
      'S5 refuses RDLENGTH beyond the message',
      bytes(header(0, 1, 1), webA, [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 9]),
      'FORMERR',
    ],
    ['S5 refuses OPT with an owner', bytes(header(0, 1, 0, 0, 1), webA, opt(0, [], [1, 97, 0])), 'FORMERR'],
    ['S5 refuses OPT among the answers', bytes(header(0, 1, 1), webA, opt()), 'FORMERR'],
    ['S5 refuses two OPT records', bytes(header(0, 1, 0, 0, 2), webA, opt(), opt()), 'FORMERR'],
    ['S5 refuses an option that overruns', bytes(header(0, 1, 0, 0, 1), webA, opt(0, [0, 3, 0, 2, 1])), 'FORMERR'],
    ['S5 refuses half an option head', bytes(header(0, 1, 0, 0, 1), webA, opt(0, [0, 3, 0])), 'FORMERR'],
    ['S6 refuses EDNS version 1', bytes(header(0, 1, 0, 0, 1), webA, opt(1)), 'BADVERS with question'],
    ['S9 refuses type 0', bytes(header(), '\x03web\0\0\0\0\x01'), 'FORMERR with question'],
    ['S9 refuses type OPT', bytes(header(), '\x03web\0\0\x29\0\x01'), 'FORMERR with question'],
  ])('%s', (_, octets, expected) => {
    expect(refusal(octets)).toBe(expected);
  });
});
