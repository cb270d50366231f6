import { describe, expect, it } from '@jest/globals';
import { compareServicePorts, destinationsOf, toServicePorts } from './service-port.ts';
import { service } from './testdata/objects.ts';

describe('toServicePorts', () => {
  it('derives everything a ClusterIP Service needs (G11)', () => {
    expect(toServicePorts(service(), 'IPv4')).toEqual([
      {
        namespace: 'shop',
        name: 'web',
        portName: 'http',
        protocol: 'TCP',
        text: 'shop/web:http',
        clusterIP: '10.96.0.10',
        port: 80,
        nodePort: 0,
        externalIPs: [],
        loadBalancerVIPs: [],
        sourceRanges: [],
        affinitySeconds: 0,
        healthCheckNodePort: 0,
        externalLocal: false,
        internalLocal: false,
        topologyKeys: [],
      },
    ]);
  });

  it.each([
    ['S4 a headless Service', { clusterIP: 'None' }],
    ['G2 a Service without an address yet', { clusterIP: '' }],
    ['S5 an ExternalName with a leftover address', { type: 'ExternalName' }],
  ])('%s has no ports', (_, spec) => {
    expect(toServicePorts(service({ spec }), 'IPv4')).toEqual([]);
  });

  it('S11 names an unnamed port by its Service alone', () => {
    const [port] = toServicePorts(service({ spec: { ports: [{ port: 80 }] } }), 'IPv4');
    expect(port).toMatchObject({ text: 'shop/web', portName: '', protocol: 'TCP' });
  });

  it('S17 S18 takes the address that stands beside the family (G3)', () => {
    const dual = service({ spec: { clusterIPs: ['fd00::10', '10.96.0.10'], ipFamilies: ['IPv6', 'IPv4'] } });
    const six = service({ spec: { clusterIP: 'fd00::10', clusterIPs: ['fd00::10'], ipFamilies: ['IPv6'] } });
    const bare = service({ spec: { clusterIP: 'fd00::10' } });
    const addresses = [dual, six, bare].map((each) =>
      (['IPv4', 'IPv6'] as const).map((family) => toServicePorts(each, family)[0]?.clusterIP),
    );
    expect(addresses).toEqual([
      ['10.96.0.10', 'fd00::10'],
      [undefined, 'fd00::10'],
      [undefined, 'fd00::10'],
    ]);
  });

  it('S19 S55 splits external IPs and ranges by family and drops what is no address (G12)', () => {
    const mixed = service({
      spec: {
        type: 'LoadBalancer',
        clusterIPs: ['10.96.0.10', 'fd00::10'],
        ipFamilies: ['IPv4', 'IPv6'],
        externalIPs: ['198.51.100.7', 'fd00::7', '', 'nonsense', '198.51.100.007'],
        loadBalancerSourceRanges: ['192.0.2.0/24', 'fd00::/64', ''],
      },
    });
    const [four] = toServicePorts(mixed, 'IPv4');
    const [six] = toServicePorts(mixed, 'IPv6');
    expect([four?.externalIPs, six?.externalIPs]).toEqual([['198.51.100.7'], ['fd00::7']]);
    expect([four, six].map((port) => port?.sourceRanges.map(({ text }) => text))).toEqual([
      ['192.0.2.0/24'],
      ['fd00::/64'],
    ]);
  });

  it('S57 accepts a range in white space and prints it trimmed', () => {
    const [port] = toServicePorts(service({ spec: { loadBalancerSourceRanges: [' 203.0.113.0/25 '] } }), 'IPv4');
    expect(port?.sourceRanges.map(({ text }) => text)).toEqual(['203.0.113.0/25']);
  });

  it('takes a range that admits everybody as no ranges (1.36)', () => {
    const spec = { loadBalancerSourceRanges: ['192.0.2.0/24', '0.0.0.0/0'] };
    expect(toServicePorts(service({ spec }), 'IPv4')[0]?.sourceRanges).toEqual([]);
  });

  it('S51 S52 captures addresses of VIP mode only (G13)', () => {
    const ingress = [
      { ip: '203.0.113.5' },
      { hostname: 'lb.example.com' },
      { ip: '203.0.113.6', ipMode: 'Proxy' },
      { ip: '203.0.113.7', ipMode: 'VIP' },
      { ip: 'fd00::5' },
    ];
    const [port] = toServicePorts(service({ spec: { type: 'LoadBalancer' }, ingress }), 'IPv4');
    expect(port?.loadBalancerVIPs).toEqual(['203.0.113.5', '203.0.113.7']);
  });

  it.each([
    ['ClusterIP', [], false],
    ['ClusterIP', ['198.51.100.7'], true],
    ['NodePort', [], true],
    ['LoadBalancer', [], true],
  ])('S44 S45 G15 %s with external IPs %j: a local external policy counts: %s', (type, externalIPs, counts) => {
    const [port] = toServicePorts(service({ spec: { type, externalIPs, externalTrafficPolicy: 'Local' } }), 'IPv4');
    expect(port?.externalLocal).toBe(counts);
  });

  it('H1 keeps the health check port only where it means something', () => {
    const of = (spec: object): number | undefined =>
      toServicePorts(service({ spec: { healthCheckNodePort: 32000, ...spec } }), 'IPv4')[0]?.healthCheckNodePort;
    expect([
      of({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
      of({ type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' }),
      of({ type: 'NodePort', externalTrafficPolicy: 'Local' }),
    ]).toEqual([32000, 0, 0]);
  });

  it.each([
    ['a name that ends a line', { name: 'web\n-A INPUT -j ACCEPT' }],
    ['a quote', { namespace: 'shop"' }],
    ['an unknown protocol', { spec: { ports: [{ name: 'http', port: 80, protocol: 'tcp -j ACCEPT' }] } }],
    ['a space in a port name', { spec: { ports: [{ name: 'ht tp', port: 80 }] } }],
  ])('lets nothing through that could change a rule: %s', (_, input) => {
    expect(toServicePorts(service(input), 'IPv4')).toEqual([]);
  });

  it('A1 reads the affinity timeout, 10800 s by default', () => {
    const seconds = (spec: object): number | undefined => toServicePorts(service({ spec }), 'IPv4')[0]?.affinitySeconds;
    expect([
      seconds({}),
      seconds({ sessionAffinity: 'None', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }),
      seconds({ sessionAffinity: 'ClientIP' }),
      seconds({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }),
    ]).toEqual([0, 0, 10800, 5]);
  });
});

describe('order and destinations', () => {
  it('G21 sorts by namespace, name, port name, protocol, each as a whole', () => {
    const port = (namespace: string, name: string, portName: string, protocol: string) =>
      toServicePorts(service({ namespace, name, spec: { ports: [{ name: portName, protocol, port: 1 }] } }), 'IPv4');
    const ports = [
      port('a-b', 'c', 'p', 'TCP'),
      port('a', 'z', 'p', 'TCP'),
      port('a', 'y', 'q', 'TCP'),
      port('a', 'y', 'p', 'UDP'),
      port('a', 'y', 'p', 'TCP'),
    ].flat();
    expect(ports.sort(compareServicePorts).map(({ text, protocol }) => `${text} ${protocol}`)).toEqual([
      'a/y:p TCP',
      'a/y:p UDP',
      'a/y:q TCP',
      'a/z:p TCP',
      'a-b/c:p TCP',
    ]);
  });

  it('lists destinations in dispatch order, addresses in object order (G21)', () => {
    const spec = {
      type: 'LoadBalancer',
      externalIPs: ['198.51.100.8', '198.51.100.7'],
      ports: [{ name: 'http', port: 80, nodePort: 30080 }],
    };
    const [port] = toServicePorts(service({ spec, ingress: [{ ip: '203.0.113.5' }] }), 'IPv4');
    expect(port && destinationsOf(port)).toEqual([
      { kind: 'cluster-ip', ip: '10.96.0.10', port: 80 },
      { kind: 'external-ip', ip: '198.51.100.8', port: 80 },
      { kind: 'external-ip', ip: '198.51.100.7', port: 80 },
      { kind: 'load-balancer', ip: '203.0.113.5', port: 80 },
      { kind: 'node-port', ip: '', port: 30080 },
    ]);
  });
});
