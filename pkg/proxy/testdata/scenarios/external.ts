/** 16.4 and hairpins. */
import { endpoint } from '../../model/testdata/objects.ts';
import { everywhere, exposed, exposedWith, L, R, scenario, to, type Scenario } from './scenario.ts';

const ranged = exposedWith({ loadBalancerSourceRanges: ['192.0.2.0/28'] });

export const external: readonly Scenario[] = [
  scenario('S49', 'an external IP on no interface', exposed, [R], [to('outside', 'external', 'R snat')]),
  scenario(
    'S50',
    'two load balancer addresses',
    { ...exposed, ingress: [{ ip: '203.0.113.5' }, { ip: '203.0.113.6' }] },
    [R],
    [to('outside', 'lb', 'R snat'), to('outside', '203.0.113.6:80', 'R snat')],
  ),
  scenario(
    'S51',
    'a load balancer with a host name only',
    { ...exposed, ingress: [{ hostname: 'lb' }] },
    [R],
    [to('outside', 'lb', 'timeout', { userspace: 'no door' }), to('outside', 'nodePort', 'R snat')],
  ),
  scenario(
    'S52',
    'a load balancer in proxy mode',
    { ...exposed, ingress: [{ ip: '203.0.113.5', ipMode: 'Proxy' }] },
    [R],
    [
      to('outside', 'lb', 'timeout', { userspace: 'no door' }),
      to('outside', 'nodePort', 'R snat'),
      to('pod', 'vip', 'R kept'),
    ],
  ),
  scenario(
    'S53',
    'source ranges',
    ranged,
    [R],
    [to('outside', 'lb', 'R snat'), to('pod', 'lb', 'timeout', { userspace: 'refused' })],
  ),
  scenario(
    'S54',
    'a client outside the ranges by other ways',
    exposedWith({ loadBalancerSourceRanges: ['172.16.0.0/12'] }),
    [R],
    [
      to('outside', 'lb', 'timeout', { userspace: 'refused' }),
      to('outside', 'nodePort', 'R snat'),
      to('outside', 'external', 'R snat'),
      to('node', 'lb', 'timeout', { userspace: 'refused' }),
    ],
    { nodeIP: '192.0.2.10' },
  ),
  scenario(
    'N34',
    'source ranges and nobody there',
    ranged,
    [],
    [to('outside', 'lb', 'refused'), to('pod', 'lb', 'refused', { nftables: 'timeout', ipvs: 'timeout' })],
  ),
  scenario(
    'S56',
    'source ranges without an address',
    { ...ranged, ingress: [] },
    [R],
    [to('outside', 'nodePort', 'R snat')],
  ),
  scenario(
    'S59',
    'selected node port addresses',
    exposed,
    [R],
    [to('outside', 'nodePort', 'R snat'), to('outside', 'bridge', 'refused', { userspace: 'no door' })],
    { nodePortAddresses: ['192.0.2.0/24'] },
  ),
  scenario(
    'S60',
    'node port addresses of the other family only',
    exposed,
    [R],
    [to('outside', 'nodePort', 'R snat'), to('outside', 'bridge', 'R snat')],
    { nodePortAddresses: ['fd00::/64'] },
  ),
  scenario(
    'S61',
    'a node port on localhost',
    exposed,
    [R],
    [to('node', 'localhost', 'R snat', { nftables: 'refused', ipvs: 'refused' })],
  ),
  scenario(
    'S62',
    'the same where it is switched off',
    exposed,
    [R],
    [to('node', 'localhost', 'refused', { userspace: 'R snat' }), to('outside', 'nodePort', 'R snat')],
    { localhostNodePorts: false },
  ),
  scenario('S66', 'a pod behind the Service by its own node port', exposed, [L], [to('self', 'nodePort', 'L snat')]),
  scenario(
    'S67',
    'a pod behind the Service by the cluster IP',
    {},
    [L, R, endpoint('10.244.1.12')],
    [to('self', 'vip', 'L snat, R kept, 10.244.1.12:8080 kept')],
  ),
  scenario('G41', 'a node port from everywhere', exposed, [R], everywhere('nodePort', 'R snat')),
  scenario(
    'K11',
    'a port that the cluster IP does not have',
    {},
    [L],
    [
      to('pod', '10.96.0.10:81', 'timeout', { nftables: 'refused', ipvs: 'refused', userspace: 'no door' }),
      to('pod', '10.96.9.9:80', 'timeout', { userspace: 'no door' }),
    ],
  ),
];
