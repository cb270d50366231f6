import { describe, expect, it } from '@jest/globals';
import type { RRset } from '../../wire/index.ts';
import { NO_RECORDS, parseName, Rcode, ROOT, Type } from '../../wire/index.ts';
import type { OutsideAnswer, OutsideQuestion } from '../outside.ts';
import { bareAnswer } from '../outside.ts';
import { keepingOf } from './cacheable.ts';
import { nameServersOf, parseUpstreams } from './upstream-address.ts';

describe('S42 upstream addresses', () => {
  const texts = (...given: string[]): string[] => parseUpstreams(given, () => RESOLV_CONF).map(({ text }) => text);

  it('reads addresses, ports and resolv.conf', () => {
    expect(texts('10.0.0.2', '10.0.0.2:5353', 'fd00::2', '[fd00::2]:5353')).toEqual([
      '10.0.0.2:53',
      '10.0.0.2:5353',
      '[fd00::2]:53',
      '[fd00::2]:5353',
    ]);
    expect(texts('/etc/resolv.conf')).toEqual(['192.0.2.1:53', '[fe80::1]:53']);
  });

  it.each(['dns.example.com', '10.0.0.2:0', '10.0.0.2:65536', '10.0.0.256', '[fd00::2', ''])('refuses %j', (text) => {
    expect(() => texts(text)).toThrow('expected an address with an optional port');
  });

  it('refuses none and sixteen', () => {
    expect(() => parseUpstreams([])).toThrow('names no server');
    expect(() => texts(...Array.from({ length: 16 }, (_, i) => `10.0.0.${i}`))).toThrow('at most 15 servers, got 16');
  });

  it('takes nothing but name servers from resolv.conf', () => {
    expect(nameServersOf(RESOLV_CONF)).toEqual(['192.0.2.1', 'fe80::1']);
  });
});

const RESOLV_CONF = `# nameserver 192.0.2.9
search example.com
nameserver 192.0.2.1
nameserver fe80::1%eth0
nameserver not-an-address
options ndots:5
`;

describe('S49 what is kept, and for how long', () => {
  const name = (text: string): typeof ROOT => parseName(text) ?? ROOT;
  const question: OutsideQuestion = {
    name: name('www.example.com'),
    type: Type.A,
    protocol: 'udp',
    dnssecOk: false,
    checkingDisabled: false,
  };
  const a = (owner: string, ttl: number): RRset => ({
    owner: name(owner),
    type: Type.A,
    ttl,
    kind: 'address',
    data: ['abcd'],
  });
  const alias = (owner: string, target: string): RRset => ({
    owner: name(owner),
    type: Type.CNAME,
    ttl: 60,
    kind: 'name',
    data: [name(target)],
  });
  const soa = (ttl: number, minimum: number): RRset => ({
    owner: name('example.com'),
    type: Type.SOA,
    ttl,
    kind: 'soa',
    data: [{ primary: ROOT, contact: ROOT, serial: 1, refresh: 1, retry: 1, expire: 1, minimum }],
  });
  const keep = (answer: RRset[], authority: RRset[] = [], more: Partial<OutsideAnswer> = {}, cap = 100_000): string => {
    const sections = { ...NO_RECORDS, answer, authority };
    const keeping = keepingOf(question, { ...bareAnswer(Rcode.NOERROR, 'forward'), sections, ...more }, cap);
    return keeping === undefined ? 'no' : `${keeping.kind} ${keeping.seconds}`;
  };
  const www = 'www.example.com';

  it.each<[string, string, () => string]>([
    ['the shortest TTL counts', 'success 60', () => keep([a(www, 300), a(www, 60)])],
    ['at least 5 s', 'success 5', () => keep([a(www, 0)])],
    ['at most the cap', 'success 30', () => keep([a(www, 300)], [], {}, 30)],
    ['at most an hour', 'success 3600', () => keep([a(www, 9000)])],
    ['a whole chain of aliases', 'success 60', () => keep([alias(www, 'x.org'), a('X.org', 300)])],
    ['a chain without end is not kept', 'no', () => keep([alias(www, 'x.org')])],
    ['unless the SOA says that it ends there', 'denial 60', () => keep([alias(www, 'x.org')], [soa(60, 300)])],
    ['a ring of aliases is not kept', 'no', () => keep([alias(www, 'x.org'), alias('x.org', www)])],
    ['the lesser of SOA TTL and minimum', 'denial 60', () => keep([], [soa(300, 60)], { rcode: Rcode.NXDOMAIN })],
    ['at most half an hour', 'denial 1800', () => keep([], [soa(9000, 9000)], { rcode: Rcode.NXDOMAIN })],
    ['NXDOMAIN without SOA is not kept', 'no', () => keep([], [], { rcode: Rcode.NXDOMAIN })],
    ['empty without SOA is not kept', 'no', () => keep([])],
    ['SERVFAIL for 5 s', 'denial 5', () => keep([], [], { rcode: Rcode.SERVFAIL })],
    ['REFUSED is not kept', 'no', () => keep([], [], { rcode: Rcode.REFUSED })],
    ['a cut answer is not kept', 'no', () => keep([a(www, 300)], [], { truncated: true })],
    ['nothing is kept with a cap of 0', 'no', () => keep([a(www, 300)], [], {}, 0)],
  ])('%s: %s', (_, expected, kept) => {
    expect(kept()).toBe(expected);
  });
});
