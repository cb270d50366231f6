/** All three controllers when very much happens at once: Pods become ready together, a namespace goes while they work. */
import { describe, expect, it } from '@jest/globals';
import { endpoints, endpointSlices, namespaces, nodes, pods, services } from '../pkg/api/resources.ts';
import type { EndpointSlice, Pod } from '../pkg/api/types.ts';
import { expectAtRest } from '../pkg/testing/build/at-rest.ts';
import { makeCluster, type TestCluster } from '../pkg/testing/build/cluster.ts';
import { ipv4, node, pod, service } from '../pkg/testing/build/objects.ts';
import { makeServerCluster } from '../pkg/testing/build/server-cluster.ts';
import { startEndpointsController } from './endpoints/index.ts';
import { startEndpointSliceController } from './endpointslice/index.ts';
import { startEndpointSliceMirroringController } from './endpointslicemirroring/index.ts';

async function startAll(cluster: TestCluster): Promise<void> {
  await cluster.start(startEndpointsController);
  await cluster.start(startEndpointSliceController);
  await cluster.start(startEndpointSliceMirroringController);
  await cluster.pass(60_000);
  cluster.observed.takeWrites();
}

const appOf = (at: number): string => `app-${at}`;

async function makeServices(cluster: TestCluster, count: number, podsEach: number, ready: boolean): Promise<void> {
  await cluster.create(nodes, node({ name: 'n', zone: 'a' }));
  for (let at = 0; at < count; at += 1) {
    const labels = { app: appOf(at) };
    await cluster.client.create(
      services,
      service({ name: appOf(at), uid: `uid-${at}`, spec: { selector: labels, clusterIP: `10.96.1.${at}` } }),
    );
    for (let n = 0; n < podsEach; n += 1) {
      const number = at * podsEach + n;
      await cluster.client.create(pods, pod({ name: `p${number}`, ips: [ipv4(number + 1)], node: 'n', labels, ready }));
    }
    await cluster.pass();
  }
}

const slicesOf = async ({ client }: TestCluster): Promise<EndpointSlice[]> =>
  (await client.list<EndpointSlice>(endpointSlices)).items;

const tally = (writes: readonly string[]): Record<string, number> => {
  const kinds = Map.groupBy(writes, (write) => write.split(' ').slice(0, 2).join(' '));
  return Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length]));
};

describe('F35 two hundred Pods of ten Services that become ready in a second', () => {
  it('are published a second later, with at most a write a change and kind', async () => {
    await using cluster = makeCluster();
    const [count, podsEach, perStep] = [10, 20, 20];
    await makeServices(cluster, count, podsEach, false);
    await startAll(cluster);
    const all = count * podsEach;
    const published = async (): Promise<Set<string>> => {
      const found = (await slicesOf(cluster)).flatMap((slice) => slice.endpoints ?? []);
      return new Set(found.filter(({ conditions }) => conditions?.ready).map(({ targetRef }) => targetRef?.name ?? ''));
    };
    for (let step = 0; step < all / perStep; step += 1) {
      for (let n = 0; n < perStep; n += 1) {
        // Neighbours of one Service and of others, mixed.
        const name = `p${(step + n * (all / perStep)) % all}`;
        const object = await cluster.client.get<Pod>(pods, { namespace: 'ns', name });
        Object.assign(object.status ?? {}, { conditions: [{ type: 'Ready', status: 'True' }] });
        await cluster.client.update(pods, object);
      }
      await cluster.pass(100);
    }
    await cluster.pass(1000);
    expect((await published()).size).toBe(all);
    const writes = tally(cluster.observed.takeWrites());
    expect(Object.keys(writes).sort()).toEqual(['PUT endpoints', 'PUT endpointslices']);
    expect(writes['PUT endpoints']).toBeLessThanOrEqual(all);
    expect(writes['PUT endpointslices']).toBeLessThanOrEqual(all);
    await expectAtRest(cluster);
  }, 60_000);
});

describe('F37 a namespace that is deleted while its Services are worked on', () => {
  it('is forgotten without a word: refused creations are no failures, and nothing is tried again', async () => {
    await using cluster = await makeServerCluster();
    const { client, observed } = cluster;
    await makeServices(cluster, 5, 2, true);
    await startAll(cluster);
    await client.delete(namespaces, { name: 'ns' });
    // Its controller deletes kind after kind, in no order; ours want back what goes before its Service.
    for (const { metadata } of (await slicesOf(cluster)).filter((_, at) => at < 3))
      await client.delete(endpointSlices, { namespace: 'ns', name: metadata.name ?? '' });
    await client.delete(endpoints, { namespace: 'ns', name: appOf(0) });
    for (let at = 0; at < 10; at += 2) {
      await client.delete(pods, { namespace: 'ns', name: `p${at}` });
      await cluster.pass(300);
    }
    await cluster.pass(60_000);
    const tried = tally(observed.takeWrites());
    // Each time something changes and no more often: its deletion, and a Pod that is marked and then gone.
    expect(tried['POST endpoints']).toBeLessThanOrEqual(3);
    expect(tried['POST endpointslices']).toBeLessThanOrEqual(9);
    expect((await slicesOf(cluster)).length).toBe(2);

    for (let at = 0; at < 5; at += 1) await client.delete(services, { namespace: 'ns', name: appOf(at) });
    for (const { metadata } of await slicesOf(cluster))
      await client.delete(endpointSlices, { namespace: 'ns', name: metadata.name ?? '' });
    await cluster.pass(60_000);
    observed.takeWrites();
    await cluster.pass(3_600_000);
    expect(observed.takeWrites()).toEqual([]);
    expect(cluster.events).toEqual([]);
    const gauge = (name: string): number =>
      cluster.metrics.gauge({ name: `endpoint_slice_controller_${name}`, help: '' }).with().value;
    expect([gauge('num_endpoint_slices'), gauge('endpoints_desired')]).toEqual([0, 0]);
  }, 60_000);
});
