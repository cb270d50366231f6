/**
 * Any history of changes, synced piece by piece into a table that refuses what nft refuses, leaves the same table as one
 * full sync of the end state (N40, N41), in every layout.
 */
import { describe, expect, it } from '@jest/globals';
import { array, assert, boolean, constantFrom, integer, oneof, property, record, subarray } from 'fast-check';
import { ProxyTracker } from '../../model/index.ts';
import { endpoint, n1, service, slice } from '../../model/testdata/objects.ts';
import { layoutNames } from './options.ts';
import { NftablesProgram, renderNftables } from './program.ts';
import { FakeNft, namesIn } from './testdata/fake-nft.ts';
import { listFake } from './testdata/listing.ts';

const names = constantFrom('a', 'b', 'c');

const services = record({
  name: names,
  spec: record({
    type: constantFrom('ClusterIP', 'LoadBalancer'),
    clusterIP: constantFrom('10.96.0.1', '10.96.0.2', '10.96.0.3'),
    externalIPs: subarray(['198.51.100.7', '10.96.0.1']),
    externalTrafficPolicy: constantFrom('Cluster', 'Local'),
    internalTrafficPolicy: constantFrom('Cluster', 'Local'),
    sessionAffinity: constantFrom('None', 'ClientIP'),
    loadBalancerSourceRanges: subarray(['192.0.2.0/24']),
    ports: subarray([
      { name: 'p', protocol: 'TCP', port: 80, nodePort: 30080 },
      { name: 'q', protocol: 'UDP', port: 80 },
    ]),
  }),
  ingress: subarray([{ ip: '203.0.113.5' }, { ip: '203.0.113.6' }]),
}).map(service);

const slices = record({
  name: constantFrom('s1', 's2'),
  service: names,
  ports: subarray([
    { name: 'p', protocol: 'TCP', port: 8080 },
    { name: 'q', protocol: 'UDP', port: 8080 },
  ]),
  endpoints: array(
    record({ ip: constantFrom('10.244.1.1', '10.244.1.2', '10.244.2.1'), ready: boolean() }).map(({ ip, ready }) =>
      endpoint(ip, { conditions: { ready } }),
    ),
    { maxLength: 3 },
  ),
}).map(slice);

type Step = (world: World) => void;

interface World {
  readonly tracker: ProxyTracker;
  readonly sync: () => void;
  readonly cleanup: () => void;
}

const steps = array(
  oneof(
    services.map(
      (object): Step =>
        ({ tracker }) =>
          void tracker.applyService(object),
    ),
    slices.map(
      (object): Step =>
        ({ tracker }) =>
          void tracker.applySlice(object),
    ),
    names.map(
      (name): Step =>
        ({ tracker }) =>
          void tracker.removeService({ namespace: 'shop', name }),
    ),
    constantFrom<Step>(
      (world) => world.sync(),
      (world) => world.sync(),
      (world) => world.cleanup(),
    ),
  ),
  { maxLength: 30, size: 'max' },
);

describe('NftablesProgram', () => {
  it.each(layoutNames)('piecewise equals at once, layout %s', (layout) => {
    assert(
      property(steps, integer({ min: 0, max: 5 }), (history, warmUp) => {
        const options = { layout, nodeIP: '192.0.2.10' };
        const tracker = new ProxyTracker({ family: 'IPv4', node: n1 });
        const program = new NftablesProgram('IPv4', options);
        const nft = new FakeNft('ip');
        const full = (): void => {
          tracker.checkout();
          const existing = namesIn(nft);
          for (const text of program.full(tracker.model(), { existing })) nft.run(text);
        };
        const world = {
          tracker,
          sync: () => nft.run(program.partial(tracker.checkout())),
          cleanup: () => nft.run(program.cleanup()),
        };
        const whole = { ...world, sync: full };
        full();
        for (const [index, step] of history.entries()) step(index === warmUp ? whole : world);
        world.sync();
        world.cleanup();
        const fresh = new FakeNft('ip');
        fresh.run(renderNftables(tracker.model(), options));
        expect(listFake(nft)).toEqual(listFake(fresh));
      }),
      { numRuns: 60 },
    );
  });
});
