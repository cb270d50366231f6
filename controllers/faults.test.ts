/** All three controllers against a server, a network or neighbours that misbehave; each story ends at rest. */
import { describe, expect, it } from '@jest/globals';
import { endpoints, endpointSlices, nodes, pods, services } from '../pkg/api/resources.ts';
import { failure, forbidden } from '../pkg/api/status.ts';
import type { EndpointSlice, KubeObject, Pod } from '../pkg/api/types.ts';
import { expectAtRest } from '../pkg/testing/build/at-rest.ts';
import type { TestCluster } from '../pkg/testing/build/cluster.ts';
import { grounds } from '../pkg/testing/build/grounds.ts';
import { node, pod, service, slice } from '../pkg/testing/build/objects.ts';
import { startEndpointsController } from './endpoints/index.ts';
import { startEndpointSliceController } from './endpointslice/index.ts';
import { startEndpointSliceMirroringController } from './endpointslicemirroring/index.ts';

const minute = 60_000;

/** A Service with two pods, published, and everything quiet. */
async function begin(makeCluster: () => Promise<TestCluster>): Promise<TestCluster> {
  const cluster = await makeCluster();
  await cluster.create(nodes, node({ name: 'n', zone: 'a' }));
  for (const at of [1, 2]) await cluster.create(pods, somePod(at));
  await cluster.create(services, service());
  await cluster.start(startEndpointsController);
  await cluster.start(startEndpointSliceController);
  await cluster.start(startEndpointSliceMirroringController);
  await cluster.pass(minute);
  cluster.observed.takeWrites();
  return cluster;
}

const somePod = (at: number): Pod => pod({ name: `p${at}`, ips: [`10.0.0.${at}`], node: 'n' });

/** Nobody writes any more, and nothing is left to write. */
async function end(cluster: TestCluster): Promise<void> {
  await cluster.pass(20 * minute);
  cluster.observed.takeWrites();
  await cluster.pass(20 * minute);
  expect(cluster.observed.takeWrites()).toEqual([]);
  await expectAtRest(cluster);
}

const flip = (cluster: TestCluster, name: string, status: 'True' | 'False') =>
  cluster.change<Pod>(pods, name, (object) => {
    Object.assign(object.status ?? {}, { conditions: [{ type: 'Ready', status }] });
  });

const slicesOf = async ({ client }: TestCluster): Promise<EndpointSlice[]> =>
  (await client.list<EndpointSlice>(endpointSlices)).items;

async function ours(cluster: TestCluster): Promise<string> {
  const found = (await slicesOf(cluster)).find(({ metadata }) => metadata.name?.startsWith('svc-'));
  return found?.metadata.name ?? '';
}

const count = (writes: readonly string[], word: string): number =>
  writes.filter((each) => each.startsWith(word)).length;

describe.each(grounds)('the endpoint controllers on %s, when things go wrong', (_, makeCluster) => {
  it('F7 get there though every third write is refused', async () => {
    await using cluster = await begin(makeCluster);
    for (let at = 3; at < 12; at += 1) {
      if (at % 3 === 0) cluster.observed.refuse('PUT', endpointSlices, failure(500, 'InternalError', 'no'));
      if (at % 3 === 1) cluster.observed.refuse('PUT', endpoints, failure(503, 'ServiceUnavailable', 'later'));
      await cluster.create(pods, somePod(at));
      await cluster.pass(500);
    }
    await end(cluster);
  }, 30_000);

  it('F16, F31 wait for slices that are not shown to them, and create nothing twice', async () => {
    await using cluster = await begin(makeCluster);
    cluster.observed.hold(endpointSlices);
    for (const status of ['False', 'True', 'False'] as const) {
      await flip(cluster, 'p1', status);
      await cluster.pass(3000);
    }
    // S33: one write, then the cache is known to be behind.
    expect(count(cluster.observed.writes, 'PUT endpointslices')).toBe(1);
    cluster.observed.release(endpointSlices);
    await cluster.pass(minute);
    expect(count(cluster.observed.takeWrites(), 'POST endpointslices')).toBe(0);
    await end(cluster);
  }, 30_000);

  it('F17, F18 make nothing of pods that change and change back behind their backs', async () => {
    await using cluster = await begin(makeCluster);
    cluster.observed.hold(pods);
    for (const status of ['False', 'True'] as const) await flip(cluster, 'p1', status);
    cluster.observed.release(pods);
    await end(cluster);
  }, 30_000);

  it('F32 put a slice right each time somebody edits it, a second later and not faster', async () => {
    await using cluster = await begin(makeCluster);
    const name = await ours(cluster);
    for (let round = 0; round < 5; round += 1) {
      await cluster.change<EndpointSlice>(endpointSlices, name, (object) => Object.assign(object, { endpoints: [] }));
      await cluster.pass(2000);
      expect((await slicesOf(cluster)).flatMap((each) => each.endpoints ?? [])).toHaveLength(2);
    }
    expect(count(cluster.observed.takeWrites(), 'PUT endpointslices')).toBe(5);
    await end(cluster);
  }, 30_000);

  it('F33 leave a slice of somebody else for the same Service alone', async () => {
    await using cluster = await begin(makeCluster);
    const foreign = slice({ name: 'foreign', manager: 'other.example.com', endpoints: [{ addresses: ['192.0.2.1'] }] });
    await cluster.create<KubeObject>(endpointSlices, foreign);
    const before = (await slicesOf(cluster)).find(({ metadata }) => metadata.name === 'foreign');
    await flip(cluster, 'p1', 'False');
    await end(cluster);
    expect((await slicesOf(cluster)).find(({ metadata }) => metadata.name === 'foreign')).toEqual(before);
  }, 30_000);

  it('F36 serve other Services while one is refused for ever, and that one when it is not any more', async () => {
    await using cluster = await begin(makeCluster);
    cluster.observed.refuse('POST', endpointSlices, failure(422, 'Invalid', 'poison'), 2);
    await cluster.create(services, service({ name: 'other', uid: 'uid-other', spec: { clusterIP: '10.96.0.11' } }));
    await flip(cluster, 'p1', 'False');
    await cluster.pass(5000);
    const published = (await slicesOf(cluster)).filter(({ metadata }) => metadata.name?.startsWith('svc-'));
    const readiness = published
      .flatMap((each) => each.endpoints ?? [])
      .map(({ conditions }) => String(conditions?.ready));
    expect(readiness.sort()).toEqual(['false', 'true']);
    await cluster.pass(40 * minute);
    expect((await slicesOf(cluster)).some(({ metadata }) => metadata.name?.startsWith('other-'))).toBe(true);
    await end(cluster);
  }, 30_000);

  it('F38 wait for a quota to be lifted', async () => {
    await using cluster = await begin(makeCluster);
    const refusal = forbidden(endpointSlices, 'svc-', 'exceeded quota');
    cluster.observed.refuse('POST', endpointSlices, refusal, 3);
    await cluster.create(services, service({ name: 'other', uid: 'uid-other', spec: { clusterIP: '10.96.0.11' } }));
    await end(cluster);
    expect((await slicesOf(cluster)).some(({ metadata }) => metadata.name?.startsWith('other-'))).toBe(true);
  }, 30_000);

  it('F64 live on when a request fails with an error that is no answer', async () => {
    await using cluster = await begin(makeCluster);
    cluster.observed.refuse('PUT', endpointSlices, new Error('thrown'));
    await flip(cluster, 'p1', 'False');
    await end(cluster);
  }, 30_000);
});
