import { describe, expect, it } from '@jest/globals';
import type { EndpointSlice, Service } from '../api/types.ts';
import { allocate, dnsRecords, planEndpointSlices, renderRules } from './index.ts';

const service: Service = {
  metadata: { namespace: 'default', name: 'hostnames', uid: 'u' },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.0.1.175',
    clusterIPs: ['10.0.1.175'],
    ipFamilies: ['IPv4'],
    selector: { app: 'hostnames' },
    ports: [{ port: 80, targetPort: 9376, protocol: 'TCP' }],
  },
};
const slice: EndpointSlice = {
  metadata: { namespace: 'default', name: 'hostnames-a', labels: { 'kubernetes.io/service-name': 'hostnames' } },
  addressType: 'IPv4',
  ports: [{ name: '', port: 9376, protocol: 'TCP' }],
  endpoints: [{ addresses: ['10.244.0.5'], conditions: { ready: true } }],
};
const node = { name: 'n', labels: {} };

describe('fairlead/plan', () => {
  it.each(['iptables', 'nftables', 'ipvs'] as const)('renders the rules of mode %s', (mode) => {
    const text = renderRules({ mode, services: [service], slices: [slice], node });
    expect(text).toContain('10.0.1.175');
    expect(text).toContain('10.244.0.5');
  });

  it('plans addresses, slices and names without a server', () => {
    const cidrs = [{ metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.0.0.0/16'] } }];
    const wanted = { metadata: { namespace: 'default', name: 'x' }, spec: { ports: [{ port: 80 }] } };
    expect(allocate([wanted], [service], { cidrs, nodePorts: '30000-32767' }).planned).toEqual([
      { namespace: 'default', name: 'x', given: ['clusterIP one of 10.0.0.0/16'], warnings: [] },
    ]);
    const inputs = { namespace: 'default', name: 'hostnames', service, pods: [], nodes: [], slices: [] };
    expect(planEndpointSlices(inputs).steps.map(({ kind }) => kind)).toEqual(['create']);
    const world = {
      services: [service],
      endpointSlices: [slice],
      pods: [],
      nodes: [],
      namespaces: [{ metadata: { name: 'default' } }],
    };
    const names = dnsRecords(world, { zones: ['cluster.local'] });
    expect(names).toContainEqual(
      expect.objectContaining({ name: 'hostnames.default.svc.cluster.local.', type: 'A', data: '10.0.1.175' }),
    );
  });
});
