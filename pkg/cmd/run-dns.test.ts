import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import type { KubeObject } from '../api/types.ts';
import type { DnsServer } from '../dns/server/index.ts';
import { UpstreamStub } from '../dns/server/testdata/upstream-stub.ts';
import { silentLogger } from '../logging/index.ts';
import { start } from '../testing/index.ts';
import { dnsCommand, type DnsFlags } from './dns.ts';
import { runDns } from './run-dns.ts';

jest.setTimeout(20_000);

const flagsOf = (...words: string[]): DnsFlags =>
  dnsCommand()
    .action(() => undefined)
    .parse(
      [
        '--bind-address=127.0.0.1',
        '--port=0',
        '--health-port=0',
        '--ready-port=0',
        '--metrics-port=0',
        '--lameduck=0',
        ...words,
      ],
      { from: 'user' },
    )
    .opts<DnsFlags>();

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { clusterIP: '10.96.0.77', ports: [{ name: 'http', port: 80 }] },
};

describe('fairlead dns (I5)', () => {
  it('answers for the Services of a cluster until it is stopped', async () => {
    await using cluster = await start({ controllers: false, objects: [service] });
    const stop = new AbortController();
    const { promise: serving, resolve } = Promise.withResolvers<DnsServer>();
    const flags = flagsOf('--kubeconfig', cluster.kubeconfigPath, '--cluster-domain=one.test,two.test');
    const running = runDns(flags, stop.signal, resolve, silentLogger);
    try {
      const { port, readyPort } = await Promise.race([
        serving,
        running.then(() => Promise.reject(new Error('it ended'))),
      ]);
      const resolver = new Resolver();
      resolver.setServers([`127.0.0.1:${port}`]);
      expect(await resolver.resolve4('web.default.svc.one.test', { ttl: true })).toEqual([
        { address: '10.96.0.77', ttl: 5 },
      ]);
      expect(await resolver.resolveSrv('_http._tcp.web.default.svc.two.test')).toMatchObject([{ port: 80 }]);
      await expect(resolver.resolve4('nope.default.svc.one.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
      expect((await fetch(`http://127.0.0.1:${readyPort}/ready`)).status).toBe(200);
    } finally {
      stop.abort();
    }
    await running;
  });

  it('I5: passes other names on, and answers from several threads', async () => {
    await using upstream = await UpstreamStub.start();
    await using cluster = await start({ controllers: false, objects: [service] });
    const stop = new AbortController();
    const { promise: serving, resolve } = Promise.withResolvers<DnsServer>();
    const flags = flagsOf('--kubeconfig', cluster.kubeconfigPath, `--forward=${upstream.address}`, '--workers=2');
    const running = runDns(flags, stop.signal, resolve, silentLogger);
    try {
      const { port } = await Promise.race([serving, running.then(() => Promise.reject(new Error('it ended')))]);
      const resolver = new Resolver();
      resolver.setServers([`127.0.0.1:${port}`]);
      expect(await resolver.resolve4('www.example.com')).toEqual(['192.0.2.53']);
      expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual(['10.96.0.77']);
    } finally {
      stop.abort();
    }
    await running;
  });

  it('--forward=none is what is so without the flag: other names are refused', () => {
    expect(flagsOf('--forward=none').forward).toEqual([]);
    expect(flagsOf('--forward=10.0.0.1, 10.0.0.2:54').forward).toEqual(['10.0.0.1', '10.0.0.2:54']);
  });

  it('ends with a sentence when the servers of --forward lead back here', async () => {
    await using cluster = await start({ controllers: false });
    const { signal } = new AbortController();
    const relay = createSocket('udp4').bind(0, '127.0.0.1');
    await once(relay, 'listening');
    const flags = flagsOf('--kubeconfig', cluster.kubeconfigPath, `--forward=127.0.0.1:${relay.address().port}`);
    const { promise: serving, resolve } = Promise.withResolvers<DnsServer>();
    const running = runDns(flags, signal, resolve, silentLogger);
    relay.on('message', (octets) => void serving.then(({ port }) => relay.send(octets, port, '127.0.0.1')));
    await expect(running).rejects.toThrow('leads back to this server');
    relay.close();
  });

  it('refuses what it cannot do in one sentence', async () => {
    await using cluster = await start({ controllers: false });
    const { signal } = new AbortController();
    const attempt = (forward: string): Promise<void> =>
      runDns(flagsOf('--kubeconfig', cluster.kubeconfigPath, `--forward=${forward}`), signal, undefined, silentLogger);
    await expect(attempt('dns.example.com')).rejects.toThrow('forward: expected an address with an optional port');
    await expect(attempt('/no/such/resolv.conf')).rejects.toThrow('--forward: ENOENT');
  });
});
