/** Section 15.11 of the catalogue, second half: from the first object to the last query. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { changeAway, changeTo } from '../records/index.ts';
import { service } from '../records/testdata/build.ts';
import { changesOf, harbor, harborOptions } from '../records/testdata/harbor.ts';
import { Rcode } from '../wire/index.ts';
import type { DnsSink, DnsSource } from './source.ts';
import { FixedSource } from './source.ts';
import type { DnsServer } from './start-server.ts';
import { startDnsServer } from './start-server.ts';
import { TcpClient, UdpClient } from './testdata/dns-client.ts';
import { startHarbor } from './testdata/harbor-server.ts';
import { UpstreamStub } from './testdata/upstream-stub.ts';

/** A source that tells what it is told to tell. */
class HandSource implements DnsSource {
  sink: DnsSink | undefined;
  run(sink: DnsSink, signal: AbortSignal): Promise<void> {
    this.sink = sink;
    return new Promise((done) => {
      signal.addEventListener('abort', () => done());
    });
  }
  missing(): readonly string[] {
    return ['services', 'endpointslices'];
  }
}

const WEB = 'web.shop.svc.cluster.local';
const probes = { healthPort: 0, readyPort: 0, metricsPort: 0, probeAddress: '127.0.0.1' };

async function probe(port: number | undefined, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return `${response.status} ${await response.text()}`;
}

async function rcode(client: UdpClient, name: string, type = 'A'): Promise<number> {
  return (await client.ask(name, type)).message.rcode;
}

/** Starts a server whose source is silent, and lets the start-up time pass. */
async function startUnsynced(
  more: object = {},
): Promise<{ server: DnsServer; source: HandSource; clock: VirtualClock }> {
  const clock = new VirtualClock();
  const source = new HandSource();
  const options = {
    ...harborOptions,
    ...probes,
    source,
    clock,
    addresses: ['127.0.0.1'],
    port: 0,
    lameduckMs: 0,
    ...more,
  };
  const starting = startDnsServer(options);
  while (clock.nextDue() === undefined) await new Promise((done) => setImmediate(done));
  await clock.advance(5000);
  return { server: await starting, source, clock };
}

describe('before everything is known', () => {
  it('Q178 to Q181, S33 to S35: nothing is said of the cluster, and not ready', async () => {
    await using upstream = await UpstreamStub.start();
    const { server, source } = await startUnsynced({ forward: { upstreams: [upstream.address], detectLoops: false } });
    await using own = server;
    await using client = await UdpClient.to(own.port);
    expect(await rcode(client, WEB)).toBe(Rcode.SERVFAIL);
    const failure = await client.ask('nope.shop.svc.cluster.local', 'A');
    expect(failure.octets.subarray(2, 12)).toEqual(Buffer.from([0x81, 0x82, 0, 1, 0, 0, 0, 0, 0, 0]));
    expect(await rcode(client, 'cluster.local', 'SOA')).toBe(0);
    expect(await rcode(client, 'www.example.com')).toBe(0);
    expect(await probe(own.healthPort, '/health')).toBe('200 OK');
    expect(await probe(own.readyPort, '/ready')).toBe('503 services,endpointslices');
    for (const change of changesOf(harbor())) source.sink?.apply(change);
    expect(await rcode(client, WEB)).toBe(Rcode.SERVFAIL);
    source.sink?.synced();
    expect(await rcode(client, WEB)).toBe(0);
    expect(await probe(own.readyPort, '/ready')).toBe('200 OK');
  });
});

describe('after everything is known', () => {
  it('Q185: a new Service is answered for at once, the NXDOMAIN before does not linger', async () => {
    const source = new FixedSource(changesOf(harbor()));
    await using server = await startHarbor({ source });
    await using client = await UdpClient.to(server.port);
    expect(await rcode(client, 'new.shop.svc.cluster.local')).toBe(Rcode.NXDOMAIN);
    source.push(changeTo('Service', service('shop/new', '10.96.7.99')));
    expect(await rcode(client, 'new.shop.svc.cluster.local')).toBe(0);
    source.push(changeAway('Service', 'shop', 'new'));
    expect(await rcode(client, 'new.shop.svc.cluster.local')).toBe(Rcode.NXDOMAIN);
  });

  it('Q182 Q183 S36: a source that ends leaves the last state served, and ready', async () => {
    const changes = changesOf(harbor());
    const source: DnsSource = {
      run: (sink) => {
        for (const change of changes) sink.apply(change);
        sink.synced();
        return Promise.reject(new Error('the API server is gone'));
      },
      missing: () => [],
    };
    await using server = await startHarbor({ source, ...probes });
    await using client = await UdpClient.to(server.port);
    expect(await rcode(client, WEB)).toBe(0);
    expect(await probe(server.readyPort, '/ready')).toBe('200 OK');
  });
});

describe('the end', () => {
  it('Q184 S39: not ready at once, answers for the lame-duck time, lets TCP finish', async () => {
    const clock = new VirtualClock();
    await using upstream = await UpstreamStub.start(() => undefined);
    const forward = { upstreams: [upstream.address], detectLoops: false };
    const server = await startHarbor({ clock, ...probes, forward });
    await using udp = await UdpClient.to(server.port);
    await using tcp = await TcpClient.to(server.port);
    await tcp.ask(WEB, 'A');
    const closing = server.close({ lameduckMs: 5000 });
    expect(await probe(server.readyPort, '/ready')).toBe('503 shutting down');
    expect(await probe(server.healthPort, '/health')).toBe('200 OK');
    await clock.advance(3000);
    expect(await rcode(udp, WEB)).toBe(0);
    const late = tcp.ask('slow.example.com', 'A');
    await upstream.received(1);
    await clock.advance(2000); // the end of lame duck, and of the first try upstream
    await upstream.received(2);
    await clock.advance(2000);
    expect((await late).message.rcode).toBe(Rcode.SERVFAIL);
    await closing;
    await tcp.closed;
  });

  it('S39: a client that never finishes is cut off', async () => {
    const clock = new VirtualClock();
    await using upstream = await UpstreamStub.start(() => undefined);
    const forward = {
      upstreams: [upstream.address],
      detectLoops: false,
      readTimeoutMs: 60_000,
      totalTimeoutMs: 60_000,
    };
    const server = await startHarbor({ clock, forward });
    await using tcp = await TcpClient.to(server.port);
    void tcp.ask('slow.example.com', 'A');
    await upstream.received(1);
    const closing = server.close();
    while (clock.nextDue() === undefined) await new Promise((done) => setImmediate(done));
    await clock.advance(5000);
    await closing;
    await tcp.closed;
  });

  it('closing twice is closing once', async () => {
    const server = await startHarbor();
    await Promise.all([server.close(), server.close()]);
  });
});

describe('sockets', () => {
  it('a port that is taken is an error, and nothing stays open', async () => {
    const taken = createSocket('udp4').bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    await expect(startHarbor({ port })).rejects.toThrow('EADDRINUSE');
    taken.close();
    await once(taken, 'close');
    const tcp = createServer().listen(port, '127.0.0.1');
    await once(tcp, 'listening');
    await expect(startHarbor({ port })).rejects.toThrow('EADDRINUSE');
    tcp.close();
    await once(tcp, 'close');
    await using server = await startHarbor({ port });
    expect(server.port).toBe(port);
  });

  it('S25: serves IPv4 and IPv6 on one port', async () => {
    await using server = await startHarbor({ addresses: ['127.0.0.1', '::1'] });
    const socket = createSocket('udp6');
    await using client = await UdpClient.to(server.port);
    const query = client.query(WEB, 'A');
    socket.send(query, server.port, '::1');
    const [reply] = (await once(socket, 'message')) as [Buffer];
    expect(reply.readUInt16BE(6)).toBe(1);
    socket.close();
  });

  it('options that make no sense are refused before anything is opened', async () => {
    await expect(startHarbor({ udpPayloadOctets: 100 })).rejects.toThrow(
      'udpPayloadOctets: expected an integer from 512',
    );
    await expect(startHarbor({ chaos: { 'a..b': '' } })).rejects.toThrow('chaos: "a..b" is not a domain name');
  });

  it('probes know two methods and one path', async () => {
    await using server = await startHarbor(probes);
    expect(await probe(server.healthPort, '/else')).toBe('404 not found');
    const posted = await fetch(`http://127.0.0.1:${server.healthPort}/health`, { method: 'POST' });
    expect(posted.status).toBe(405);
  });
});
