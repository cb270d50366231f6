import { describe, expect, it } from '@jest/globals';
import { Rcode, Type } from './constants.ts';
import { decodeMessage } from './decode.ts';
import { encodeQuery } from './encode-query.ts';
import type { Name } from './name.ts';
import { nameText, parseName, ROOT } from './name.ts';
import type { Query } from './query.ts';
import { acceptQuery } from './query.ts';
import type { ReplyHead } from './reply-parts.ts';
import { ReplyWriter, udpLimit } from './reply.ts';
import type { RRset, Sections } from './rrset.ts';
import { NO_RECORDS } from './rrset.ts';

const name = (text: string): Name => parseName(text) ?? ROOT;
const ok: ReplyHead = { rcode: 0, authoritative: true, recursionAvailable: true };

function query(text: string, type: number, edns?: { udpPayloadOctets: number; dnssecOk: boolean }): Query {
  const asked = { id: 0xabcd, name: name(text), type, recursionDesired: true, ...(edns && { edns }) };
  const accepted = acceptQuery(encodeQuery(asked));
  if (accepted?.kind !== 'query') throw new Error('not a query');
  return accepted;
}

function write(asked: Query, sections: Partial<Sections>, octets = 512, head = ok): Uint8Array {
  const target = new Uint8Array(octets);
  const limits = { octets, udpPayloadOctets: 1232 };
  return target.subarray(0, new ReplyWriter().write(target, asked, head, { ...NO_RECORDS, ...sections }, limits));
}

const addresses = (owner: string, count: number, type: number = Type.A): RRset => ({
  owner: name(owner),
  type,
  ttl: 5,
  kind: 'address',
  data: Array.from({ length: count }, (_, i) =>
    String.fromCharCode(10, 1, i >> 8, i & 255).padEnd(type === 1 ? 4 : 16),
  ),
});

const text = (octets: Uint8Array): string => String.fromCharCode(...octets);

describe('ReplyWriter', () => {
  it('S14 and S15: repeats the question and points at it', () => {
    const octets = write(query('WeB.shop', Type.A), { answer: [addresses('WeB.shop', 1)] });
    expect(text(octets)).toBe(
      '\xab\xcd\x85\x80\0\x01\0\x01\0\0\0\0' + // RD copied, AA and RA set
        '\x03WeB\x04shop\0\0\x01\0\x01' +
        '\xc0\x0c\0\x01\0\x01\0\0\0\x05\0\x04\x0a\x01\0\0',
    );
  });

  it('S15 does not point at octets of another case', () => {
    const octets = write(query('web.SHOP', Type.A), { answer: [addresses('web.shop', 1), addresses('x.shop', 1)] });
    const [first, second] = decodeMessage(octets)?.sections.answer ?? [];
    expect([first, second].map((set) => set && nameText(set.owner))).toEqual(['web.shop.', 'x.shop.']);
    expect(text(octets).match(/shop/gi)).toEqual(['SHOP', 'shop']);
  });

  it('R10 and S15: writes SRV targets in full and lets later names point at them', () => {
    const srv: RRset = {
      owner: name('_http._tcp.web.shop'),
      type: Type.SRV,
      ttl: 5,
      kind: 'srv',
      data: [{ priority: 0, weight: 50, port: 80, target: name('web.shop') }],
    };
    const octets = write(query('_http._tcp.web.shop', Type.SRV), {
      answer: [srv],
      additional: [addresses('web.shop', 1)],
    });
    expect(text(octets).match(/web/g)).toHaveLength(2);
    expect(text(octets).endsWith('\xc0\x17\0\x01\0\x01\0\0\0\x05\0\x04\x0a\x01\0\0')).toBe(true);
    expect(decodeMessage(octets)?.sections.additional[0]?.owner).toBe(name('web.shop'));
  });

  it('never points beyond octet 16383', () => {
    const sets = Array.from({ length: 1500 }, (_, i) => addresses(`host-${i % 1200}.elsewhere`, 1));
    const octets = write(query('a.b', Type.A), { answer: sets }, 65_535);
    expect(decodeMessage(octets)?.sections.answer.map((set) => set.owner)).toEqual(sets.map((set) => set.owner));
    expect(octets.length).toBeGreaterThan(0x4000);
  });

  it('S18 adds OPT only when asked, with its own size and the DO bit of the client', () => {
    const asked = query('web.shop', Type.A, { udpPayloadOctets: 4096, dnssecOk: true });
    expect(decodeMessage(write(asked, {}))?.edns).toEqual({
      udpPayloadOctets: 1232,
      extendedRcode: 0,
      version: 0,
      dnssecOk: true,
    });
    expect(decodeMessage(write(query('web.shop', Type.A), {}))?.edns).toBeUndefined();
  });

  it.each([
    ['M4 A, 512 octets', Type.A, 512, undefined, 29],
    ['M4 AAAA, 512 octets', Type.AAAA, 512, undefined, 16],
    ['M4 A, 1232 octets with OPT', Type.A, 1232, { udpPayloadOctets: 1232, dnssecOk: false }, 73],
    ['M4 AAAA, 1232 octets with OPT', Type.AAAA, 1232, { udpPayloadOctets: 1232, dnssecOk: false }, 42],
    ['M4 A, TCP with OPT', Type.A, 65_535, { udpPayloadOctets: 1232, dnssecOk: false }, 4092],
    ['M4 AAAA, TCP with OPT', Type.AAAA, 65_535, { udpPayloadOctets: 1232, dnssecOk: false }, 2338],
  ])('S22 keeps as many whole records as fit: %s', (_, type, limit, edns, count) => {
    const owner = 'db.shop.svc.cluster.local';
    const octets = write(query(owner, type, edns), { answer: [addresses(owner, 5000, type)] }, limit);
    const message = decodeMessage(octets);
    expect(message?.flags).toBe(0x8780);
    expect(message?.sections.answer).toHaveLength(count);
    expect(octets.length).toBeLessThanOrEqual(limit);
    expect(message?.edns === undefined).toBe(edns === undefined);
  });

  it('S22 sets TC when the authority does not fit, S23 not when only glue is lost', () => {
    const asked = query('web.shop', Type.A);
    const few = addresses('web.shop', 2);
    const many = addresses('web.shop', 60);
    const lost = decodeMessage(write(asked, { answer: [few], authority: [many], additional: [few] }));
    expect([lost && lost.flags & 0x0200, lost?.sections.answer.length]).toEqual([0x0200, 2]);
    expect(lost?.sections.additional).toEqual([]);
    const glue = decodeMessage(write(asked, { answer: [few], additional: [many] }));
    expect(glue && glue.flags & 0x0200).toBe(0);
    expect(glue?.sections.additional.length).toBeGreaterThan(20);
  });

  it('writes a negative answer in which the SOA leans on the question', () => {
    const zone = name('Cluster.Local');
    const soa: RRset = {
      owner: zone,
      type: Type.SOA,
      ttl: 5,
      kind: 'soa',
      data: [
        {
          primary: name('ns.dns.Cluster.Local'),
          contact: name('hostmaster.Cluster.Local'),
          serial: 4_000_000_000,
          refresh: 7200,
          retry: 1800,
          expire: 86_400,
          minimum: 5,
        },
      ],
    };
    const octets = write(query('nope.Cluster.Local', Type.A), { authority: [soa] }, 512, {
      ...ok,
      rcode: Rcode.NXDOMAIN,
    });
    const message = decodeMessage(octets);
    expect(message?.rcode).toBe(Rcode.NXDOMAIN);
    expect(message?.sections.authority).toEqual([soa]);
    expect(octets).toHaveLength(12 + 20 + 4 + 12 + (3 + 4 + 2) + (11 + 2) + 20);
  });

  it('carries every layout of data', () => {
    const sets: RRset[] = [
      { owner: name('a'), type: Type.TXT, ttl: 1, kind: 'text', data: [['1.1.0', '']] },
      { owner: name('a'), type: Type.MX, ttl: 2, kind: 'mx', data: [{ preference: 10, exchange: name('mail.a') }] },
      { owner: name('a'), type: Type.NS, ttl: 3, kind: 'name', data: [name('b.a')] },
      { owner: name('a'), type: 65_280, ttl: 0xffff_ffff, kind: 'raw', data: [Uint8Array.of(1, 2, 3)] },
    ];
    expect(decodeMessage(write(query('a', Type.ANY), { answer: sets }))?.sections.answer).toEqual(sets);
  });
});

describe('writeRefusal', () => {
  const refuse = (octets: number[]): Uint8Array => {
    const refusal = acceptQuery(Uint8Array.from(octets));
    if (refusal?.kind !== 'refusal') throw new Error('accepted');
    const target = new Uint8Array(512);
    return target.subarray(0, new ReplyWriter().writeRefusal(target, refusal, true, 1232));
  };

  it('S3 echoes the opcode and nothing else', () => {
    expect([...refuse([0, 9, 0x29, 0x10, 0, 1, 0, 0, 0, 0, 0, 0])]).toEqual([0, 9, 0xa9, 0x84, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('S6 answers another EDNS version with BADVERS in version 0, question echoed', () => {
    const octets = refuse([
      0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 97, 0, 0, 1, 0, 1, 0, 0, 41, 16, 0, 0, 1, 0, 0, 0, 0,
    ]);
    const message = decodeMessage(octets);
    expect(message).toMatchObject({ rcode: Rcode.BADVERS, edns: { version: 0, udpPayloadOctets: 1232 } });
    expect(message?.question).toMatchObject({ name: name('a'), type: 1 });
  });
});

describe('udpLimit', () => {
  it.each([
    ['no OPT', undefined, 1232, 512],
    ['a client that says less than 512', 100, 1232, 512],
    ['a client in between', 900, 1232, 900],
    ['a client that takes more than we send', 4096, 1232, 1232],
  ])('S19 for %s', (_, udpPayloadOctets, own, limit) => {
    const edns = udpPayloadOctets === undefined ? undefined : { udpPayloadOctets, dnssecOk: false };
    expect(udpLimit(query('a', Type.A, edns), own)).toBe(limit);
  });
});
