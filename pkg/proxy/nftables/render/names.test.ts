import { describe, expect, it } from '@jest/globals';
import { buildModel, type PortPlan } from '../../model/index.ts';
import { endpoint, n1, service, slice } from '../../model/testdata/objects.ts';
import { endpointNames, serviceChains } from './names.ts';

function plan(namespace: string, name: string, portName: string, ip = '10.180.0.1', port = 80): PortPlan {
  const family = ip.includes(':') ? 'IPv6' : 'IPv4';
  const ports = [{ name: portName, protocol: 'TCP', port }];
  const clusterIP = family === 'IPv6' ? 'fd00::1' : '10.96.0.10';
  const [made] = buildModel(
    [service({ namespace, name, spec: { clusterIP, ports } })],
    [slice({ namespace, service: name, addressType: family, ports, endpoints: [endpoint(ip)] })],
    { family, node: n1 },
  ).ports;
  if (made === undefined) throw new Error('The Service has no port');
  return made;
}

describe('names (N4–N6)', () => {
  it.each([
    ['ns1', 'svc1', 'p80', 'ULMVA6XW-ns1/svc1/tcp/p80'],
    ['ns2', 'svc2', 'p80', '42NFTM6N-ns2/svc2/tcp/p80'],
    ['ns3', 'svc3', 'p80', '4AT6LBPK-ns3/svc3/tcp/p80'],
    ['ns4', 'svc4', 'p80', 'LAUZTJTB-ns4/svc4/tcp/p80'],
    ['ns5', 'svc5', 'p80', 'HVFWP5L3-ns5/svc5/tcp/p80'],
    ['ns1', 'svc1', '', '6KJ5P52A-ns1/svc1/tcp/'],
    ['shop', 'web', 'http', 'KHN6ECMT-shop/web/tcp/http'],
  ])('%s/%s:%s is %s', (namespace, name, portName, base) => {
    expect(serviceChains(plan(namespace, name, portName).service)).toEqual({
      cluster: `service-${base}`,
      local: `local-${base}`,
      external: `external-${base}`,
      firewall: `firewall-${base}`,
    });
  });

  it.each([
    ['ns1', 'svc1', 'p80', '10.180.0.1', 80, '5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80'],
    ['ns2', 'svc2', 'p80', '10.180.0.2', 80, 'SGOXE6O3-ns2/svc2/tcp/p80__10.180.0.2/80'],
    ['ns4', 'svc4', 'p80', '10.180.0.4', 80, 'UNZV3OEC-ns4/svc4/tcp/p80__10.180.0.4/80'],
    ['ns4', 'svc4', 'p80', '10.180.0.5', 80, '5RFCDDV7-ns4/svc4/tcp/p80__10.180.0.5/80'],
    ['ns1', 'svc1', 'p80', 'fd00:10::1', 80, 'YO76WRLM-ns1/svc1/tcp/p80__fd00.10..1/80'],
    ['shop', 'web', 'http', '10.244.1.11', 8080, 'FAYF65XV-shop/web/tcp/http__10.244.1.11/8080'],
  ])('%s/%s:%s at %s %i', (namespace, name, portName, ip, port, base) => {
    const { service: made, endpoints } = plan(namespace, name, portName, ip, port);
    expect(endpoints.map((each) => endpointNames(made, each))).toEqual([
      { chain: `endpoint-${base}`, set: `affinity-${base}` },
    ]);
  });

  it('N6 cuts what would be too long, to 240 with its hash', () => {
    const label = 'x'.repeat(63);
    const { service: made, endpoints } = plan(label, label, label, 'fd00:1111:2222:3333:4444:5555:6666:7777', 65535);
    const [names] = endpoints.map((each) => endpointNames(made, each));
    expect(names?.chain.slice('endpoint-'.length)).toHaveLength(240);
    expect(names?.chain).toMatch(/^endpoint-[A-Z2-7]{8}-x+\/.*\.\.\.$/);
    expect(serviceChains(made).cluster).not.toContain('...');
  });
});
