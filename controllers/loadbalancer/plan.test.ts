import { describe, expect, it } from '@jest/globals';
import type { Service } from '../../pkg/api/types.ts';
import { planAddresses, type PlanInputs, type Verdict } from './plan.ts';
import { readPools, type LoadBalancerPool } from './pool.ts';
import { withVerdict } from './status.ts';
import { isOurs, ownClass } from './wish.ts';

type Spec = NonNullable<Service['spec']>;

let made = 0;
function service(
  name: string,
  spec: Partial<Spec> = {},
  annotations: Record<string, string> = {},
  ips: string[] = [],
): Service {
  made += 1;
  const creationTimestamp = new Date(1_700_000_000_000 + made * 1000).toISOString();
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'a', uid: name, annotations, creationTimestamp },
    spec: { type: 'LoadBalancer', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', ports: [{ port: 80 }], ...spec },
    ...(ips.length === 0 ? {} : { status: { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } } }),
  };
}

function pool(name: string, addresses: string[], spec: LoadBalancerPool['spec'] = {}): LoadBalancerPool {
  made += 1;
  const creationTimestamp = new Date(1_700_000_000_000 + made * 1000).toISOString();
  return { metadata: { name, creationTimestamp }, spec: { addresses, ...spec } };
}

const plan = (pools: LoadBalancerPool[], services: Service[], more: Partial<PlanInputs> = {}): Map<string, Verdict> => {
  const inputs = { pools: readPools(pools), services, namespaceLabels: () => ({}), ...more };
  return new Map(planAddresses(inputs).verdicts.map((verdict) => [verdict.service.metadata.name ?? '', verdict]));
};

/** `web: 10.0.0.1` or `web: pool_exhausted`. */
const outcome = (verdicts: Map<string, Verdict>): string[] =>
  Array.from(
    verdicts,
    ([name, { addresses, reason }]) =>
      `${name}: ${addresses.length > 0 ? addresses.join(' ') : reason}${addresses.length > 0 && reason !== 'assigned' ? ` (${reason})` : ''}`,
  );

describe('LoadBalancer addresses', () => {
  it('L1 are for our class, and for no class if that is configured', () => {
    expect(isOurs(service('a'), true)).toBe(true);
    expect(isOurs(service('a'), false)).toBe(false);
    expect(isOurs(service('a', { loadBalancerClass: ownClass }), false)).toBe(true);
    expect(isOurs(service('a', { loadBalancerClass: 'else/where' }), true)).toBe(false);
    expect(isOurs(service('a', { type: 'ClusterIP' }), true)).toBe(false);
  });

  it('L2 follow the families of the Service, in their order', () => {
    const both = pool('p', ['10.0.0.1-10.0.0.9', 'fd00::1-fd00::9']);
    const dual = { ipFamilies: ['IPv6', 'IPv4'], ipFamilyPolicy: 'RequireDualStack' };
    expect(outcome(plan([both], [service('a', dual), service('b')]))).toEqual(['a: fd00::1 10.0.0.1', 'b: 10.0.0.2']);
    const four = pool('p', ['10.0.0.1-10.0.0.9']);
    expect(outcome(plan([four], [service('a', dual)]))).toEqual(['a: family_unavailable']);
    expect(outcome(plan([four], [service('a', { ...dual, ipFamilyPolicy: 'PreferDualStack' })]))).toEqual([
      'a: 10.0.0.1',
    ]);
  });

  it('L11 come from no pool that overlaps an older one, nor L54 the cluster', () => {
    const pools = readPools([
      pool('old', ['10.0.0.0/24']),
      pool('new', ['10.0.0.200-10.0.1.5']),
      pool('bad', ['nonsense']),
    ]);
    expect([...pools.refused.keys()].sort()).toEqual(['bad', 'new']);
    expect(pools.refused.get('new')).toContain('older pool old');
    expect(readPools([pool('p', ['10.96.0.0/24'])], ['10.96.0.0/16']).refused.has('p')).toBe(true);
    expect(readPools([pool('p', ['10.0.0.1', '10.0.0.0/24'])]).refused.has('p')).toBe(true);
    expect(readPools([pool('p', [])]).refused.get('p')).toBe('has no addresses');
  });

  it('L12 come from selected pools by priority, then by name', () => {
    const pools = [
      pool('z', ['10.0.3.1']),
      pool('b', ['10.0.1.1'], { priority: -1 }),
      pool('a', ['10.0.2.1'], { priority: -2, serviceSelector: { matchLabels: { tier: 'front' } } }),
    ];
    expect(outcome(plan(pools, [service('x'), service('y'), service('w')]))).toEqual([
      'x: 10.0.1.1',
      'y: 10.0.3.1',
      'w: pool_exhausted',
    ]);
    const front = { ...service('f'), metadata: { ...service('f').metadata, labels: { tier: 'front' } } };
    expect(outcome(plan(pools, [front]))).toEqual(['f: 10.0.2.1']);
    const other = pool('p', ['10.0.0.1'], { namespaceSelector: { matchLabels: { team: 'x' } } });
    expect(outcome(plan([other], [service('s')]))).toEqual(['s: no_pool']);
    expect(outcome(plan([other], [service('s')], { namespaceLabels: () => ({ team: 'x' }) }))).toEqual(['s: 10.0.0.1']);
  });

  it('L13 are given from a pool without autoAssign on request, from a disabled one never; what was given stays', () => {
    const manual = pool('p', ['10.0.0.1-10.0.0.3'], { autoAssign: false });
    const asks = { 'metallb.io/address-pool': 'p' };
    expect(outcome(plan([manual], [service('a'), service('b', {}, asks)]))).toEqual(['a: no_pool', 'b: 10.0.0.1']);
    const disabled = pool('p', ['10.0.0.1-10.0.0.3'], { disabled: true });
    const services = [service('a', {}, {}, ['10.0.0.2']), service('b', { loadBalancerIP: '10.0.0.3' })];
    expect(outcome(plan([disabled], services))).toEqual(['a: 10.0.0.2', 'b: requested_ip_not_allowed']);
  });

  it('L14 are the lowest free ones that nobody had lately', () => {
    const released = new Map([
      ['10.0.0.1', 2],
      ['10.0.0.2', 1],
    ]);
    const three = pool('p', ['10.0.0.1-10.0.0.3']);
    const services = [service('a'), service('b'), service('c')];
    expect(outcome(plan([three], services, { released }))).toEqual(['a: 10.0.0.3', 'b: 10.0.0.2', 'c: 10.0.0.1']);
  });

  it('L20 are those asked for, by any of the known names, unless two requests differ', () => {
    const p = pool('p', ['10.0.0.1-10.0.0.9']);
    for (const key of [
      'metallb.io/loadBalancerIPs',
      'lbipam.cilium.io/ips',
      'kube-vip.io/loadbalancerIPs',
      'fairlead.dev/load-balancer-ips',
    ]) {
      expect(outcome(plan([p], [service('a', {}, { [key]: '10.0.0.7' })]))).toEqual(['a: 10.0.0.7']);
    }
    const differs = service('a', { loadBalancerIP: '10.0.0.5' }, { 'lbipam.cilium.io/ips': '10.0.0.6' });
    expect(outcome(plan([p], [differs]))).toEqual(['a: requested_ip_not_allowed']);
    expect(outcome(plan([p], [service('a', { loadBalancerIP: 'x' })]))).toEqual(['a: requested_ip_not_allowed']);
  });

  it('L21, L22 are never others than those asked for', () => {
    const p = pool('p', ['10.0.0.1-10.0.0.9'], { serviceSelector: { matchLabels: { no: 'body' } } });
    expect(outcome(plan([p], [service('a', { loadBalancerIP: '10.0.0.5' })]))).toEqual(['a: requested_ip_not_allowed']);
    const q = pool('q', ['10.0.0.1-10.0.0.9']);
    const services = [service('a', {}, {}, ['10.0.0.5']), service('b', { loadBalancerIP: '10.0.0.5' })];
    expect(outcome(plan([q], services))).toEqual(['a: 10.0.0.5', 'b: requested_ip_in_use']);
    expect(outcome(plan([q], [service('a', { loadBalancerIP: '10.9.9.9' })]))).toEqual(['a: requested_ip_not_allowed']);
  });

  it('L23 move to a new request when it can be met, else stay', () => {
    const p = pool('p', ['10.0.0.1-10.0.0.9']);
    const moves = service('a', { loadBalancerIP: '10.0.0.8' }, {}, ['10.0.0.1']);
    expect(outcome(plan([p], [moves]))).toEqual(['a: 10.0.0.8']);
    const blocked = [service('b', {}, {}, ['10.0.0.8']), moves];
    expect(outcome(plan([p], blocked)).sort()).toEqual(['a: 10.0.0.1 (requested_ip_in_use)', 'b: 10.0.0.8']);
  });

  it('L30, L31, L35 stay where they are, whoever comes or goes', () => {
    const p = pool('p', ['10.0.0.1-10.0.0.9']);
    const old = service('old');
    const services = [old, service('b', {}, {}, ['10.0.0.1']), service('c', {}, {}, ['10.0.0.5'])];
    expect(outcome(plan([p], services))).toEqual(['old: 10.0.0.2', 'b: 10.0.0.1', 'c: 10.0.0.5']);
    expect(outcome(plan([p], services.slice(2)))).toEqual(['c: 10.0.0.5']);
  });

  it('L33, L34 stay when their pool is split or taken away, and that is said', () => {
    const services = [service('a', {}, {}, ['10.0.0.5'])];
    expect(outcome(plan([pool('x', ['10.0.0.4-10.0.0.6']), pool('y', ['10.0.0.1-10.0.0.3'])], services))).toEqual([
      'a: 10.0.0.5',
    ]);
    expect(outcome(plan([pool('z', ['10.1.0.0/24'])], services))).toEqual(['a: 10.0.0.5 (kept_outside_pools)']);
  });

  it('L36 go to the oldest pending Service when one is free', () => {
    const one = pool('p', ['10.0.0.1']);
    const [first, second, third] = [service('first'), service('second'), service('third', {}, {}, ['10.0.0.1'])];
    expect(outcome(plan([one], [third, second, first]))).toEqual([
      'first: pool_exhausted',
      'second: pool_exhausted',
      'third: 10.0.0.1',
    ]);
    expect(outcome(plan([one], [second, first]))).toEqual(['first: 10.0.0.1', 'second: pool_exhausted']);
  });

  it('L40–L42 are shared by an equal key, in one namespace, on other ports', () => {
    const p = pool('p', ['10.0.0.1-10.0.0.9']);
    const key = { 'metallb.io/allow-shared-ip': 'k' };
    const on = (port: number): Partial<Spec> => ({ ports: [{ port, protocol: 'TCP' }] });
    const together = [
      service('a', on(80), key),
      service('b', on(443), key),
      service('c', on(80), key),
      service('d', on(25)),
    ];
    expect(outcome(plan([p], together))).toEqual(['a: 10.0.0.1', 'b: 10.0.0.1', 'c: 10.0.0.2', 'd: 10.0.0.3']);
    const local = (name: string, app: string): Service =>
      service(name, { ...on(name === 'a' ? 80 : 443), externalTrafficPolicy: 'Local', selector: { app } }, key);
    expect(outcome(plan([p], [local('a', 'x'), local('b', 'y')]))).toEqual(['a: 10.0.0.1', 'b: 10.0.0.2']);
    expect(outcome(plan([p], [local('a', 'x'), local('b', 'x')]))).toEqual(['a: 10.0.0.1', 'b: 10.0.0.1']);
    const first = service('a', on(80), key);
    const elsewhere = service('b', on(443), key);
    elsewhere.metadata.namespace = 'other';
    expect(outcome(plan([p], [first, elsewhere]))).toEqual(['a: 10.0.0.1', 'b: 10.0.0.2']);
  });

  it('L43 move the Service whose change broke the company; L44 one port is never shared, asked for or not', () => {
    const p = pool('p', ['10.0.0.1-10.0.0.9']);
    const key = { 'metallb.io/allow-shared-ip': 'k' };
    const on = (port: number): Partial<Spec> => ({ ports: [{ port }] });
    const written = Array.from(plan([p], [service('a', on(80), key), service('b', on(443), key)]).values()).flatMap(
      (verdict) => withVerdict(verdict, '') ?? [],
    );
    expect(written.map(({ status }) => status?.loadBalancer?.ingress?.[0]?.ip)).toEqual(['10.0.0.1', '10.0.0.1']);
    const [a, b] = written as [Service, Service];
    const edited = (which: Service, port: number): Service => ({ ...which, spec: { ...which.spec, ...on(port) } });
    expect(outcome(plan([p], [edited(a, 443), b]))).toEqual(['a: 10.0.0.2', 'b: 10.0.0.1']);
    expect(outcome(plan([p], [a, edited(b, 80)]))).toEqual(['a: 10.0.0.1', 'b: 10.0.0.2']);
    const asks = service('c', { ports: [{ port: 443 }], loadBalancerIP: '10.0.0.1' }, key);
    expect(outcome(plan([p], [a, b, asks]))).toEqual(['a: 10.0.0.1', 'b: 10.0.0.1', 'c: sharing_conflict']);
  });

  it('L50 are given back with a family that is dropped', () => {
    const p = pool('p', ['10.0.0.1', 'fd00::1']);
    expect(outcome(plan([p], [service('a', {}, {}, ['10.0.0.1', 'fd00::1'])]))).toEqual(['a: 10.0.0.1']);
  });

  it('L3, L51 are written with their mode and a condition, once', () => {
    const verdict = plan([pool('p', ['10.0.0.1'])], [service('a')]).get('a');
    if (verdict === undefined) throw new Error('no verdict');
    const written = withVerdict(verdict, '2026-01-01T00:00:00Z');
    expect(written?.status).toMatchObject({
      loadBalancer: { ingress: [{ ip: '10.0.0.1', ipMode: 'VIP' }] },
      conditions: [{ type: 'fairlead.dev/LoadBalancerAddress', status: 'True', reason: 'assigned' }],
    });
    expect(written && withVerdict({ ...verdict, service: written }, 'later')).toBeUndefined();
  });
});
