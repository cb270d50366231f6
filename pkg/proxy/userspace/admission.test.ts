import { describe, expect, it } from '@jest/globals';
import { parseCidr } from '../model/index.ts';
import { toServicePorts, type Destination, type ServicePort } from '../model/service-port.ts';
import { service, type SpecInput } from '../model/testdata/objects.ts';
import { admit } from './admission.ts';

const pods = parseCidr('10.244.0.0/16');
const here = { podCIDRs: pods === undefined ? [] : [pods], nodeAddresses: new Set(['192.0.2.10']) };
const outside = '192.0.2.2';

const port = (spec: SpecInput): ServicePort => {
  const [first] = toServicePorts(service({ spec: { type: 'LoadBalancer', ...spec } }), 'IPv4');
  if (first === undefined) throw new Error('The Service has no port');
  return first;
};

const to = (kind: Destination['kind']): Destination => ({ kind, ip: '203.0.113.5', port: 80 });

describe('admit', () => {
  it('S34 internal traffic follows the internal policy, wherever it comes from', () => {
    const [cluster, local] = ['Cluster', 'Local'].map((internalTrafficPolicy) => port({ internalTrafficPolicy }));
    expect(cluster && admit(cluster, to('cluster-ip'), outside, here)).toBe('cluster');
    expect(local && admit(local, to('cluster-ip'), '10.244.1.1', here)).toBe('local');
  });

  it.each([
    ['S38 outside', outside, 'local'],
    ['S39 a pod', '10.244.1.1', 'cluster'],
    ['S40 this node', '192.0.2.10', 'cluster'],
    ['S40 this node by loopback', '127.0.0.1', 'cluster'],
    ['IPv4 in IPv6', '::ffff:10.244.1.1', 'cluster'],
  ])('G38 external policy Local from %s (%s) uses the %s list', (_, client, scope) => {
    const local = port({ externalTrafficPolicy: 'Local' });
    const kinds = (['external-ip', 'load-balancer', 'node-port'] as const).map((kind) =>
      admit(local, to(kind), client, here),
    );
    expect(kinds).toEqual([scope, scope, scope]);
  });

  it('S53 S54 G16 source ranges close the load balancer address alone', () => {
    const ranged = port({ loadBalancerSourceRanges: ['192.0.2.0/28'] });
    const from = (client: string) =>
      (['load-balancer', 'node-port', 'external-ip', 'cluster-ip'] as const).map((kind) =>
        admit(ranged, to(kind), client, here),
      );
    expect(from('192.0.2.2')).toEqual(['cluster', 'cluster', 'cluster', 'cluster']);
    expect(from('192.0.2.200')).toEqual([undefined, 'cluster', 'cluster', 'cluster']);
  });
});
