import { describe, expect, it } from '@jest/globals';
import type { EndpointSlice, Service } from '../../../api/types.ts';
import { buildModel, parseCidr, ProxyTracker, type DetectLocal, type NodeModel } from '../../model/index.ts';
import { endpoint, n1, service, slice, type ServiceInput } from '../../model/testdata/objects.ts';
import type { NftablesOptions } from './options.ts';
import { NftablesProgram, renderNftables } from './program.ts';
import { FakeNft, namesIn } from './testdata/fake-nft.ts';
import { listFake } from './testdata/listing.ts';

const local = endpoint('10.244.1.11');
const remote = endpoint('10.244.2.12');
const pods = parseCidr('10.244.0.0/16');
const detectLocal: DetectLocal = pods === undefined ? { by: 'none' } : { by: 'cidr', cidr: pods };

const modelOf = (services: Service[], slices: EndpointSlice[]): NodeModel =>
  buildModel(services, slices, { family: 'IPv4', node: n1 });

function load(input: ServiceInput, endpoints = [local, remote], options: NftablesOptions = {}): FakeNft {
  const nft = new FakeNft('ip');
  nft.run(renderNftables(modelOf([service(input)], [slice({ endpoints })]), { detectLocal, ...options }));
  return nft;
}

const rules = (nft: FakeNft, chain: string): string[] | undefined => nft.chains.get(chain)?.rules;
const elements = (nft: FakeNft, name: string): string[] =>
  [...(nft.containers.get(name)?.elements ?? [])].map(([key, { value }]) => (value === '' ? key : `${key} : ${value}`));
const ownChains = (nft: FakeNft): string[] => [...nft.chains.keys()].filter((name) => name.includes('/'));

const exposed: ServiceInput = {
  spec: {
    type: 'LoadBalancer',
    externalIPs: ['198.51.100.7'],
    ports: [{ name: 'http', port: 80, nodePort: 30080 }],
  },
  ingress: [{ ip: '203.0.113.5' }],
};

/** A table, kept by a program that follows a tracker. */
function running(): { tracker: ProxyTracker; program: NftablesProgram; nft: FakeNft; sync: () => string[] } {
  const tracker = new ProxyTracker({ family: 'IPv4', node: n1 });
  const program = new NftablesProgram('IPv4');
  const nft = new FakeNft('ip');
  for (const text of program.full(tracker.model())) nft.run(text);
  const sync = (): string[] => {
    const text = program.partial(tracker.checkout());
    nft.run(text);
    return text.split('\n').filter((line) => line !== '');
  };
  return { tracker, program, nft, sync };
}

describe('layout flat', () => {
  it('S30 S31 leads by the number of endpoints, and finds them under the address and a random number', () => {
    const nft = load(exposed);
    expect(elements(nft, 'service-ips')).toEqual([
      '10.96.0.10 . tcp . 80 : goto cluster-ip/tcp/2',
      '198.51.100.7 . tcp . 80 : goto external/tcp/2',
      '203.0.113.5 . tcp . 80 : goto external/tcp/2',
    ]);
    expect(elements(nft, 'service-nodeports')).toEqual(['tcp . 30080 : goto node-port/tcp/2']);
    expect(elements(nft, 'endpoints-tcp').slice(0, 2)).toEqual([
      '10.96.0.10 . 80 . 0 : 10.244.1.11 . 8080',
      '10.96.0.10 . 80 . 1 : 10.244.2.12 . 8080',
    ]);
    expect(elements(nft, 'node-port-endpoints-tcp')).toEqual([
      '30080 . 0 : 10.244.1.11 . 8080',
      '30080 . 1 : 10.244.2.12 . 8080',
    ]);
    expect(rules(nft, 'cluster-ip/tcp/2')).toEqual([
      'ip saddr != 10.244.0.0/16 mark set mark or 0x00004000 comment "masquerade clusterIP traffic from outside cluster"',
      'dnat ip to ip daddr . tcp dport . numgen random mod 2 map @endpoints-tcp',
      'drop',
    ]);
  });

  it('N33 T15 policy Local: pods and node take the short circuit, others find the endpoints of this node', () => {
    const nft = load({ ...exposed, spec: { ...exposed.spec, externalTrafficPolicy: 'Local' } });
    expect(rules(nft, 'node-port/tcp/2/local/1')).toEqual([
      'ip saddr 10.244.0.0/16 dnat ip to tcp dport . numgen random mod 2 map @node-port-endpoints-tcp comment "short-circuit pod traffic"',
      'fib saddr type local mark set mark or 0x00004000 comment "masquerade local traffic"',
      'fib saddr type local dnat ip to tcp dport . numgen random mod 2 map @node-port-endpoints-tcp comment "short-circuit local traffic"',
      'dnat ip to tcp dport . numgen random mod 1 offset 1000000 map @node-port-endpoints-tcp',
      'drop',
    ]);
    expect(elements(nft, 'node-port-endpoints-tcp').at(-1)).toBe('30080 . 1000000 : 10.244.1.11 . 8080');
  });

  it('has as many chains for a thousand Services as for one', () => {
    const many = Array.from({ length: 1000 }, (_, n) => n);
    const services = many.map((n) => service({ name: `s${n}`, spec: { clusterIP: `10.96.${n >> 8}.${n & 255}` } }));
    const nft = new FakeNft('ip');
    nft.run(
      renderNftables(
        modelOf(
          services,
          many.map((n) => slice({ service: `s${n}`, endpoints: [local] })),
        ),
      ),
    );
    expect(ownChains(nft)).toEqual(['cluster-ip/tcp/1']);
    expect(elements(nft, 'endpoints-tcp')).toHaveLength(1000);
  });

  it('N40 another endpoint is one element for another, where others have as many', () => {
    const { tracker, sync } = running();
    tracker.applyService(service());
    tracker.applySlice(slice({ endpoints: [local, remote] }));
    sync();
    tracker.applySlice(slice({ endpoints: [local, endpoint('10.244.2.13')] }));
    expect(sync()).toEqual([
      'delete element ip kube-proxy endpoints-tcp { 10.96.0.10 . 80 . 1 }',
      'add element ip kube-proxy endpoints-tcp { 10.96.0.10 . 80 . 1 : 10.244.2.13 . 8080 }',
    ]);
    expect(sync()).toEqual([]);
  });

  it('N42 a chain stays while a port needs it, and is deleted in a later transaction', () => {
    const { tracker, program, nft, sync } = running();
    for (const [index, name] of ['a', 'b'].entries()) {
      tracker.applyService(service({ name, spec: { clusterIP: `10.96.0.${index + 1}` } }));
      tracker.applySlice(slice({ service: name, name: `${name}-1`, endpoints: [local] }));
    }
    sync();
    tracker.removeService({ namespace: 'shop', name: 'a' });
    sync();
    expect(rules(nft, 'cluster-ip/tcp/1')).toHaveLength(2);
    tracker.removeSlice({ namespace: 'shop', name: 'b-1' });
    sync();
    expect(rules(nft, 'cluster-ip/tcp/1')).toEqual([]);
    nft.run(program.cleanup());
    expect(ownChains(nft)).toEqual([]);
  });

  it('S53 N34 source ranges are elements too, ranges within others left out', () => {
    const ranges = ['192.0.2.0/24', '192.0.2.128/25', '10.0.0.0/8', '192.0.2.0/24'];
    const spec = { ...exposed.spec, loadBalancerSourceRanges: ranges };
    const nft = load({ ...exposed, spec }, [local], { nodeIP: '192.0.2.10' });
    expect(elements(nft, 'firewall-ips')).toEqual(['203.0.113.5 . tcp . 80 : goto firewall-sources-check']);
    expect(elements(nft, 'firewall-sources')).toEqual([
      '203.0.113.5 . tcp . 80 . 192.0.2.0/24',
      '203.0.113.5 . tcp . 80 . 10.0.0.0/8',
      '203.0.113.5 . tcp . 80 . 203.0.113.5',
    ]);
  });

  it('S68 A1 a port with affinity keeps chains of its own beside the shared ones', () => {
    const nft = load({ spec: { sessionAffinity: 'ClientIP' } });
    expect(ownChains(nft).map((name) => name.replace(/-.*/, ''))).toEqual(['endpoint', 'endpoint', 'service']);
    expect(elements(nft, 'endpoints-tcp')).toEqual([]);
  });

  it('N44 N45 comes in stages where nothing is yet, and at once over a table that serves', () => {
    const numbers = Array.from({ length: 25 }, (_, n) => n);
    const services = numbers.map((n) => service({ name: `s${n}`, spec: { clusterIP: `10.96.1.${n}` } }));
    const model = modelOf(
      services,
      numbers.map((n) => slice({ service: `s${n}`, endpoints: [local] })),
    );
    const [nft, once] = [new FakeNft('ip'), new FakeNft('ip')];
    const seen = new NftablesProgram('IPv4').full(model, { existing: namesIn(nft), chunkAbove: 10 }).map((text) => {
      nft.run(text);
      return ['endpoints-tcp', 'service-ips', 'cluster-ips'].map((name) => elements(nft, name).length);
    });
    expect(seen).toEqual([
      [0, 0, 0],
      [25, 0, 0],
      [25, 25, 25],
    ]);
    once.run(renderNftables(model));
    expect(listFake(nft)).toEqual(listFake(once));
    const again = new NftablesProgram('IPv4').full(model, { existing: namesIn(nft), chunkAbove: 10 });
    expect(again).toHaveLength(1);
    for (const text of again) nft.run(text);
    expect(listFake(nft)).toEqual(listFake(once));
  });

  it.each(['maps', 'chains'] as const)('takes over the table of layout %s, and gives it back', (layout) => {
    const model = modelOf([service(exposed)], [slice({ endpoints: [local, remote] })]);
    const nft = new FakeNft('ip');
    nft.run(renderNftables(model, { layout }));
    const before = listFake(nft);
    for (const next of ['flat', layout] as const) {
      const program = new NftablesProgram('IPv4', { layout: next });
      for (const text of program.full(model, { existing: namesIn(nft) })) nft.run(text);
      nft.run(program.cleanup());
      if (next === 'flat') expect(ownChains(nft)).toEqual(['cluster-ip/tcp/2', 'external/tcp/2', 'node-port/tcp/2']);
    }
    expect(listFake(nft)).toEqual(before);
  });
});
