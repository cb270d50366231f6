import { describe, expect, it } from '@jest/globals';
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
  });
});
