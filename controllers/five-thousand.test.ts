/** One Service with very many pods: what it costs when one of them changes, when all go, and when they come back. */
import { describe, expect, it } from '@jest/globals';
import { endpoints, endpointSlices, nodes, pods, services } from '../pkg/api/resources.ts';
import type { Endpoints, EndpointSlice, Pod } from '../pkg/api/types.ts';
import { makeCluster } from '../pkg/testing/build/cluster.ts';
import type { TestCluster } from '../pkg/testing/build/cluster.ts';
import { ipv4, node, pod, service } from '../pkg/testing/build/objects.ts';
import { startEndpointsController } from './endpoints/index.ts';
import { startEndpointSliceController } from './endpointslice/index.ts';

/** Time stands still while pods come and go, so the controllers look once at all of them. */
const gathering = { endpointUpdatesBatchPeriodMs: 1000 };

async function scaleUp(cluster: TestCluster, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 1) {
    await cluster.client.create(pods, pod({ name: `p${at}`, ips: [ipv4(at + 1)], node: 'n' }));
    if (at % 50 === 0) await cluster.pass();
  }
  await heard(cluster);
  await cluster.pass(5000);
}

async function scaleDown(cluster: TestCluster, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await cluster.client.delete(pods, { namespace: 'ns', name: `p${at}` });
    if (at % 50 === 0) await cluster.pass();
  }
  await heard(cluster);
  await cluster.pass(5000);
}

/** Informers take a few turns for what has gathered. */
async function heard(cluster: TestCluster): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await cluster.pass();
}

async function withPods(count: number): Promise<TestCluster> {
  const cluster = makeCluster();
  await cluster.create(nodes, node({ name: 'n', zone: 'a' }));
  await cluster.create(services, service());
  await scaleUp(cluster, 0, count);
  await cluster.start(startEndpointsController, gathering);
  await cluster.start(startEndpointSliceController, gathering);
  await cluster.pass(5000);
  return cluster;
}

const slicesOf = async ({ client }: TestCluster): Promise<EndpointSlice[]> =>
  (await client.list<EndpointSlice>(endpointSlices)).items;

async function sizes(cluster: TestCluster): Promise<number[]> {
  return (await slicesOf(cluster)).map((slice) => (slice.endpoints ?? []).length);
}

async function truncated(cluster: TestCluster): Promise<{ addresses: number; mark: string | undefined }> {
  const object = await cluster.client.get<Endpoints>(endpoints, { namespace: 'ns', name: 'svc' });
  const addresses = (object.subsets ?? []).flatMap((subset) => subset.addresses ?? []).length;
  return { addresses, mark: object.metadata.annotations?.['endpoints.kubernetes.io/over-capacity'] };
}

const tally = (writes: readonly string[]): Record<string, number> => {
  const kinds = Map.groupBy(writes, (write) => write.split(' ').slice(0, 2).join(' '));
  return Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length]));
};

const setReady =
  (status: string) =>
  (object: Pod): void => {
    Object.assign(object.status ?? {}, { conditions: [{ type: 'Ready', status }] });
  };

describe('5,000 pods of one Service', () => {
  it('F34, E18, S22 take 50 slices, of which a flip writes one, and come back after they were gone', async () => {
    await using cluster = await withPods(5000);
    expect(tally(cluster.observed.takeWrites())).toEqual({ 'POST endpoints': 1, 'POST endpointslices': 50 });
    expect(await sizes(cluster)).toEqual(Array.from({ length: 50 }, () => 100));
    expect(await truncated(cluster)).toEqual({ addresses: 1000, mark: 'truncated' });

    for (const status of ['False', 'True']) {
      await cluster.change<Pod>(pods, 'p4321', setReady(status));
      await cluster.pass(5000);
      // H3: what the truncated Endpoints show has not changed.
      expect(tally(cluster.observed.takeWrites())).toEqual({ 'PUT endpointslices': 1 });
    }

    await scaleDown(cluster, 5000);
    expect(await sizes(cluster)).toEqual([0]);
    expect(await truncated(cluster)).toEqual({ addresses: 0, mark: undefined });
    expect(tally(cluster.observed.takeWrites())).toEqual({
      'PUT endpoints': 1,
      'PUT endpointslices': 1,
      'DELETE endpointslices': 49,
    });

    await scaleUp(cluster, 0, 5000);
    expect(await sizes(cluster)).toEqual(Array.from({ length: 50 }, () => 100));
    expect(tally(cluster.observed.takeWrites())).toEqual({
      'PUT endpoints': 1,
      'PUT endpointslices': 1,
      'POST endpointslices': 49,
    });
  }, 30_000);

  it('E17, E18, U11 show 1,000 of them in Endpoints, and say so from the 1,001st on', async () => {
    await using cluster = await withPods(1000);
    expect(await truncated(cluster)).toEqual({ addresses: 1000, mark: undefined });
    await scaleUp(cluster, 1000, 1001);
    expect(await truncated(cluster)).toEqual({ addresses: 1000, mark: 'truncated' });
    // Ready ones first: a pod that is not ready gives way to the one that was left out.
    await cluster.change<Pod>(pods, 'p0', setReady('False'));
    await cluster.pass(5000);
    expect(await truncated(cluster)).toEqual({ addresses: 1000, mark: 'truncated' });
    const begun =
      'Warning EndpointsTruncated about ns/svc: Endpoints ns/svc hold at most 1000 addresses, and 1 Pod is left out; ' +
      'EndpointSlices have all';
    expect(cluster.events).toEqual([begun]);
    await cluster.client.delete(pods, { namespace: 'ns', name: 'p0' });
    await cluster.pass(5000);
    expect(await truncated(cluster)).toEqual({ addresses: 1000, mark: undefined });
    const ended = 'Normal EndpointsComplete about ns/svc: Endpoints ns/svc hold all addresses again';
    expect(cluster.events).toEqual([begun, ended]);
  }, 30_000);
});
