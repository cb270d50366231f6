/** Section 15.10 of the catalogue: what the protocol asks of a server, whoever asks and whatever it holds. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { recordTexts } from '../records/index.ts';
import { harbor } from '../records/testdata/harbor.ts';
import { service } from '../records/testdata/build.ts';
import { Flag, Rcode, Type } from '../wire/index.ts';
import type { DnsServer } from './start-server.ts';
import { TcpClient, UdpClient } from './testdata/dns-client.ts';
import { startHarbor } from './testdata/harbor-server.ts';
import { UpstreamStub } from './testdata/upstream-stub.ts';

let upstream: UpstreamStub;
let server: DnsServer;
let udp: UdpClient;
let tcp: TcpClient;

beforeAll(async () => {
  upstream = await UpstreamStub.start();
  server = await startHarbor({ forward: { upstreams: [upstream.address], detectLoops: false } });
  udp = await UdpClient.to(server.port);
  tcp = await TcpClient.to(server.port);
});

afterAll(async () => {
  await udp[Symbol.asyncDispose]();
  await tcp[Symbol.asyncDispose]();
  await server.close();
  await upstream[Symbol.asyncDispose]();
});

const WEB = 'web.shop.svc.cluster.local';
const BIG = 'big.shop.svc.cluster.local';
const edns = (
  udpPayloadOctets: number,
  dnssecOk = false,
): { edns: { udpPayloadOctets: number; dnssecOk: boolean } } => ({
  edns: { udpPayloadOctets, dnssecOk },
});
/** Header words after a change at some offsets of a healthy query. */
function bent(changes: Record<number, number>): Uint8Array {
  const octets = udp.query(WEB, 'A');
  for (const [at, value] of Object.entries(changes)) octets[Number(at)] = value;
  return octets;
}

describe('EDNS and size', () => {
  it('Q146 S18 K8: OPT in the reply has the own size, version 0, DO copied and no options', async () => {
    const { octets, message } = await udp.ask(WEB, 'A', edns(4096, true));
    expect(message.edns).toEqual({ udpPayloadOctets: 1232, extendedRcode: 0, version: 0, dnssecOk: true });
    expect([...octets.subarray(-11)]).toEqual([0, 0, 41, 4, 208, 0, 0, 128, 0, 0, 0]);
    expect(message.sections.answer.flatMap(recordTexts)).toHaveLength(1);
  });

  it('Q147 S18: no OPT without OPT', async () => {
    expect((await udp.ask(WEB, 'A')).message.edns).toBeUndefined();
  });

  it('Q148 S6: another EDNS version is BADVERS', async () => {
    const octets = udp.query(WEB, 'A', edns(1232));
    octets[octets.length - 5] = 1;
    const { message } = await udp.exchange(octets);
    expect(message).toMatchObject({ rcode: Rcode.BADVERS, edns: { version: 0 }, question: { type: Type.A } });
    expect(message.sections.answer).toEqual([]);
  });

  it.each([
    ['Q149 S19 S22 M4: without OPT', {}, 512, 29],
    ['Q150 S22: with OPT', edns(1232), 1232, 73],
    ['S19: a client that takes more gets no more', edns(65_535), 1232, 73],
    ['S19: a client that says less than 512 gets 512', edns(100), 512, 28],
  ])('%s', async (_, more, limit, count) => {
    const { octets, message } = await udp.ask(BIG, 'A', more);
    expect(message.flags & Flag.TC).toBe(Flag.TC);
    expect(message.sections.answer).toHaveLength(count);
    expect(octets.length).toBeLessThanOrEqual(limit);
  });

  it('Q151 H15: over TCP everything fits', async () => {
    const { message } = await tcp.ask(BIG, 'A', edns(512));
    expect(message.flags & Flag.TC).toBe(0);
    expect(new Set(message.sections.answer.flatMap(recordTexts).map(({ data }) => data)).size).toBe(300);
  });

  it('Q152 N17 S22: cut replies show other addresses each time, all of them in the end', async () => {
    const seen = new Set<string>();
    const replies = new Set<string>();
    for (let round = 0; round < 100; round++) {
      const { message } = await udp.ask(BIG, 'A');
      const addresses = message.sections.answer.flatMap(recordTexts).map(({ data }) => data);
      for (const address of addresses) seen.add(address);
      replies.add(addresses.join());
    }
    expect(replies.size).toBe(100);
    expect(seen.size).toBe(300);
  });
});

describe('messages to refuse', () => {
  it.each([
    ['Q160 S3: UPDATE', { 2: 0x29 }, Rcode.NOTIMP, 0x28],
    ['Q161 S3: STATUS', { 2: 0x11 }, Rcode.NOTIMP, 0x10],
    ['S3 K20: NOTIFY', { 2: 0x21 }, Rcode.NOTIMP, 0x20],
    ['Q162 S4: no question', { 5: 0 }, Rcode.FORMERR, 0],
    ['Q163 S4: two questions', { 5: 2 }, Rcode.FORMERR, 0],
    ['Q166 S5: a name that points at itself', { 12: 0xc0, 13: 12 }, Rcode.FORMERR, 0],
    ['Q167 S5: a label length of 0x40', { 12: 0x40 }, Rcode.FORMERR, 0],
  ])('%s', async (_, changes, rcode, opcode) => {
    const { octets, message } = await udp.exchange(bent(changes));
    expect([message.rcode, (message.flags & Flag.OPCODE) >> 8, message.question]).toEqual([rcode, opcode, undefined]);
    expect(octets).toHaveLength(12);
  });

  it('Q164 Q165 S1 S2: says nothing to fragments and answers', async () => {
    udp.send(bent({}).subarray(0, 11));
    udp.send(bent({ 2: 0x81 }));
    await udp.ask(WEB, 'A');
    expect(udp.stray).toEqual([]);
  });

  it('Q168 S5: two OPT records', async () => {
    const octets = udp.query(WEB, 'A', edns(1232));
    const doubled = Uint8Array.from([...octets, ...octets.subarray(-11)]);
    doubled[11] = 2;
    expect((await udp.exchange(doubled)).message.rcode).toBe(Rcode.FORMERR);
  });

  it('Q159 S7 K19: CHAOS is refused and stays here', async () => {
    const before = upstream.asked.length;
    expect((await udp.ask('version.bind', 'TXT', { class: 3 })).message.rcode).toBe(Rcode.REFUSED);
    expect((await udp.ask(WEB, 'A', { class: 3 })).message.rcode).toBe(Rcode.REFUSED);
    expect(upstream.asked).toHaveLength(before);
  });

  it('S7: unless the server was told what to say', async () => {
    await using talkative = await startHarbor({ chaos: { 'version.bind': 'harbor 1' } });
    await using client = await UdpClient.to(talkative.port);
    const { message } = await client.ask('VERSION.bind', 'TXT', { class: 3 });
    expect(message.sections.answer.flatMap(recordTexts)).toEqual([
      { name: 'VERSION.bind.', type: 'TXT', ttl: 0, data: '"harbor 1"' },
    ]);
  });

  it('Q171 S13 K16: RD and CD are copied, AD is not, RA says that there is a forwarder', async () => {
    const { message } = await udp.exchange(bent({ 2: 0x01, 3: 0x30 }));
    expect(message.flags).toBe(Flag.QR | Flag.AA | Flag.RD | Flag.RA | Flag.CD);
  });

  it('N2 S13: without a forwarder names outside are refused and RA is 0', async () => {
    await using lonely = await startHarbor();
    await using client = await UdpClient.to(lonely.port);
    expect((await client.ask('www.example.com', 'A')).message.flags).toBe(Flag.QR | Flag.RD | Rcode.REFUSED);
    const { message } = await client.ask('ext.shop.svc.cluster.local', 'A');
    expect(message.flags).toBe(Flag.QR | Flag.AA | Flag.RD);
    expect(message.sections.answer.flatMap(recordTexts).map(({ data }) => data)).toEqual(['www.example.com.']);
  });

  it('S11: an exception costs one query', async () => {
    const random = (): number => {
      throw new Error('planted');
    };
    await using fragile = await startHarbor({ random });
    await using client = await UdpClient.to(fragile.port);
    expect((await client.ask(BIG, 'A')).message.flags).toBe(Flag.QR | Flag.RD | Rcode.SERVFAIL);
    expect((await client.ask(WEB, 'A')).message.rcode).toBe(0);
    expect((await fragile.scrape()).body).toContain('coredns_panics_total 1\n');
  });
});

describe('TCP', () => {
  it('Q169 S26: three queries in one segment get three replies', async () => {
    await using client = await TcpClient.to(server.port);
    client.socket.cork();
    const replies = [client.ask(WEB, 'A'), client.ask('www.example.com', 'A'), client.ask(BIG, 'A')];
    client.socket.uncork();
    const counts = (await Promise.all(replies)).map(({ message }) => message.sections.answer.length);
    expect(counts).toEqual([1, 1, 300]);
  });

  it('Q170 S27: a client that stops in the middle of a query is cut off after 3 s, one that dripped too', async () => {
    const clock = new VirtualClock();
    await using own = await startHarbor({ clock });
    await using client = await TcpClient.to(own.port);
    client.socket.write(Uint8Array.from({ length: 52 }, (_, at) => (at === 1 ? 100 : 0)));
    await using other = await UdpClient.to(own.port);
    await other.ask(WEB, 'A'); // by now the server has read the 52 octets
    await clock.advance(2900);
    client.socket.write(Uint8Array.of(0));
    await other.ask(WEB, 'A');
    await clock.advance(100);
    await client.closed;
    expect(client.stray).toEqual([]);
  });

  it('S27: a client that has asked may be quiet for 10 s', async () => {
    const clock = new VirtualClock();
    await using own = await startHarbor({ clock });
    await using client = await TcpClient.to(own.port);
    await client.ask(WEB, 'A');
    await clock.advance(9900);
    await client.ask(WEB, 'A');
    await clock.advance(9900);
    expect(client.socket.destroyed).toBe(false);
    await clock.advance(100);
    await client.closed;
  });

  it('S27: an empty message ends the connection', async () => {
    await using client = await TcpClient.to(server.port);
    client.socket.write(Uint8Array.of(0, 0));
    await client.closed;
  });

  it('S27: beyond the limit of connections the quietest one goes', async () => {
    await using own = await startHarbor({ maxTcpConnections: 2 });
    await using quiet = await TcpClient.to(own.port);
    await using busy = await TcpClient.to(own.port);
    await quiet.ask(WEB, 'A');
    await busy.ask(WEB, 'A');
    await using third = await TcpClient.to(own.port);
    await quiet.closed;
    await Promise.all([busy.ask(WEB, 'A'), third.ask(WEB, 'A')]);
  });

  it('answers what a client asked before it closed its side', async () => {
    await using client = await TcpClient.to(server.port);
    const replies = [client.ask(WEB, 'A'), client.ask('late.example.com', 'A')];
    client.socket.end();
    const rcodes = (await Promise.all(replies)).map(({ message }) => message.rcode);
    expect(rcodes).toEqual([0, Rcode.NXDOMAIN]);
    await client.closed;
  });
});

describe('a large answer', () => {
  it('H15 S40: SRV and glue of one reply agree', async () => {
    const { message } = await tcp.ask(`_http._tcp.${BIG}`, 'SRV');
    const targets = message.sections.answer.flatMap(recordTexts).map(({ data }) => data.split(' ')[3]);
    const glue = message.sections.additional.flatMap(recordTexts).map(({ name }) => name);
    expect(new Set(glue)).toEqual(new Set(targets));
    expect(targets).toHaveLength(300);
  });

  it('S24: even TCP has an end', async () => {
    const objects = harbor();
    const endpoints = Array.from({ length: 5000 }, (_, i) => ({ addresses: [`10.1.${i >> 8}.${i & 255}`] }));
    objects.services.push(service('shop/huge', 'None'));
    objects.endpointSlices.push({
      metadata: { namespace: 'shop', name: 'huge-1', labels: { 'kubernetes.io/service-name': 'huge' } },
      addressType: 'IPv4',
      endpoints,
    });
    await using own = await startHarbor({}, objects);
    await using client = await TcpClient.to(own.port);
    const { octets, message } = await client.ask('huge.shop.svc.cluster.local', 'A');
    expect([message.flags & Flag.TC, message.sections.answer.length]).toEqual([Flag.TC, 4093]);
    expect(octets.length).toBeLessThanOrEqual(65_535);
  });
});
