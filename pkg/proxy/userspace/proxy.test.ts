import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import type { EndpointSlice, Service } from '../../api/types.ts';
import { endpoint, service, slice, unready } from '../model/testdata/objects.ts';
import { startUserspaceProxy, type ListenAddress, type UserspaceProxy, type UserspaceProxyOptions } from './index.ts';
import { ask, askUdp, closedPort, echo, HandSource, named, open, udpNamed } from './testdata/network.ts';

/** Backends listen on different ports of one address, so each has a slice of its own (S13). */
const behind = (...ports: readonly number[]): EndpointSlice[] => ports.map((port) => at(port));

const at = (port: number, protocol = 'TCP', conditions = {}): EndpointSlice =>
  slice({
    name: `web-${port}`,
    ports: [{ name: 'http', protocol, port }],
    endpoints: [endpoint('127.0.0.1', { nodeName: 'n1', ...conditions })],
  });

const udp = service({ spec: { ports: [{ name: 'http', protocol: 'UDP', port: 53 }] } });

interface Running extends AsyncDisposable {
  readonly proxy: UserspaceProxy;
  readonly source: HandSource;
  /** Where destinations of this kind listen; the first by default. */
  where(kind?: string): ListenAddress | undefined;
}

async function start(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  options: Partial<UserspaceProxyOptions> = {},
): Promise<Running> {
  const source = new HandSource(services, slices);
  const proxy = startUserspaceProxy({ source, nodeName: 'n1', places: ['loopback'], ...options });
  await proxy.settled();
  return {
    proxy,
    source,
    where: (kind = 'cluster-ip') => proxy.routes().find(({ destination }) => destination.kind === kind)?.listen,
    [Symbol.asyncDispose]: () => proxy.stop(),
  };
}

describe('TCP through the user-space proxy', () => {
  it('K13 serves a cluster IP from all its endpoints in turn', async () => {
    await using a = await named('a');
    await using b = await named('b');
    await using c = await named('c');
    await using running = await start([service()], behind(a.port, b.port, c.port));
    const answers: string[] = [];
    for (let i = 0; i < 6; i++) answers.push(await ask(running.where()));
    expect(answers.toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    expect(answers.slice(0, 3)).toEqual(answers.slice(3));
  });

  it('U20 closes the connection at once when nobody is there', async () => {
    await using running = await start([service()], []);
    expect(await ask(running.where())).toBe('');
    expect(running.proxy.counters).toMatchObject({ tcpConnections: 1, refused: 1, dialFailures: 0 });
  });

  it('S98 U21 goes on to the next endpoint when one refuses', async () => {
    await using alive = await named('alive');
    await using running = await start([service()], behind(await closedPort(), alive.port));
    const answers = [await ask(running.where()), await ask(running.where())];
    expect(answers).toEqual(['alive', 'alive']);
    expect(running.proxy.counters.dialFailures).toBeGreaterThan(0);
  });

  it('U21 gives up when all refuse', async () => {
    await using running = await start([service()], behind(await closedPort()));
    expect(await ask(running.where())).toBe('');
    expect(running.proxy.counters).toMatchObject({ dialFailures: 4, refused: 1 });
  });

  it('S68 pins a client, by its address', async () => {
    await using a = await named('a');
    await using b = await named('b');
    const sticky = service({ spec: { sessionAffinity: 'ClientIP' } });
    await using running = await start([sticky], behind(a.port, b.port));
    const visit = (): Promise<string> => ask(running.where(), '127.0.0.2');
    const other = await ask(running.where(), '127.0.0.3');
    const answers = new Set([await visit(), await visit(), await visit()]);
    expect([answers.size, answers.has(other)]).toEqual([1, false]);
  });

  it('S32 U24 G40 an established connection outlives its endpoint and its Service', async () => {
    await using old = await echo();
    await using young = await named('young');
    await using running = await start([service()], behind(old.port));
    const place = running.where();
    const socket = await open(place);
    const say = async (word: string): Promise<string> => {
      socket.write(word);
      return String((await once(socket, 'data'))[0]);
    };
    expect(await say('one')).toBe('one');
    running.source.sink?.sliceGone({ namespace: 'shop', name: `web-${old.port}` });
    running.source.sink?.sliceChanged(at(young.port));
    await running.proxy.settled();
    expect([await say('two'), await ask(place)]).toEqual(['two', 'young']);
    running.source.sink?.serviceGone({ namespace: 'shop', name: 'web' });
    await running.proxy.settled();
    expect([await say('three'), running.proxy.routes()]).toEqual(['three', []]);
    await expect(open(place)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    socket.destroy();
  });

  it('an endpoint change moves no door', async () => {
    await using a = await named('a');
    await using running = await start([service()], []);
    const before = running.where();
    running.source.sink?.sliceChanged(at(a.port));
    await running.proxy.settled();
    expect([running.where(), await ask(before)]).toEqual([before, 'a']);
  });

  it('listens for each destination, and moves the ones that changed', async () => {
    await using a = await named('a');
    const free = await closedPort();
    const spec = {
      type: 'NodePort',
      externalIPs: ['198.51.100.7'],
      ports: [{ name: 'http', port: 80, nodePort: free }],
    };
    await using running = await start([service({ spec })], behind(a.port), { places: ['address', 'loopback'] });
    expect(running.where('node-port')).toEqual({ host: '127.0.0.1', port: free });
    const answers = ['cluster-ip', 'external-ip', 'node-port'].map((kind) => ask(running.where(kind)));
    expect(await Promise.all(answers)).toEqual(['a', 'a', 'a']);
    running.source.sink?.serviceChanged(service());
    await running.proxy.settled();
    expect(running.proxy.routes().map(({ destination }) => destination.kind)).toEqual(['cluster-ip']);
  });

  it('S31 U31 traffic from this node to an external destination is not bound by policy Local', async () => {
    await using far = await named('far');
    const spec = {
      type: 'NodePort',
      internalTrafficPolicy: 'Local',
      externalTrafficPolicy: 'Local',
      ports: [{ name: 'http', port: 80, nodePort: await closedPort() }],
    };
    const elsewhere = at(far.port, 'TCP', { nodeName: 'n2' });
    await using running = await start([service({ spec })], [elsewhere], { places: ['address', 'loopback'] });
    expect([await ask(running.where()), await ask(running.where('node-port'))]).toEqual(['', 'far']);
  });

  it('says why when no place is free', async () => {
    await using taken = await named('taken');
    const spec = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: taken.port }] };
    await using running = await start([service({ spec })], [], { places: ['address'], families: ['IPv4'] });
    const [vip, nodePort] = running.proxy.routes();
    expect([vip?.listen, nodePort?.listen]).toEqual([undefined, undefined]);
    expect(vip?.problem).toContain('EADDRNOTAVAIL');
    expect(nodePort?.problem).toContain('EADDRINUSE');
  });

  it('U32 serves both families of a dual-stack Service, each from its own slices', async () => {
    await using four = await named('four');
    await using six = await named('six', '::1');
    const dual = service({ spec: { clusterIPs: ['10.96.0.10', 'fd00::10'], ipFamilies: ['IPv4', 'IPv6'] } });
    const slices = [
      at(four.port),
      slice({
        name: 'six',
        addressType: 'IPv6',
        ports: [{ name: 'http', port: six.port }],
        endpoints: [endpoint('::1', { nodeName: 'n1' })],
      }),
    ];
    await using running = await start([dual], slices);
    const [first, second] = running.proxy.routes();
    expect([first?.listen?.host, await ask(first?.listen)]).toEqual(['127.0.0.1', 'four']);
    expect([second?.listen?.host, await ask(second?.listen)]).toEqual(['::1', 'six']);
  });
});

describe('stopping', () => {
  it('lets established connections end by themselves within the grace', async () => {
    await using b = await echo();
    const running = await start([service()], behind(b.port));
    const socket = await open(running.where());
    socket.write('x');
    await once(socket, 'data');
    const stopped = running.proxy.stop(60_000);
    socket.end('last words');
    expect(String((await once(socket, 'data'))[0])).toBe('last words');
    await stopped;
    expect(running.proxy.counters).toMatchObject({ tcpActive: 0, bytesFromClients: 11, bytesToClients: 11 });
  });

  it('cuts what is left when the grace is over', async () => {
    await using b = await echo();
    const clock = new VirtualClock();
    const running = await start([service()], behind(b.port), { clock });
    const socket = await open(running.where());
    socket.write('x');
    await once(socket, 'data');
    const stopped = running.proxy.stop(1000);
    const closed = once(socket.resume(), 'end');
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    await clock.advance(1000);
    await Promise.all([stopped, closed]);
    expect(running.proxy.counters.tcpActive).toBe(0);
    socket.destroy();
  });

  it('before the initial objects came, ends a wait for them', async () => {
    const silentSource = { subscribe: () => () => {} };
    const proxy = startUserspaceProxy({ source: silentSource, nodeName: 'n1' });
    const settled = proxy.settled();
    await proxy.stop();
    await settled;
    expect(proxy.routes()).toEqual([]);
  });
});

describe('UDP through the user-space proxy', () => {
  it('U27 keeps a client on one endpoint until it was idle, then picks anew', async () => {
    await using a = await udpNamed('a');
    await using b = await udpNamed('b');
    const clock = new VirtualClock();
    await using running = await start([udp], [at(a.port, 'UDP'), at(b.port, 'UDP')], { clock });
    const socket = createSocket('udp4');
    const first = await askUdp(socket, running.where());
    await clock.advance(200);
    const second = await askUdp(socket, running.where());
    await clock.advance(200);
    const third = await askUdp(socket, running.where());
    expect([second, third, running.proxy.counters.udpAssociations]).toEqual([first, first, 1]);
    await clock.advance(250);
    expect(running.proxy.counters.udpActive).toBe(0);
    expect(await askUdp(socket, running.where())).not.toBe(first);
    socket.close();
  });

  it('S73 a flow whose endpoint serves no longer goes to another with the next datagram', async () => {
    await using a = await udpNamed('a');
    await using b = await udpNamed('b');
    await using running = await start([udp], [at(a.port, 'UDP')], { udp: { idleMs: 60_000 } });
    const socket = createSocket('udp4');
    expect(await askUdp(socket, running.where())).toBe('a');
    running.source.sink?.sliceChanged(at(b.port, 'UDP'));
    await running.proxy.settled();
    expect(await askUdp(socket, running.where())).toBe('a');
    running.source.sink?.sliceChanged(at(a.port, 'UDP', unready));
    await running.proxy.settled();
    expect(await askUdp(socket, running.where())).toBe('b');
    socket.close();
  });

  it('drops datagrams that nobody can take, and those beyond the bound', async () => {
    await using a = await udpNamed('a');
    await using running = await start([udp], [at(a.port, 'UDP')], { udp: { idleMs: 60_000, maxAssociations: 1 } });
    const [one, two] = [createSocket('udp4'), createSocket('udp4')];
    await askUdp(one, running.where());
    const place = running.where();
    two.send('too many', place?.port, place?.host);
    await askUdp(one, place);
    expect(running.proxy.counters).toMatchObject({ udpDropped: 1, udpDatagrams: 3, udpAssociations: 1 });
    one.close();
    two.close();
  });

  it('carries a datagram of the largest size whole', async () => {
    const mirror = createSocket('udp4');
    mirror.on('message', (datagram, peer) => mirror.send(datagram, peer.port, peer.address));
    mirror.bind(0, '127.0.0.1');
    await once(mirror, 'listening');
    await using running = await start([udp], [at(mirror.address().port, 'UDP')]);
    const socket = createSocket('udp4');
    const answer = once(socket, 'message');
    socket.send(Buffer.alloc(65_507, 'z'), running.where()?.port, running.where()?.host);
    expect((await answer)[0]).toHaveLength(65_507);
    socket.close();
    mirror.close();
  });

  it('U29 says that SCTP cannot be done', async () => {
    const sctp = service({ spec: { ports: [{ name: 'http', protocol: 'SCTP', port: 80 }] } });
    await using running = await start([sctp], []);
    expect(running.proxy.routes()).toMatchObject([
      { listen: undefined, problem: 'SCTP is not supported by the user-space proxy' },
    ]);
  });
});
