import { describe, expect, it } from '@jest/globals';
import type { Endpoint as WireEndpoint } from '../../../api/types.ts';
import { buildModel, parseCidr, type Cidr } from '../../model/index.ts';
import { endpoint, n1, service, slice, type ServiceInput, type SpecInput } from '../../model/testdata/objects.ts';
import type { NftablesOptions } from './options.ts';
import { renderNftables, renderNftablesCleanup } from './program.ts';
import { FakeNft } from './testdata/fake-nft.ts';

const cidr = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`Not a range: ${text}`);
  return parsed;
};
const byCidr = { by: 'cidr', cidr: cidr('10.244.0.0/16') } as const;
const local = endpoint('10.244.1.11');
const remote = endpoint('10.244.2.12');

const base = 'KHN6ECMT-shop/web/tcp/http';
const ep1 = 'FAYF65XV-shop/web/tcp/http__10.244.1.11/8080';

function load(input: ServiceInput, endpoints: WireEndpoint[], options: NftablesOptions = {}): FakeNft {
  const model = buildModel([service(input)], [slice({ endpoints })], { family: 'IPv4', node: n1 });
  const nft = new FakeNft('ip');
  nft.run(renderNftables(model, { layout: 'maps', detectLocal: byCidr, ...options }));
  return nft;
}

const rules = (nft: FakeNft, chain: string): string[] | undefined => nft.chains.get(chain)?.rules;

const elements = (nft: FakeNft, name: string): string[] =>
  [...(nft.containers.get(name)?.elements ?? [])].map(([key, { value }]) => (value === '' ? key : `${key} : ${value}`));

const nodePort: SpecInput = { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] };
const everything: ServiceInput = {
  spec: { ...nodePort, type: 'LoadBalancer', externalIPs: ['198.51.100.7'] },
  ingress: [{ ip: '203.0.113.5' }],
};

describe('dispatch (N32)', () => {
  it('leads each destination to its chain', () => {
    const nft = load(everything, [local, remote]);
    expect(elements(nft, 'service-ips')).toEqual([
      `10.96.0.10 . tcp . 80 : goto service-${base}`,
      `198.51.100.7 . tcp . 80 : goto external-${base}`,
      `203.0.113.5 . tcp . 80 : goto external-${base}`,
    ]);
    expect(elements(nft, 'service-nodeports')).toEqual([`tcp . 30080 : goto external-${base}`]);
    expect(elements(nft, 'cluster-ips')).toEqual(['10.96.0.10']);
  });

  it('S21 refuses each destination when nobody is there; the cluster IP stays known', () => {
    const nft = load(everything, []);
    expect(elements(nft, 'no-endpoint-services')).toEqual([
      '10.96.0.10 . tcp . 80 : goto reject-chain',
      '198.51.100.7 . tcp . 80 : goto reject-chain',
      '203.0.113.5 . tcp . 80 : goto reject-chain',
    ]);
    expect(elements(nft, 'no-endpoint-nodeports')).toEqual(['tcp . 30080 : goto reject-chain']);
    expect([elements(nft, 'service-ips'), elements(nft, 'cluster-ips')]).toEqual([[], ['10.96.0.10']]);
    expect([...nft.chains.keys()].filter((name) => name.includes('/'))).toEqual([]);
    expect(nft.containers.get('no-endpoint-services')?.elements.get('10.96.0.10 . tcp . 80')?.comment).toBe(
      'shop/web:http',
    );
  });

  it('S35 S41 drops where others could serve; a short circuit stands beside it', () => {
    const spec = { ...nodePort, internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' };
    const nft = load({ spec }, [remote]);
    expect(elements(nft, 'no-endpoint-services')).toEqual(['10.96.0.10 . tcp . 80 : drop']);
    expect(elements(nft, 'no-endpoint-nodeports')).toEqual(['tcp . 30080 : drop']);
    expect(elements(nft, 'service-nodeports')).toEqual([`tcp . 30080 : goto external-${base}`]);
  });

  it('S53 N34 source ranges stand before everything, even without endpoints', () => {
    const spec = { ...everything.spec, loadBalancerSourceRanges: ['203.0.113.0/25', '192.0.2.0/24'] };
    const ranged = (nodeIP: string): FakeNft => load({ ...everything, spec }, [], { nodeIP });
    const nft = ranged('192.0.2.10');
    expect(elements(nft, 'firewall-ips')).toEqual([`203.0.113.5 . tcp . 80 : goto firewall-${base}`]);
    expect(rules(nft, `firewall-${base}`)).toEqual(['ip saddr != { 203.0.113.0/25, 192.0.2.0/24, 203.0.113.5 } drop']);
    expect(rules(ranged('198.18.0.1'), `firewall-${base}`)).toEqual([
      'ip saddr != { 203.0.113.0/25, 192.0.2.0/24 } drop',
    ]);
  });
});

describe.each(['maps', 'chains'] as const)('chains of a service port, layout %s', (layout) => {
  const masquerade = layout === 'maps' ? 'mark set mark or 0x00004000' : 'jump mark-for-masquerade';

  it('N33 policy Local: pods and node take the short circuit, others stay here', () => {
    const nft = load({ spec: { ...nodePort, externalTrafficPolicy: 'Local' } }, [local, remote], { layout });
    expect(rules(nft, `external-${base}`)).toEqual([
      `ip saddr 10.244.0.0/16 goto service-${base} comment "short-circuit pod traffic"`,
      `fib saddr type local ${masquerade} comment "masquerade local traffic"`,
      `fib saddr type local goto service-${base} comment "short-circuit local traffic"`,
      `goto local-${base}`,
    ]);
  });

  it('N33 policy Cluster: masqueraded, to all', () => {
    const nft = load({ spec: nodePort }, [local, remote], { layout });
    const comment = layout === 'maps' ? ' comment "masquerade"' : '';
    expect(rules(nft, `external-${base}`)).toEqual([`${masquerade}${comment}`, `goto service-${base}`]);
  });

  it('N35 N36 affinity: known clients first, remembered on the way out', () => {
    const nft = load({ spec: { sessionAffinity: 'ClientIP' } }, [local], { layout, detectLocal: { by: 'none' } });
    expect(rules(nft, `service-${base}`)).toEqual([
      `ip saddr @affinity-${ep1} goto endpoint-${ep1}`,
      `numgen random mod 1 vmap { 0 : goto endpoint-${ep1} }`,
    ]);
    const hairpin = layout === 'maps' ? [] : ['ip saddr 10.244.1.11 jump mark-for-masquerade'];
    expect(rules(nft, `endpoint-${ep1}`)).toEqual([
      ...hairpin,
      `update @affinity-${ep1} { ip saddr }`,
      'meta l4proto tcp dnat to 10.244.1.11:8080',
    ]);
    expect(nft.containers.get(`affinity-${ep1}`)).toMatchObject({
      kind: 'set',
      type: 'ipv4_addr',
      flags: 'dynamic,timeout',
      timeout: '10800s',
    });
  });

  it.each([
    ['G48', { by: 'interface', name: 'cni0' }, 'iifname != "cni0"'],
    ['G49', { by: 'interface-prefix', prefix: 'veth' }, 'iifname != "veth*"'],
  ] as const)('%s tells pods by interface name, so that rules load without the interface', (_, detectLocal, match) => {
    const text = renderNftables(
      buildModel([service()], [slice({ endpoints: [local] })], { family: 'IPv4', node: n1 }),
      { layout, detectLocal },
    );
    expect(text).toContain(match);
    expect(text).not.toMatch(/\biif\b/);
  });
});

describe('where the layouts differ', () => {
  it('S30 maps translates straight from the chain of a list, chains goes through the endpoint', () => {
    const [maps, chains] = (['maps', 'chains'] as const).map((layout) => load({}, [local], { layout }));
    expect(maps && rules(maps, `service-${base}`)).toEqual([
      'meta l4proto tcp dnat ip addr . port to numgen random mod 1 map { 0 : 10.244.1.11 . 8080 }',
    ]);
    expect(chains && rules(chains, `service-${base}`)).toEqual([
      'ip daddr 10.96.0.10 tcp dport 80 ip saddr != 10.244.0.0/16 jump mark-for-masquerade',
      `numgen random mod 1 vmap { 0 : goto endpoint-${ep1} }`,
    ]);
    expect(chains && rules(chains, `endpoint-${ep1}`)).toEqual([
      'ip saddr 10.244.1.11 jump mark-for-masquerade',
      'meta l4proto tcp dnat to 10.244.1.11:8080',
    ]);
  });

  it('S3 masquerades all where it is asked to', () => {
    const [maps, chains] = (['maps', 'chains'] as const).map((layout) =>
      load({}, [local], { layout, masqueradeAll: true }),
    );
    expect(maps && rules(maps, 'services')?.[0]).toBe(
      'ip daddr @cluster-ips mark set mark or 0x00004000 comment "masquerade all clusterIP traffic"',
    );
    expect(chains && rules(chains, `service-${base}`)?.[0]).toBe(
      'ip daddr 10.96.0.10 tcp dport 80 jump mark-for-masquerade',
    );
  });

  it('S67 maps keeps hairpins of local endpoints in a set', () => {
    expect(elements(load({}, [local, remote]), 'hairpin-connections')).toEqual([
      '10.244.1.11 . 10.244.1.11 . tcp . 8080',
    ]);
  });

  it('N30 masquerades what is marked, once', () => {
    const [maps, chains] = (['maps', 'chains'] as const).map((layout) => load({}, [], { layout, masqueradeBit: 15 }));
    expect(maps && rules(maps, 'masquerading')?.[0]).toBe(
      'mark and 0x00008000 != 0 mark set mark xor 0x00008000 masquerade fully-random',
    );
    expect(chains && rules(chains, 'masquerading')).toEqual([
      'mark and 0x00008000 == 0 return',
      'mark set mark xor 0x00008000',
      'masquerade fully-random',
    ]);
  });
});

describe('the frame', () => {
  it('S65 N21 N27 selected node port addresses, loopback left out; or all', () => {
    const some = load({}, [], { nodePortAddresses: { kind: 'some', ips: ['127.0.0.1', '192.0.2.10'] } });
    expect(elements(some, 'nodeport-ips')).toEqual(['192.0.2.10']);
    expect(rules(some, 'services')?.at(-1)).toBe(
      'ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports',
    );
    const all = load({}, []);
    expect(all.containers.has('nodeport-ips')).toBe(false);
    expect([rules(all, 'services')?.at(-1), rules(all, 'nodeport-endpoints-check')]).toEqual([
      'fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @service-nodeports',
      ['ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @no-endpoint-nodeports'],
    ]);
  });

  it('N31 drops unallocated cluster IPs where the ranges are known', () => {
    expect(
      rules(load({}, [], { serviceCIDRs: [cidr('10.96.0.0/16'), cidr('10.97.0.0/16')] }), 'cluster-ips-check'),
    ).toEqual([
      'ip daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"',
      'ip daddr { 10.96.0.0/16, 10.97.0.0/16 } drop comment "Drop traffic to unallocated ClusterIPs"',
    ]);
    expect(rules(load({}, []), 'cluster-ips-check')).toHaveLength(1);
  });

  it('N2 cleans up by removing the table, there or not', () => {
    const nft = load({}, [local]);
    nft.run(renderNftablesCleanup('IPv4'));
    expect(nft.exists).toBe(false);
    nft.run(renderNftablesCleanup('IPv4'));
  });
});
