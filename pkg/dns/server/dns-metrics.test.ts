import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { MetricRegistry } from '../../metrics/index.ts';
import { changeTo } from '../records/index.ts';
import { slice } from '../records/testdata/build.ts';
import { harbor, indexOf } from '../records/testdata/harbor.ts';
import { dropsIn } from './process-metrics.ts';
import { SourceMetrics } from './source-metrics.ts';
import { TcpClient, UdpClient } from './testdata/dns-client.ts';
import { startHarbor } from './testdata/harbor-server.ts';
import { UpstreamStub } from './testdata/upstream-stub.ts';

describe('metrics', () => {
  it('X1 to X5, X9, X10, X13: counts under the names of CoreDNS', async () => {
    await using upstream = await UpstreamStub.start();
    await using server = await startHarbor({
      metricsPort: 0,
      probeAddress: '127.0.0.1',
      forward: { upstreams: [upstream.address], detectLoops: false },
    });
    await using udp = await UdpClient.to(server.port);
    await using tcp = await TcpClient.to(server.port);
    await udp.ask('web.shop.svc.cluster.local', 'A', { edns: { udpPayloadOctets: 1232, dnssecOk: true } });
    await udp.ask('nope.shop.svc.cluster.local', 'TYPE65280');
    await tcp.ask('big.shop.svc.cluster.local', 'A');
    await udp.ask('big.shop.svc.cluster.local', 'A');
    await udp.ask('www.example.com', 'A');
    await udp.ask('www.example.com', 'A');
    const broken = udp.query('x', 'A');
    broken[5] = 2;
    await udp.exchange(broken);
    const body = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
    const lines = body.split('\n').filter((line) => !line.startsWith('#') && !/_bucket|_sum|seconds/.test(line));
    const zone = 'server="dns://:0",zone="cluster.local.",view=""';
    const outside = 'server="dns://:0",zone=".",view=""';
    const cache = 'server="dns://:0",type="success",zones=".",view=""';
    for (const line of [
      `coredns_dns_requests_total{${zone},proto="udp",family="1",type="A"} 2`,
      `coredns_dns_requests_total{${zone},proto="udp",family="1",type="other"} 1`,
      `coredns_dns_requests_total{${zone},proto="tcp",family="1",type="A"} 1`,
      `coredns_dns_requests_total{${outside},proto="udp",family="1",type="A"} 2`,
      `coredns_dns_requests_total{server="dns://:0",zone="dropped",view="",proto="udp",family="1",type="other"} 1`,
      `coredns_dns_responses_total{${zone},rcode="NOERROR",plugin="kubernetes"} 3`,
      `coredns_dns_responses_total{${zone},rcode="NXDOMAIN",plugin="kubernetes"} 1`,
      `coredns_dns_responses_total{${outside},rcode="NOERROR",plugin="forward"} 1`,
      `coredns_dns_responses_total{${outside},rcode="NOERROR",plugin="cache"} 1`,
      `coredns_dns_responses_total{server="dns://:0",zone="dropped",view="",rcode="FORMERR",plugin=""} 1`,
      `coredns_dns_do_requests_total{${zone}} 1`,
      `coredns_dns_request_size_bytes_count{${zone},proto="udp"} 3`,
      `coredns_dns_response_size_bytes_count{${zone},proto="tcp"} 1`,
      'fairlead_dns_truncated_replies_total 1',
      'coredns_panics_total 0',
      `coredns_cache_entries{${cache}} 1`,
      `coredns_cache_hits_total{${cache}} 1`,
    ]) {
      expect(lines).toContain(line);
    }
    expect(body).toContain(
      `coredns_proxy_request_duration_seconds_count{proxy_name="forward",to="${upstream.address}",rcode="NOERROR"} 1`,
    );
    expect(body).toContain(`coredns_dns_request_duration_seconds_count{${zone}} 4`);
    for (const line of [
      'fairlead_dns_synced 1',
      'fairlead_dns_zone_serial{zone="cluster.local."} 1780000000',
      'fairlead_dns_objects{resource="services"} 28',
      'fairlead_dns_tcp_connections 1',
      'fairlead_dns_udp_receive_drops 0',
    ]) {
      expect(body.split('\n')).toContain(line);
    }
    expect(body).toMatch(/^fairlead_dns_event_loop_delay_seconds \d/m);
  });

  it('X6: how long a change took until it was answered for, by kind of Service', () => {
    const registry = new MetricRegistry();
    const clock = new VirtualClock();
    const index = indexOf(harbor());
    const metrics = new SourceMetrics(registry, index, clock);
    const tell = (key: string, endpoints: string[], ageMs: number | undefined): void => {
      const object = slice(key, endpoints, '', 'x');
      const trigger = ageMs === undefined ? 'never' : new Date(clock.now() - ageMs).toISOString();
      object.metadata.annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': trigger };
      const change = changeTo('EndpointSlice', object);
      metrics.applied(change, index.apply(change, 0));
    };
    tell('shop/web', ['10.1.1.50'], 2000);
    tell('shop/web', ['10.1.1.50'], 9000); // nothing new
    tell('shop/db', ['10.1.2.50'], 500);
    tell('shop/db', ['10.1.2.51'], undefined);
    tell('shop/nobody', ['10.1.2.52'], 500);
    const family = registry.histogram({
      name: 'coredns_kubernetes_dns_programming_duration_seconds',
      help: '',
      buckets: [],
    });
    const seen = [...family.series()].map(({ labels, cell }) => [labels['service_kind'], cell.count, cell.sum]);
    expect(seen).toEqual([
      ['cluster_ip', 1, 2],
      ['headless_without_selector', 1, 0.5],
    ]);
  });

  it('X12: reads drops of its own port from the table of the kernel', () => {
    const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 0100007F:14B4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 7
  101: 00000000:14B4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 5
  102: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 9
`;
    expect([dropsIn(table, 5300), dropsIn(table, 53), dropsIn('', 53)]).toEqual([12, 9, 0]);
  });
});
