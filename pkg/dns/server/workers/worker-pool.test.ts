import { describe, expect, it } from '@jest/globals';
import type { Logger } from '../../../logging/logger.ts';
import { silentLogger } from '../../../logging/logger.ts';
import { systemClock } from '../../../clock/index.ts';
import { changeTo, recordTexts } from '../../records/index.ts';
import { namespace, service } from '../../records/testdata/build.ts';
import { changesOf, harbor } from '../../records/testdata/harbor.ts';
import { Rcode } from '../../wire/index.ts';
import type { DnsSource } from '../source.ts';
import { FixedSource } from '../source.ts';
import type { DnsServer } from '../start-server.ts';
import { TcpClient, UdpClient } from '../testdata/dns-client.ts';
import { startHarbor } from '../testdata/harbor-server.ts';
import { UpstreamStub } from '../testdata/upstream-stub.ts';

/** Asks from so many ports that every worker gets some, and says what was answered, each answer once. */
async function askAround(server: DnsServer, name: string, type: string): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: 24 }, async (_, round) => {
      await using client = round % 4 === 0 ? await TcpClient.to(server.port) : await UdpClient.to(server.port);
      const { message } = await client.ask(name, type);
      const { answer, authority } = message.sections;
      return [message.rcode, ...[...answer, ...authority].flatMap(recordTexts).map(({ data }) => data)].join(' ');
    }),
  );
  return [...new Set(answers)];
}

describe('workers', () => {
  it('share a port, agree on every answer and on the serial, and are counted together', async () => {
    await using upstream = await UpstreamStub.start();
    const source = new FixedSource(changesOf(harbor()));
    await using server = await startHarbor({
      workers: 2,
      source,
      objectLabels: (labels) => labels['hidden'] === undefined,
      forward: { upstreams: [upstream.address], detectLoops: false },
    });
    expect(await askAround(server, 'web.shop.svc.cluster.local', 'A')).toEqual(['0 10.96.7.7']);
    expect(await askAround(server, 'www.example.com', 'A')).toEqual(['0 192.0.2.53']);
    source.push(changeTo('Namespace', namespace('new')));
    source.push(changeTo('Service', service('new/web', '10.96.9.1')));
    const hidden = service('new/secret', '10.96.9.2');
    source.push(changeTo('Service', { ...hidden, metadata: { ...hidden.metadata, labels: { hidden: '' } } }));
    const { body: before } = await server.scrape(); // answered in order: the changes are in by then
    expect(before).toContain('fairlead_dns_objects{resource="namespaces"} 6\n');
    expect(await askAround(server, 'web.new.svc.cluster.local', 'A')).toEqual(['0 10.96.9.1']);
    expect(await askAround(server, 'secret.new.svc.cluster.local', 'A')).toEqual([expect.stringMatching(/^3 ns\.dns/)]);
    expect(await askAround(server, 'cluster.local', 'SOA')).toHaveLength(1);
    const { body } = await server.scrape();
    const counted = [...body.matchAll(/^coredns_dns_responses_total\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
    expect(counted.reduce((sum, count) => sum + count)).toBe(5 * 24);
    expect(body).toMatch(/^coredns_dns_request_duration_seconds_count\{.*zone="cluster.local.".*\} 96$/m);
  });

  it('a port that is taken, and options that make no sense, are errors', async () => {
    await using other = await startHarbor();
    await expect(startHarbor({ workers: 2, port: other.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const errors: unknown[] = [];
    const log: Logger = { ...silentLogger, error: (fields) => errors.push(fields['err']) };
    await expect(startHarbor({ workers: 2, udpPayloadOctets: 7, log })).rejects.toThrow('udpPayloadOctets');
    expect(errors.length).toBeGreaterThan(0);
  });

  it('say nothing of the cluster before everything is known', async () => {
    const unsynced: DnsSource = {
      run: (_sink, signal) => new Promise((done) => signal.addEventListener('abort', () => done())),
      missing: () => ['services'],
    };
    await using server = await startHarbor({ workers: 2, source: unsynced, startupTimeoutMs: 0, clock: systemClock });
    expect(await askAround(server, 'web.shop.svc.cluster.local', 'A')).toEqual([String(Rcode.SERVFAIL)]);
  });
});
