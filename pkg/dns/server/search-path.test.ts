import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changesOf, harbor, harborOptions } from '../records/testdata/harbor.ts';
import { pod } from '../records/testdata/build.ts';
import { recordTexts, ZoneIndex } from '../records/index.ts';
import { Rcode } from '../wire/index.ts';
import type { DnsServer } from './start-server.ts';
import { SearchPath } from './search-path.ts';
import { UdpClient } from './testdata/dns-client.ts';
import { startHarbor } from './testdata/harbor-server.ts';
import { UpstreamStub } from './testdata/upstream-stub.ts';

let upstream: UpstreamStub;
let server: DnsServer;
let client: UdpClient;

beforeAll(async () => {
  upstream = await UpstreamStub.start();
  const objects = harbor();
  objects.pods.push(pod('shop/asking', ['127.0.0.1']));
  const forward = { upstreams: [upstream.address], detectLoops: false };
  server = await startHarbor({ forward, autopath: { hostSearch: ['example.com'] } }, objects);
  client = await UdpClient.to(server.port);
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server.close();
  await upstream[Symbol.asyncDispose]();
});

async function ask(name: string, type = 'A'): Promise<string[]> {
  const { message } = await client.ask(name, type);
  const records = message.sections.answer
    .flatMap(recordTexts)
    .map((record) => `${record.name} ${record.type} ${record.data}`);
  return [String(message.rcode), ...records];
}

describe('S53 search path', () => {
  it('answers a name that exists as ever', async () => {
    expect(await ask('web.shop.svc.cluster.local')).toEqual(['0', 'web.shop.svc.cluster.local. A 10.96.7.7']);
  });

  it('finds a Service of another namespace, and a domain of the node, behind an alias', async () => {
    expect(await ask('3scale.infra.shop.svc.cluster.local')).toEqual([
      '0',
      '3scale.infra.shop.svc.cluster.local. CNAME 3scale.infra.svc.cluster.local.',
      '3scale.infra.svc.cluster.local. A 10.96.8.9',
    ]);
    expect(await ask('WWW.shop.svc.cluster.local')).toEqual([
      '0',
      'WWW.shop.svc.cluster.local. CNAME WWW.example.com.',
      'WWW.example.com. A 192.0.2.53',
    ]);
  });

  it('ends at the name itself', async () => {
    expect(await ask('www.example.com.shop.svc.cluster.local', 'AAAA')).toEqual([
      '0',
      'www.example.com.shop.svc.cluster.local. CNAME www.example.com.',
      'www.example.com. AAAA 2001:db8::53',
    ]);
    expect(upstream.asked.slice(-2)).toEqual(['www.example.com.example.com. 28 udp', 'www.example.com. 28 udp']);
  });

  it('says NXDOMAIN of the asked name when nothing is found, with the SOA of the cluster', async () => {
    const { message } = await client.ask('nothing.shop.svc.cluster.local', 'A');
    expect(message.rcode).toBe(Rcode.NXDOMAIN);
    expect(message.sections.answer).toEqual([]);
    expect(message.sections.authority.flatMap(recordTexts)[0]?.name).toBe('cluster.local.');
  });

  it('leaves other types and other namespaces alone', async () => {
    const before = upstream.asked.length;
    expect(await ask('www.shop.svc.cluster.local', 'TXT')).toEqual([String(Rcode.NXDOMAIN)]);
    expect(await ask('www.infra.svc.cluster.local')).toEqual([String(Rcode.NXDOMAIN)]);
    expect(upstream.asked).toHaveLength(before);
  });

  it('does nothing for clients that are no Pods', async () => {
    await using plain = await startHarbor({ autopath: {} });
    await using stranger = await UdpClient.to(plain.port);
    expect((await stranger.ask('3scale.infra.shop.svc.cluster.local', 'A')).message.rcode).toBe(Rcode.NXDOMAIN);
  });

  it('refuses a domain that is none', () => {
    const index = new ZoneIndex(harborOptions, 0);
    for (const change of changesOf(harbor())) index.apply(change, 0);
    expect(() => new SearchPath({ hostSearch: ['a..b'] }, index)).toThrow('autopath.hostSearch: "a..b"');
  });
});
