/** 16.3. IPVS has one list for each virtual server, so its pods and node get what outside gets (V41). */
import { draining, endpoint } from '../../model/testdata/objects.ts';
import { everywhere, exposed, exposedWith, L, R, scenario, to, type Scenario } from './scenario.ts';

const internalLocal = { internalTrafficPolicy: 'Local' };
const externalLocal = exposedWith({ externalTrafficPolicy: 'Local' });

export const policies: readonly Scenario[] = [
  scenario(
    'S34',
    'internal Local, one here',
    { spec: internalLocal },
    [L, R],
    [to('pod', 'vip', 'L kept'), to('outside', 'vip', 'L snat')],
  ),
  scenario(
    'S35',
    'internal Local, nobody here',
    { spec: internalLocal },
    [R],
    everywhere('vip', 'timeout', { ipvs: 'refused' }),
  ),
  scenario('S36', 'internal Local, nobody anywhere', { spec: internalLocal }, [], everywhere('vip', 'refused')),
  scenario(
    'S37',
    'internal Local, external Cluster, nobody here',
    exposedWith(internalLocal),
    [R],
    [
      to('pod', 'vip', 'timeout', { ipvs: 'R kept' }),
      to('outside', 'nodePort', 'R snat'),
      to('pod', 'nodePort', 'R snat'),
    ],
  ),
  scenario(
    'S38',
    'external Local, one here, from outside',
    externalLocal,
    [L, R],
    [
      to('outside', 'nodePort', 'L kept'),
      to('outside', 'lb', 'L kept'),
      to('outside', 'external', 'L kept'),
      to('outside', 'vip', 'L snat, R snat'),
    ],
  ),
  scenario(
    'S39',
    'external Local, one here, from a pod',
    externalLocal,
    [L, R],
    [
      to('pod', 'nodePort', 'L kept, R kept', { ipvs: 'L kept' }),
      to('pod', 'lb', 'L kept, R kept', { ipvs: 'L kept' }),
      to('pod', 'external', 'L kept, R kept', { ipvs: 'L kept' }),
    ],
  ),
  scenario(
    'S40',
    'external Local, one here, from the node itself',
    externalLocal,
    [L, R],
    [
      to('node', 'lb', 'L snat, R snat', { ipvs: 'L kept' }),
      to('node', 'nodePort', 'L snat, R snat', { ipvs: 'L kept' }),
    ],
  ),
  scenario(
    'S41',
    'external Local, nobody here',
    externalLocal,
    [R],
    [
      to('outside', 'nodePort', 'timeout', { ipvs: 'R kept' }),
      to('outside', 'lb', 'timeout', { ipvs: 'R kept' }),
      to('pod', 'nodePort', 'R kept'),
      to('pod', 'lb', 'R kept'),
      to('node', 'nodePort', 'R snat', { ipvs: 'R kept' }),
    ],
  ),
  scenario('S42', 'external Local does not touch the cluster IP', externalLocal, [R], [to('pod', 'vip', 'R kept')]),
  scenario(
    'S43',
    'external Cluster',
    exposed,
    [L, R],
    [
      ...everywhere('nodePort', 'L snat, R snat'),
      ...everywhere('lb', 'L snat, R snat'),
      ...everywhere('external', 'L snat, R snat'),
    ],
  ),
  scenario(
    'S44',
    'external Local on a plain ClusterIP',
    { spec: { externalTrafficPolicy: 'Local' } },
    [R],
    [to('outside', 'vip', 'R snat')],
  ),
  scenario(
    'S45',
    'external Local on a ClusterIP with an external IP',
    { spec: { externalTrafficPolicy: 'Local', externalIPs: ['198.51.100.7'] } },
    [L, R],
    [to('outside', 'external', 'L kept'), to('pod', 'external', 'L kept, R kept', { ipvs: 'L kept' })],
  ),
  scenario(
    'S46',
    'external Local, draining here, ready elsewhere',
    externalLocal,
    [endpoint('10.244.1.11', draining), R],
    [
      to('outside', 'nodePort', 'L kept'),
      to('pod', 'nodePort', 'R kept', { ipvs: 'L kept' }),
      to('pod', 'vip', 'R kept'),
    ],
  ),
  scenario(
    'T16',
    'both Local, nobody here',
    exposedWith({ ...internalLocal, externalTrafficPolicy: 'Local' }),
    [R],
    [
      to('pod', 'vip', 'timeout', { ipvs: 'R kept' }),
      to('outside', 'lb', 'timeout', { ipvs: 'R kept' }),
      to('pod', 'lb', 'R kept'),
    ],
  ),
];
