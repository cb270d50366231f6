import { describe, expect, it } from '@jest/globals';
import type { Service } from '../api/types.ts';
import { completeServiceOnRead } from './service-read.ts';
import { prepareServiceForUpdate } from './service-strategy.ts';
import { defaultService } from './service.ts';

type Spec = NonNullable<Service['spec']>;
const service = (spec: Partial<Spec> & { [field: string]: unknown }): Service => ({ metadata: { name: 'web' }, spec });
const defaulted = (spec: Partial<Spec>): Spec => defaultService(service(spec)).spec ?? {};

describe('defaults of a Service', () => {
  it('D1–D11: fill what the client left out, and nothing else', () => {
    expect(defaulted({ ports: [{ port: 80 }] })).toEqual({
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
      internalTrafficPolicy: 'Cluster',
    });
  });

  it('D1, D4, D5, D6: take empty text and zero for absent', () => {
    const empty = {
      type: '',
      sessionAffinity: '',
      ports: [
        { port: 80, protocol: '', targetPort: '' },
        { port: 81, targetPort: 0 },
      ],
    };
    expect(defaulted(empty)).toMatchObject({
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ports: [{ protocol: 'TCP', targetPort: 80 }, { targetPort: 81 }],
    });
  });

  it('D2, D3: drop the affinity configuration, or replace it as a whole', () => {
    const config = { clientIP: { timeoutSeconds: 5 } };
    expect(defaulted({ sessionAffinityConfig: config })).not.toHaveProperty('sessionAffinityConfig');
    const affinity = { sessionAffinity: 'ClientIP' };
    for (const broken of [undefined, {}, { clientIP: {} }]) {
      const given = broken === undefined ? affinity : { ...affinity, sessionAffinityConfig: broken };
      expect(defaulted(given).sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10_800 } });
    }
    expect(defaulted({ ...affinity, sessionAffinityConfig: config }).sessionAffinityConfig).toEqual(config);
    // A zero is a value; validation has an opinion on it.
    const zero = { clientIP: { timeoutSeconds: 0 } };
    expect(defaulted({ ...affinity, sessionAffinityConfig: zero }).sessionAffinityConfig).toEqual(zero);
  });

  it('D7–D9: give each type its policies', () => {
    const policies = ({
      externalTrafficPolicy,
      internalTrafficPolicy,
      allocateLoadBalancerNodePorts,
    }: Spec): unknown[] => [externalTrafficPolicy, internalTrafficPolicy, allocateLoadBalancerNodePorts];
    const table: [Partial<Spec>, unknown[]][] = [
      [{}, [undefined, 'Cluster', undefined]],
      [{ externalIPs: ['203.0.113.7'] }, ['Cluster', 'Cluster', undefined]],
      [{ clusterIP: 'None' }, [undefined, 'Cluster', undefined]],
      [{ type: 'NodePort' }, ['Cluster', 'Cluster', undefined]],
      [{ type: 'LoadBalancer' }, ['Cluster', 'Cluster', true]],
      [
        { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, externalTrafficPolicy: 'Local' },
        ['Local', 'Cluster', false],
      ],
      [{ type: 'ExternalName', externalIPs: ['203.0.113.7'] }, [undefined, undefined, undefined]],
      [{ type: 'Odd' }, [undefined, undefined, undefined]],
    ];
    for (const [spec, expected] of table) expect([spec, policies(defaulted(spec))]).toEqual([spec, expected]);
  });

  it('D10: an ingress address is a VIP, judged by the type as submitted', () => {
    const status = {
      loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'a.b' }, { ip: '1.2.3.5', ipMode: 'Proxy' }] },
    };
    const modes = (type: string): unknown =>
      defaultService({ ...service({ type }), status }).status?.loadBalancer?.ingress?.map(({ ipMode }) => ipMode);
    expect(modes('LoadBalancer')).toEqual(['VIP', undefined, 'Proxy']);
    expect(modes('ClusterIP')).toEqual([undefined, undefined, 'Proxy']);
  });

  it('keep a complete object as it is', () => {
    const once = defaultService(service({ type: 'LoadBalancer', ports: [{ port: 80 }] }));
    expect(defaultService(once).spec?.ports).toBe(once.spec?.ports);
    expect(defaultService(once)).toEqual(once);
  });
});

describe('a Service stored before a field existed', () => {
  const read = (spec: Partial<Spec>): Spec => completeServiceOnRead(service(spec), 'IPv6').spec ?? {};

  it('D20, D23: shows plural addresses and the families they have', () => {
    expect(read({ clusterIP: '10.0.0.1' })).toEqual({
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    expect(read({ clusterIP: '::1', clusterIPs: ['::1', '10.0.0.1'] })).toMatchObject({
      ipFamilies: ['IPv6', 'IPv4'],
      ipFamilyPolicy: 'RequireDualStack',
    });
    expect(read({ clusterIP: '10.0.0.1', ipFamilies: ['IPv4'] })).not.toHaveProperty('ipFamilyPolicy');
    expect(read({})).toEqual({});
  });

  it('D21, D22: headless ones follow the cluster, both families without a selector', () => {
    expect(read({ clusterIP: 'None' })).toMatchObject({
      ipFamilies: ['IPv6', 'IPv4'],
      ipFamilyPolicy: 'RequireDualStack',
    });
    expect(read({ clusterIP: 'None', selector: { a: 'b' } })).toMatchObject({
      ipFamilies: ['IPv6'],
      ipFamilyPolicy: 'SingleStack',
    });
  });

  it('D24: ExternalName hides a policy it never meant', () => {
    expect(read({ type: 'ExternalName', internalTrafficPolicy: 'Local' })).toEqual({ type: 'ExternalName' });
  });
});

describe('fields a new type has no use for', () => {
  const balancer = service({
    type: 'LoadBalancer',
    clusterIP: '10.0.0.1',
    clusterIPs: ['10.0.0.1'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    externalTrafficPolicy: 'Local',
    healthCheckNodePort: 30_400,
    allocateLoadBalancerNodePorts: true,
    loadBalancerClass: 'x.io/y',
    ports: [{ port: 80, nodePort: 30_500 }],
  });
  const turned = (change: Partial<Spec>): Spec =>
    prepareServiceForUpdate({ ...balancer, spec: { ...balancer.spec, ...change } }, balancer).spec ?? {};

  it('U10–U15: go where the client left them alone', () => {
    expect(turned({ type: 'ExternalName' })).toEqual({ type: 'ExternalName', ports: [{ port: 80 }] });
    expect(turned({ type: 'NodePort' })).toEqual({
      type: 'NodePort',
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      externalTrafficPolicy: 'Local',
      ports: [{ port: 80, nodePort: 30_500 }],
    });
  });

  it('U10–U15: stay where the client changed them too', () => {
    const changed = {
      clusterIPs: ['10.0.0.2'],
      ipFamilyPolicy: 'PreferDualStack',
      externalTrafficPolicy: 'Cluster',
      healthCheckNodePort: 30_401,
      allocateLoadBalancerNodePorts: false,
      loadBalancerClass: 'x.io/z',
      ports: [{ port: 80, nodePort: 30_501 }],
    };
    expect(turned({ type: 'ExternalName', ...changed })).toEqual({
      type: 'ExternalName',
      clusterIP: '10.0.0.1',
      ...changed,
    });
  });

  it('U16: the balancer’s addresses leave the status, its conditions stay', () => {
    const conditions = [{ type: 'A', status: 'True', reason: '', message: '', lastTransitionTime: '' }];
    const previous = { ...balancer, status: { conditions, loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } };
    const next = { ...previous, status: {} };
    expect(prepareServiceForUpdate(next, previous).status).toEqual(previous.status);
    expect(prepareServiceForUpdate(service({ type: 'ClusterIP' }), previous).status).toEqual({
      conditions,
      loadBalancer: {},
    });
  });
});
