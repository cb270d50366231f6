/** Section 15.11 of the catalogue, first half: names that lie outside. */
import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../clock/index.ts';
import { recordTexts } from '../../records/index.ts';
import type { Query } from '../../wire/index.ts';
import { Flag, NO_RECORDS, parseName, Rcode, ROOT, Type } from '../../wire/index.ts';
import type { DnsServer } from '../start-server.ts';
import type { Received } from '../testdata/dns-client.ts';
import { TcpClient, UdpClient } from '../testdata/dns-client.ts';
import { startHarbor } from '../testdata/harbor-server.ts';
import type { Behaviour, StubAnswer } from '../testdata/upstream-stub.ts';
import { UpstreamStub, world } from '../testdata/upstream-stub.ts';
import type { ForwardOptions } from './options.ts';

interface Scene extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly server: DnsServer;
  readonly stub: UpstreamStub;
  readonly client: UdpClient;
}

/** A server, one upstream and one client. */
async function scene(options: Partial<ForwardOptions> = {}, behaviour: Behaviour = world): Promise<Scene> {
  const clock = new VirtualClock();
  const stub = await UpstreamStub.start(behaviour);
  const forward = { upstreams: [stub.address], detectLoops: false, ...options };
  const server = await startHarbor({ clock, forward });
  const client = await UdpClient.to(server.port);
  return {
    clock,
    server,
    stub,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server.close();
      await stub[Symbol.asyncDispose]();
    },
  };
}

const silent: Behaviour = () => undefined;
const address = (query: Query, data: string, ttl = 300): StubAnswer => ({
  rcode: Rcode.NOERROR,
  sections: {
    ...NO_RECORDS,
    answer: [{ owner: query.name, type: Type.A, ttl, kind: 'address', data: [data] }],
  },
});
const said = ({ message }: Received): string => {
  const records = message.sections.answer.flatMap(recordTexts).map(({ data, ttl }) => `${data} ${ttl}`);
  return [message.rcode, ...records].join(' ');
};

describe('forwarding', () => {
  it('Q172 Q173 S49: relays an answer with its TTL, then answers from memory, aged', async () => {
    await using it = await scene();
    expect(said(await it.client.ask('www.example.com', 'A'))).toBe('0 192.0.2.53 300');
    await it.clock.advance(4000);
    const again = await it.client.ask('WWW.example.com', 'A');
    expect(said(again)).toBe('0 192.0.2.53 296');
    expect(again.message.sections.answer[0]?.owner).toBe(parseName('WWW.example.com'));
    expect(it.stub.asked).toEqual(['www.example.com. 1 udp']);
    await it.clock.advance(26_000);
    expect(said(await it.client.ask('www.example.com', 'A'))).toBe('0 192.0.2.53 300');
  });

  it('Q174 S49: remembers that a name does not exist', async () => {
    await using it = await scene();
    for (const round of [1, 2]) {
      const { message } = await it.client.ask('nx.example.com', 'A');
      expect([round, message.rcode]).toEqual([round, Rcode.NXDOMAIN]);
      expect(message.sections.authority.flatMap(recordTexts)[0]?.name).toBe('example.com.');
    }
    expect(it.stub.asked).toHaveLength(1);
  });

  it('S20: DO and CD are remembered apart', async () => {
    await using it = await scene();
    await it.client.ask('www.example.com', 'A');
    await it.client.ask('www.example.com', 'A', { edns: { udpPayloadOctets: 1232, dnssecOk: true } });
    await it.client.ask('www.example.com', 'A', { checkingDisabled: true });
    expect(it.stub.asked).toHaveLength(3);
  });

  it('Q175 S43: with all upstream servers silent the client hears SERVFAIL within 5 s, and may try again', async () => {
    await using other = await UpstreamStub.start(silent);
    await using it = await scene({ policy: 'sequential' }, silent);
    await using server = await startHarbor({
      clock: it.clock,
      forward: { upstreams: [it.stub.address, other.address], policy: 'sequential', detectLoops: false },
    });
    await using client = await UdpClient.to(server.port);
    const failed = client.ask('www.example.com', 'A');
    await it.stub.received(1);
    await it.clock.advance(2000);
    await other.received(1);
    await it.clock.advance(2000);
    await it.stub.received(2);
    await it.clock.advance(1000);
    expect(said(await failed)).toBe('2');
    other.behaviour = world;
    const retried = client.ask('www.example.com', 'A');
    const before = it.stub.asked.length;
    await it.stub.received(before + 1);
    await it.clock.advance(2000);
    expect(said(await retried)).toBe('0 192.0.2.53 300');
  });

  it('S43: a closed port is no reason to wait', async () => {
    const gone = await UpstreamStub.start();
    const closed = gone.address;
    await gone[Symbol.asyncDispose]();
    await using it = await scene();
    await using server = await startHarbor({
      forward: { upstreams: [closed, it.stub.address], policy: 'sequential', detectLoops: false },
    });
    await using client = await UdpClient.to(server.port);
    expect(said(await client.ask('www.example.com', 'A'))).toBe('0 192.0.2.53 300');
  });

  it('S44: a server that failed is probed, left alone when the probes fail, and used again once one is answered', async () => {
    await using bad = await UpstreamStub.start(silent);
    await using it = await scene();
    await using server = await startHarbor({
      clock: it.clock,
      forward: { upstreams: [bad.address, it.stub.address], policy: 'sequential', cacheSeconds: 0, detectLoops: false },
    });
    await using client = await UdpClient.to(server.port);
    const first = client.ask('www.example.com', 'A');
    await bad.received(1);
    await it.clock.advance(2000);
    expect(said(await first)).toBe('0 192.0.2.53 300');
    for (const probes of [2, 3]) {
      await it.clock.advance(500);
      await bad.received(probes);
      await it.clock.advance(2000);
    }
    expect(bad.asked.slice(1)).toEqual(['. 2 udp', '. 2 udp']);
    expect(said(await client.ask('www.example.com', 'A'))).toBe('0 192.0.2.53 300'); // at once: bad is left alone
    bad.behaviour = () => ({ rcode: Rcode.REFUSED, sections: NO_RECORDS });
    await it.clock.advance(500);
    await bad.received(4);
    let answer = '';
    // The probe's answer is on its way: until it is in, the other server answers.
    while (answer !== String(Rcode.REFUSED)) answer = said(await client.ask('www.example.com', 'A'));
  });

  it('Q176 S47: too many waiting questions are refused at once', async () => {
    await using it = await scene({ maxConcurrent: 3 }, silent);
    const waiting = ['a', 'b', 'c'].map((name) => it.client.ask(`${name}.example.com`, 'A'));
    await it.stub.received(3);
    expect(said(await it.client.ask('d.example.com', 'A'))).toBe(String(Rcode.REFUSED));
    await it.clock.advance(2000);
    await it.stub.received(6);
    await it.clock.advance(2000);
    expect((await Promise.all(waiting)).map(said)).toEqual(['2', '2', '2']);
  });

  it('Q177 S46 K26: a reply to another question is dropped, and the wait goes on', async () => {
    await using it = await scene({}, silent);
    const answer = it.client.ask('www.example.com', 'A');
    await it.stub.received(1);
    const forged = { ...address({ name: parseName('www.example.org') ?? ROOT } as Query, '\x06\x06\x06\x06') };
    it.stub.replyToLast((query) => ({ ...query, octets: questionFor(query, 'www.example.org') }), forged);
    it.stub.replyToLast(
      (query) => ({ ...query, id: query.id ^ 1 }),
      address({ name: ROOT } as Query, '\x06\x06\x06\x06'),
    );
    it.stub.replyToLast(
      (query) => query,
      address({ name: parseName('www.example.com') ?? ROOT } as Query, '\x01\x02\x03\x04'),
    );
    expect(said(await answer)).toBe('0 1.2.3.4 300');
  });

  it('S45 C5: the client’s transport is kept, and a cut answer stays cut', async () => {
    await using it = await scene({}, (query, protocol) => ({
      ...address(query, '\x01\x02\x03\x04'),
      truncated: protocol === 'udp',
    }));
    const cut = await it.client.ask('www.example.com', 'A');
    expect(cut.message.flags & Flag.TC).toBe(Flag.TC);
    const alias = await it.client.ask('ext.shop.svc.cluster.local', 'A');
    expect(alias.message.flags & Flag.TC).toBe(Flag.TC);
    await using tcp = await TcpClient.to(it.server.port);
    const whole = await tcp.ask('www.example.com', 'A');
    expect(whole.message.flags & Flag.TC).toBe(0);
    expect(it.stub.asked.map((line) => line.split(' ')[2])).toEqual(['udp', 'udp', 'tcp']);
  });

  it.each<[string, Partial<ForwardOptions>, string[]]>([
    ['forceTcp', { forceTcp: true }, ['tcp']],
    ['preferUdp', { preferUdp: true }, ['udp', 'tcp']],
  ])('S45: %s', async (_, options, transports) => {
    await using it = await scene(options, (query, protocol) => ({
      ...address(query, '\x01\x02\x03\x04'),
      truncated: protocol === 'udp',
    }));
    const { message } = await it.client.ask('www.example.com', 'A');
    expect(message.flags & Flag.TC).toBe(0);
    expect(it.stub.asked.map((line) => line.split(' ')[2])).toEqual(transports);
  });

  it('section 7.1: AD comes through only for clients that ask for it', async () => {
    await using it = await scene({}, (query) => ({ ...address(query, '\x01\x02\x03\x04'), authenticData: true }));
    const plain = await it.client.ask('www.example.com', 'A');
    const wanting = await it.client.ask('www.example.com', 'A', { edns: { udpPayloadOctets: 1232, dnssecOk: true } });
    expect([plain, wanting].map(({ message }) => message.flags & Flag.AD)).toEqual([0, Flag.AD]);
  });

  it('S42: the longest stub domain wins, exceptions stay here', async () => {
    await using corp = await UpstreamStub.start((query) => address(query, '\x0a\0\0\x01'));
    await using lab = await UpstreamStub.start((query) => address(query, '\x0a\0\0\x02'));
    await using it = await scene({
      stubDomains: { 'corp.example': [corp.address], 'Lab.corp.example': [lab.address] },
      except: ['secret.corp.example'],
    });
    const answers = ['a.corp.example', 'a.lab.corp.example', 'xcorp.example', 'a.secret.corp.example'];
    const replies = await Promise.all(answers.map((name) => it.client.ask(name, 'A')));
    expect(replies.map(said)).toEqual(['0 10.0.0.1 300', '0 10.0.0.2 300', '3', '5']);
  });

  it('S50: localhost is answered here', async () => {
    await using it = await scene();
    expect(said(await it.client.ask('localhost', 'A'))).toBe('0 127.0.0.1 3600');
    expect(said(await it.client.ask('db.LOCALHOST', 'AAAA'))).toBe('0 ::1 3600');
    expect(said(await it.client.ask('localhost', 'TXT'))).toBe('0');
    expect(it.stub.asked).toEqual([]);
  });

  it('S50 S54: domainNeeded and noAAAA ask nobody', async () => {
    await using it = await scene({ domainNeeded: true, noAAAA: true });
    expect(said(await it.client.ask('printer', 'A'))).toBe('3');
    expect(said(await it.client.ask('www.example.com', 'AAAA'))).toBe('0');
    expect(said(await it.client.ask('ext.shop.svc.cluster.local', 'AAAA'))).toBe('0 www.example.com. 5');
    expect(it.stub.asked).toEqual([]);
  });

  it('S48: upstream servers that lead back here are noticed, and nothing is forwarded any more', async () => {
    const relay: { to: string | undefined } = { to: undefined };
    await using loop = await UpstreamStub.start((query, _protocol, stub) => {
      // What a resolver does that has us as its only upstream: passes the question on, answers later or never.
      void relayQuestion(relay.to, query);
      return stub.asked.length > 20 ? world(query, 'udp', stub) : undefined;
    });
    let told = 0;
    const looped = Promise.withResolvers<void>();
    await using server = await startHarbor({
      forward: { upstreams: [loop.address] },
      readyPort: 0,
      probeAddress: '127.0.0.1',
      onLoop: () => {
        told += 1;
        looped.resolve();
      },
    });
    relay.to = String(server.port);
    await using client = await UdpClient.to(server.port);
    const first = loop.asked[0] ?? (await loop.received(1), loop.asked[0]);
    const probe = first?.split(' ')[0] ?? '';
    expect(probe).toMatch(/^[0-9a-f]{16}\.[0-9a-f]{16}\.$/);
    for (let visit = 0; visit < 3; visit++) client.send(client.query(probe, 'HINFO'));
    await looped.promise;
    expect(told).toBe(1);
    expect(said(await client.ask('www.example.com', 'A'))).toBe(String(Rcode.REFUSED));
    const ready = await fetch(`http://127.0.0.1:${server.readyPort}/ready`);
    expect([ready.status, await ready.text()]).toEqual([503, 'forward loop']);
  });
});

async function relayQuestion(port: string | undefined, query: Query): Promise<void> {
  if (port === undefined) return;
  await using client = await UdpClient.to(Number(port));
  client.send(query.octets);
}

/** The query's octets with another name of the same length. */
function questionFor(query: Query, text: string): Uint8Array {
  const octets = new Uint8Array(query.octets);
  const name = parseName(text) ?? ROOT;
  for (let at = 0; at < name.length; at++) octets[12 + at] = name.charCodeAt(at);
  return octets;
}
