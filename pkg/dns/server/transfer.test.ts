import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordTexts } from '../records/index.ts';
import { harbor } from '../records/testdata/harbor.ts';
import { service, slice } from '../records/testdata/build.ts';
import { Flag, parseName, Rcode, ROOT, Type } from '../wire/index.ts';
import { ZoneIndex } from '../records/index.ts';
import type { DnsServer } from './start-server.ts';
import { TcpClient, UdpClient } from './testdata/dns-client.ts';
import { startHarbor } from './testdata/harbor-server.ts';
import { makeTransfer } from './transfer.ts';

let server: DnsServer;
let tcp: TcpClient;

beforeAll(async () => {
  server = await startHarbor({ transfers: { 'cluster.local': ['127.0.0.0/8', 'fd00::/8'] } });
  tcp = await TcpClient.to(server.port);
});

afterAll(async () => {
  await tcp[Symbol.asyncDispose]();
  await server.close();
});

const ZONE = 'cluster.local';
const ixfr = (name: string, serial: number | undefined): Uint8Array => {
  const octets = [...tcp.query(name, 'IXFR')];
  if (serial === undefined) return Uint8Array.from(octets);
  octets[9] = 1;
  const soa = [0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 0, 0, 22, 0, 0];
  const numbers = [serial, 0, 0, 0, 0].flatMap((value) => [
    value >>> 24,
    (value >>> 16) & 255,
    (value >>> 8) & 255,
    value & 255,
  ]);
  return Uint8Array.from([...octets, ...soa, ...numbers]);
};

describe('zone transfer', () => {
  it('Q156 S31: gives SOA, NS, Services by namespace and name, SOA, each record once', async () => {
    const { message } = await tcp.ask(ZONE, 'AXFR');
    expect(message.flags & Flag.AA).toBe(Flag.AA);
    const all = message.sections.answer.flatMap(recordTexts);
    const [first, ...rest] = all.map(({ name, type, data }) => `${name} ${type} ${data}`);
    expect(rest.pop()).toBe(first);
    expect(first).toMatch(/^cluster\.local\. SOA .* 1780000000 /);
    expect(new Set(rest).size).toBe(rest.length);
    const owners = new Set(rest.map((line) => line.split(' ')[0] ?? ''));
    const ofService = [...owners]
      .map((owner) => /([^.]+)\.([^.]+)\.svc\./.exec(owner))
      .filter((match) => match !== null);
    const order = [...new Set(ofService.map(([, name, namespace]) => `${namespace}/${name}`))];
    expect(order).toEqual(order.toSorted());
    expect(order).toHaveLength(harbor().services.length - 2); // void and ipname have no records
    expect(rest.slice(0, 2)).toEqual([
      'cluster.local. NS kube-dns.kube-system.svc.cluster.local.',
      'ns.dns.cluster.local. A 10.96.0.10',
    ]);
    const ofDb = rest
      .filter((line) => line.includes('db.shop'))
      .map((line) => line.replaceAll('.shop.svc.cluster.local.', ''));
    expect(ofDb).toEqual([
      'db A 10.1.2.10',
      'db A 10.1.2.11',
      'db-0.db A 10.1.2.10',
      'db-1.db A 10.1.2.11',
      '_pg._tcp.db SRV 0 50 5432 db-0.db',
      '_pg._tcp.db SRV 0 50 5432 db-1.db',
    ]);
    expect(rest.filter((line) => /dns-version|pod\.|10-1-1-11|in-addr|PTR/.test(line))).toEqual([]);
  });

  it('Q157 S32: an IXFR from the current serial, or a later one, is a single SOA', async () => {
    for (const serial of [1_780_000_000, 1_780_000_001]) {
      const { message } = await tcp.exchange(ixfr(ZONE, serial));
      expect(message.sections.answer.map(({ type }) => type)).toEqual([Type.SOA]);
    }
  });

  it('Q158 S32: from an older one it is everything', async () => {
    const { message } = await tcp.exchange(ixfr(ZONE, 1_779_999_999));
    expect(message.sections.answer.length).toBeGreaterThan(50);
  });

  it('S32: an IXFR that does not say its serial is an error', async () => {
    expect((await tcp.exchange(ixfr(ZONE, undefined))).message.rcode).toBe(Rcode.FORMERR);
  });

  it.each([
    ['Q154 S32 K17: below the apex', 'web.shop.svc.cluster.local', Rcode.NOTAUTH],
    ['S32: a zone that is not ours', 'example.com', Rcode.NOTAUTH],
  ])('%s is refused', async (_, name, rcode) => {
    expect((await tcp.ask(name, 'AXFR')).message).toMatchObject({ rcode, sections: { answer: [] } });
  });

  it('Q155 S30: over UDP always refused', async () => {
    await using udp = await UdpClient.to(server.port);
    expect((await udp.ask(ZONE, 'AXFR')).message.rcode).toBe(Rcode.REFUSED);
  });

  it.each([
    ['Q154 S30: with transfers off', {}],
    ['S31: for a client that is not on the list', { transfers: { [ZONE]: ['192.0.2.1', '::1'] } }],
  ])('%s refused', async (_, options) => {
    await using strict = await startHarbor(options);
    await using client = await TcpClient.to(strict.port);
    expect((await client.ask(ZONE, 'AXFR')).message.rcode).toBe(Rcode.REFUSED);
  });

  it('S31: takes several messages for a large zone', async () => {
    const objects = harbor();
    for (let i = 0; i < 3000; i++)
      objects.services.push(service(`shop/more-${i}`, `10.97.${i >> 8}.${i & 255}`, 'http 80/TCP'));
    const many = Array.from({ length: 5000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
    objects.services.push(service('shop/huge', 'None'));
    objects.endpointSlices.push(slice('shop/huge', many));
    await using large = await startHarbor({ transfers: { [ZONE]: ['127.0.0.1'] } }, objects);
    await using client = await TcpClient.to(large.port);
    const { message } = await client.ask(ZONE, 'AXFR');
    // The rest has the same id, so the client counts it as stray; wait for the last by asking something more.
    await client.ask(ZONE, 'SOA');
    const messages = [message, ...client.stray.map((received) => received.message)];
    expect(messages.length).toBeGreaterThan(5);
    for (const { octets } of client.stray) expect(octets.length).toBeLessThanOrEqual(63_011);
    const records = messages.flatMap(({ sections }) => sections.answer);
    expect([records[0]?.type, records.at(-1)?.type]).toEqual([Type.SOA, Type.SOA]);
    const addresses = records.filter(({ owner }) => owner === parseName('huge.shop.svc.cluster.local'));
    expect(new Set(addresses.flatMap(recordTexts).map(({ data }) => data)).size).toBe(5000);
  });

  it('S33: not before everything is known', () => {
    const index = new ZoneIndex({}, 0);
    const transfer = makeTransfer({ [ZONE]: ['10.0.0.1'] }, index, {
      udpPayloadOctets: 1232,
      recursionAvailable: false,
    });
    const query = { key: parseName(ZONE) ?? ROOT, type: Type.AXFR } as Parameters<typeof transfer>[0];
    expect(transfer(query, { address: '10.0.0.1', family: 'IPv4', protocol: 'tcp' })).toBe(Rcode.SERVFAIL);
  });

  it.each([
    [{ 'example.com': [] }, 'transfers: "example.com" is no cluster domain of this server'],
    [{ [ZONE]: ['somebody'] }, 'transfers: "somebody" is neither address nor network'],
  ])('%j is no option', (options, message) => {
    const make = (): unknown =>
      makeTransfer(options, new ZoneIndex({}, 0), { udpPayloadOctets: 1232, recursionAvailable: false });
    expect(make).toThrow(message);
  });
});
