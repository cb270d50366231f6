/** 16.6. */
import { endpoint } from '../../model/testdata/objects.ts';
import { everywhere, exposedWith, L, R, scenario, to, type Scenario } from './scenario.ts';

const zoned = (ip: string, zone: string) => endpoint(ip, { hints: { forZones: [{ name: zone }] } });
const hinted = (ip: string, node: string, zone: string) =>
  endpoint(ip, { hints: { forNodes: [{ name: node }], forZones: [{ name: zone }] } });
const host = 'kubernetes.io/hostname';
const zone = 'topology.kubernetes.io/zone';

export const topology: readonly Scenario[] = [
  scenario(
    'S77',
    'all hinted, one for this zone',
    {},
    [zoned('10.244.1.11', 'z1'), zoned('10.244.2.12', 'z2')],
    [to('pod', 'vip', 'L kept'), to('outside', 'vip', 'L snat')],
  ),
  scenario('S78', 'one without hints', {}, [zoned('10.244.1.11', 'z1'), R], [to('pod', 'vip', 'L kept, R kept')]),
  scenario(
    'S79',
    'hints for another zone only',
    {},
    [zoned('10.244.1.11', 'z2'), zoned('10.244.2.12', 'z2')],
    [to('pod', 'vip', 'L kept, R kept')],
  ),
  scenario(
    'S80',
    'hints for nodes',
    {},
    [hinted('10.244.1.11', 'n1', 'z2'), hinted('10.244.2.12', 'n2', 'z1')],
    [to('pod', 'vip', 'L kept')],
  ),
  scenario(
    'S80',
    'hints for nodes on some, for zones on all',
    {},
    [hinted('10.244.1.11', 'n1', 'z2'), zoned('10.244.2.12', 'z1')],
    [to('pod', 'vip', 'R kept')],
  ),
  scenario(
    'S81',
    'no hints, whatever annotations say',
    { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } },
    [L, R],
    [to('pod', 'vip', 'L kept, R kept')],
  ),
  scenario(
    'S82',
    'the node is in another zone',
    {},
    [zoned('10.244.1.11', 'z1'), zoned('10.244.2.12', 'z2')],
    [to('pod', 'vip', 'R kept')],
    { nodeLabels: { [zone]: 'z2' } },
  ),
  scenario(
    'S83',
    'keys: host, zone, any',
    { spec: { topologyKeys: [host, zone, '*'] } },
    [endpoint('10.244.2.12', { zone: 'z1' }), endpoint('10.244.2.13', { zone: 'z2' })],
    [to('pod', 'vip', 'R kept')],
  ),
  scenario(
    'S84',
    'keys: host only, nobody here',
    { spec: { topologyKeys: [host] } },
    [R],
    everywhere('vip', 'refused'),
  ),
  scenario(
    'S85',
    'keys: one that the node lacks, then any',
    { spec: { topologyKeys: ['rack', '*'] } },
    [L, R],
    [to('pod', 'vip', 'L kept, R kept')],
  ),
  scenario(
    'S86',
    'hints do not narrow the local list',
    exposedWith({ externalTrafficPolicy: 'Local' }),
    [zoned('10.244.1.11', 'z2'), zoned('10.244.2.12', 'z1')],
    [to('outside', 'nodePort', 'L kept'), to('pod', 'vip', 'R kept')],
  ),
];
