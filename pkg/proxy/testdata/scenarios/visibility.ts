/** 16.1. */
import { endpoint, service, slice } from '../../model/testdata/objects.ts';
import { everywhere, exposedWith, L, R, scenario, to, type Scenario } from './scenario.ts';

const labelled = (label: string): Scenario['services'] => [service({ labels: { [label]: 'x' } })];
const both = [slice({ endpoints: [L, R] })];

/** No rule and no element: a packet for the address leaves the node, and nobody answers. */
const unknown = everywhere('vip', 'timeout', { userspace: 'no door' });

export const visibility: readonly Scenario[] = [
  scenario('S1', 'a ClusterIP Service from a pod', {}, [L, R], [to('pod', 'vip', 'L kept, R kept')]),
  scenario(
    'S2',
    'the same from a host that routes it to the node',
    {},
    [L, R],
    [to('outside', 'vip', 'L snat, R snat'), to('node', 'vip', 'L snat, R snat')],
  ),
  scenario('S3', 'the same with everything masqueraded', {}, [L, R], [to('pod', 'vip', 'L snat, R snat')], {
    masqueradeAll: true,
  }),
  scenario('S4', 'a headless Service', { spec: { clusterIP: 'None' } }, [L], unknown),
  scenario('S5', 'an ExternalName with a leftover address', { spec: { type: 'ExternalName' } }, [L], unknown),
  {
    id: 'S6',
    title: 'another proxy’s Service',
    services: labelled('service.kubernetes.io/service-proxy-name'),
    slices: both,
    expectations: unknown,
  },
  {
    id: 'S7',
    title: 'a slice labelled headless',
    services: [service()],
    slices: [slice({ endpoints: [L], labels: { 'service.kubernetes.io/headless': '' } })],
    expectations: everywhere('vip', 'refused'),
  },
  {
    id: 'S8',
    title: 'a slice of host names',
    services: [service()],
    slices: [slice({ endpoints: [L], addressType: 'FQDN' })],
    expectations: everywhere('vip', 'refused'),
  },
  {
    id: 'S12',
    title: 'TCP and UDP on one number',
    services: [
      service({
        spec: {
          ports: [
            { name: 'http', protocol: 'TCP', port: 80 },
            { name: 'quic', protocol: 'UDP', port: 80 },
          ],
        },
      }),
    ],
    slices: [
      slice({ endpoints: [L] }),
      slice({ name: 'udp', ports: [{ name: 'quic', protocol: 'UDP', port: 8080 }], endpoints: [R] }),
    ],
    expectations: [to('pod', 'vip', 'L kept'), to('pod', 'vip/udp', 'R kept')],
  },
  {
    id: 'S13',
    title: 'two target ports under one name',
    services: [service()],
    slices: [
      slice({ endpoints: [L] }),
      slice({ name: 'young', ports: [{ name: 'http', port: 9090 }], endpoints: [R] }),
    ],
    expectations: [to('pod', 'vip', 'L kept, 10.244.2.12:9090 kept')],
  },
  {
    id: 'S14',
    title: 'a slice port that the Service does not have',
    services: [service()],
    slices: [slice({ ports: [{ name: 'admin', port: 8080 }], endpoints: [L] })],
    expectations: everywhere('vip', 'refused'),
  },
  {
    id: 'S15',
    title: 'an endpoint in two slices',
    services: [service()],
    slices: [slice({ endpoints: [L] }), slice({ name: 'again', endpoints: [L] })],
    expectations: [to('pod', 'vip', 'L kept')],
  },
  scenario(
    'S19',
    'external IPs of both families',
    exposedWith({ externalIPs: ['fd00::7', '198.51.100.7'] }),
    [R],
    [to('outside', 'external', 'R snat')],
  ),
  {
    id: 'G43',
    title: 'two Services with one external IP',
    services: [
      service({ namespace: 'b', spec: { clusterIP: '10.96.0.11', externalIPs: ['198.51.100.7'] } }),
      service({ namespace: 'a', spec: { externalIPs: ['198.51.100.7'] } }),
    ],
    slices: [slice({ namespace: 'a', endpoints: [L] }), slice({ namespace: 'b', endpoints: [R] })],
    expectations: [to('outside', 'external', 'L snat'), to('outside', '10.96.0.11:80', 'R snat')],
  },
  {
    id: 'G43',
    title: 'an external IP that is somebody’s cluster IP',
    services: [
      service({ namespace: 'a', spec: { clusterIP: '10.96.0.11', externalIPs: ['10.96.0.10'] } }),
      service({ namespace: 'z' }),
    ],
    slices: [
      slice({ namespace: 'a', endpoints: [endpoint('10.244.2.66')] }),
      slice({ namespace: 'z', endpoints: [L] }),
    ],
    expectations: [to('pod', 'vip', 'L kept')],
  },
];
