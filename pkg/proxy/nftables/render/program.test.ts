import { describe, expect, it } from '@jest/globals';
import { buildModel, ProxyTracker } from '../../model/index.ts';
import { endpoint, n1, service, slice } from '../../model/testdata/objects.ts';
import type { LayoutName } from './options.ts';
import { NftablesProgram } from './program.ts';
import { FakeNft, namesIn } from './testdata/fake-nft.ts';
import { listFake } from './testdata/listing.ts';

const local = endpoint('10.244.1.11');
const remote = endpoint('10.244.2.12');

/** A tracker, its program, and the table they feed. */
function running(layout: LayoutName = 'maps'): {
  tracker: ProxyTracker;
  program: NftablesProgram;
  nft: FakeNft;
  sync: () => string;
} {
  const tracker = new ProxyTracker({ family: 'IPv4', node: n1 });
  const program = new NftablesProgram('IPv4', { layout });
  const nft = new FakeNft('ip');
  for (const text of program.full(tracker.model())) nft.run(text);
  const sync = (): string => {
    const text = program.partial(tracker.checkout());
    nft.run(text);
    return text;
  };
  return { tracker, program, nft, sync };
}

describe('NftablesProgram', () => {
  it('N40 writes only what a change touches', () => {
    const { tracker, sync } = running();
    for (let i = 0; i < 50; i++) {
      tracker.applyService(service({ name: `s${i}`, spec: { clusterIP: `10.96.1.${i}` } }));
    }
    sync();
    tracker.applySlice(slice({ service: 's7', endpoints: [local] }));
    const base = sync().match(/goto (\S+)/)?.[1] ?? '';
    tracker.applySlice(slice({ service: 's7', endpoints: [local, remote] }));
    expect(sync().split('\n')).toEqual([
      `add chain ip kube-proxy ${base}`,
      `flush chain ip kube-proxy ${base}`,
      `add rule ip kube-proxy ${base} meta l4proto tcp dnat ip addr . port to numgen random mod 2 map { 0 : 10.244.1.11 . 8080 , 1 : 10.244.2.12 . 8080 }`,
      '',
    ]);
    expect(sync()).toBe('');
  });

  it('S97 N41 another verdict is one removal and one addition in one transaction', () => {
    const { tracker, sync } = running();
    const external = { externalIPs: ['198.51.100.7'] };
    tracker.applyService(service({ spec: external }));
    tracker.applySlice(slice({ endpoints: [remote] }));
    sync();
    tracker.applyService(service({ spec: { ...external, internalTrafficPolicy: 'Local' } }));
    tracker.applySlice(slice({ endpoints: [local] }));
    const moved = sync()
      .split('\n')
      .filter((line) => line.includes('element') && line.includes('service-ips'));
    expect(moved).toEqual([
      'delete element ip kube-proxy service-ips { 10.96.0.10 . tcp . 80 }',
      'add element ip kube-proxy service-ips { 10.96.0.10 . tcp . 80 : goto local-KHN6ECMT-shop/web/tcp/http }',
    ]);
  });

  it('S24 N42 chains that nothing leads to are emptied now and deleted later, unless they come back', () => {
    const { tracker, program, nft, sync } = running();
    tracker.applyService(service());
    tracker.applySlice(slice({ endpoints: [local] }));
    sync();
    tracker.removeSlice({ namespace: 'shop', name: 'web-1' });
    sync();
    const chain = 'service-KHN6ECMT-shop/web/tcp/http';
    expect(nft.chains.get(chain)?.rules).toEqual([]);
    tracker.applySlice(slice({ endpoints: [local] }));
    sync();
    expect(program.cleanup()).toBe('');
    tracker.removeService({ namespace: 'shop', name: 'web' });
    sync();
    nft.run(program.cleanup());
    expect([...nft.chains.keys()].filter((name) => name.includes('/'))).toEqual([]);
  });

  it('S71 N42 affinity sets go at once, and another timeout is taken over', () => {
    const { tracker, nft, sync } = running();
    const sticky = (timeoutSeconds: number) =>
      service({ spec: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds } } } });
    const timeouts = (): string[] =>
      [...nft.containers].filter(([name]) => name.startsWith('affinity-')).map(([, { timeout }]) => timeout);
    tracker.applyService(sticky(10));
    tracker.applySlice(slice({ endpoints: [local, remote] }));
    sync();
    expect(timeouts()).toEqual(['10s', '10s']);
    tracker.applyService(sticky(20));
    sync();
    expect(timeouts()).toEqual(['20s', '20s']);
    tracker.applyService(service());
    sync();
    expect(timeouts()).toEqual([]);
  });

  it('an address shared by two ports of a Service stays until both are gone', () => {
    const { tracker, nft, sync } = running();
    const ports = [
      { name: 'http', port: 80 },
      { name: 'admin', port: 81 },
    ];
    const known = (): string[] => [...(nft.containers.get('cluster-ips')?.elements.keys() ?? [])];
    tracker.applyService(service({ spec: { ports } }));
    sync();
    tracker.applyService(service({ spec: { ports: ports.slice(1) } }));
    sync();
    expect(known()).toEqual(['10.96.0.10']);
    tracker.removeService({ namespace: 'shop', name: 'web' });
    sync();
    expect(known()).toEqual([]);
  });

  it('S93 N45 a restart over its own table ends with the same table, leftovers gone after a cleanup', () => {
    const { tracker, nft, sync } = running();
    tracker.applyService(service({ spec: { sessionAffinity: 'ClientIP' } }));
    tracker.applyService(service({ name: 'gone', spec: { clusterIP: '10.96.0.11', sessionAffinity: 'ClientIP' } }));
    tracker.applySlice(slice({ endpoints: [local] }));
    tracker.applySlice(slice({ service: 'gone', endpoints: [remote] }));
    sync();
    const before = listFake(nft);
    const reborn = new NftablesProgram('IPv4', { layout: 'maps' });
    for (const text of reborn.full(tracker.model(), { existing: namesIn(nft) })) nft.run(text);
    expect(listFake(nft)).toEqual(before);
    tracker.removeService({ namespace: 'shop', name: 'gone' });
    tracker.checkout();
    const third = new NftablesProgram('IPv4');
    for (const text of third.full(tracker.model(), { existing: namesIn(nft) })) nft.run(text);
    nft.run(third.cleanup());
    const left = [...nft.chains.keys(), ...nft.containers.keys()].filter((name) => name.includes('gone'));
    expect(left).toEqual([]);
  });

  it('N44 a very large first sync comes in several transactions, addresses published last', () => {
    const count = 25;
    const services = Array.from({ length: count }, (_, i) =>
      service({ name: `s${i}`, spec: { clusterIP: `10.96.1.${i}` } }),
    );
    const slices = services.map((_, i) => slice({ service: `s${i}`, endpoints: [local] }));
    const model = buildModel(services, slices, { family: 'IPv4', node: n1 });
    const texts = new NftablesProgram('IPv4').full(model, { chunkAbove: 10 });
    const [nft, once] = [new FakeNft('ip'), new FakeNft('ip')];
    const published: number[] = [];
    for (const text of texts) {
      nft.run(text);
      published.push(nft.containers.get('service-ips')?.elements.size ?? 0);
    }
    for (const text of new NftablesProgram('IPv4').full(model)) once.run(text);
    expect([texts.length, published]).toEqual([3, [0, 0, count]]);
    expect(listFake(nft)).toEqual(listFake(once));
  });

  it('N18 renews base chains on the first sync of a process only', () => {
    const program = new NftablesProgram('IPv4');
    const model = buildModel([], [], { family: 'IPv4', node: n1 });
    const renewals = [1, 2].map(
      () =>
        program
          .full(model)
          .join('')
          .match(/delete chain/g)?.length ?? 0,
    );
    expect(renewals).toEqual([8, 0]);
  });
});
