import { describe, expect, it } from '@jest/globals';
import { endpointSlices, nodes, pods, services } from '../../pkg/api/resources.ts';
import type { EndpointSlice, Service } from '../../pkg/api/types.ts';
import { makeCluster, type TestCluster } from '../../pkg/testing/build/cluster.ts';
import { ipv4, node, pod, service } from '../../pkg/testing/build/objects.ts';
import { startEndpointSliceController } from './index.ts';

const minute = 60_000;

/** Ten slices of three endpoints, of which all but one pod each are deleted then. */
async function sparse(cluster: TestCluster, options: object): Promise<void> {
  await cluster.create(nodes, node({ name: 'n', zone: 'a' }));
  await cluster.create(services, service());
  for (let at = 0; at < 30; at += 1)
    await cluster.create(pods, pod({ name: `p${at}`, ips: [ipv4(at + 1)], node: 'n' }));
  await cluster.start(startEndpointSliceController, { maxEndpointsPerSlice: 3, ...options });
  await cluster.pass(5000);
  expect(await sizes(cluster)).toEqual(Array<number>(10).fill(3));
  for (const { endpoints } of await slicesOf(cluster))
    for (const { targetRef } of (endpoints ?? []).slice(1))
      await cluster.client.delete(pods, { namespace: 'ns', name: targetRef?.name ?? '' });
  await cluster.pass(5000);
  expect(await sizes(cluster)).toEqual(Array<number>(10).fill(1));
  cluster.observed.takeWrites();
}

const slicesOf = async ({ client }: TestCluster): Promise<EndpointSlice[]> =>
  (await client.list<EndpointSlice>(endpointSlices)).items;

async function sizes(cluster: TestCluster): Promise<number[]> {
  return (await slicesOf(cluster)).map(({ endpoints }) => (endpoints ?? []).length).sort((a, b) => b - a);
}

const setAnnotations = (cluster: TestCluster, annotations: Record<string, string>) =>
  cluster.change<Service>(services, 'svc', ({ metadata }) => Object.assign(metadata, { annotations }));

describe('compaction by the controller (U4)', () => {
  it('does not happen unless it is asked for', async () => {
    await using cluster = makeCluster();
    await sparse(cluster, {});
    await cluster.pass(60 * minute);
    expect(cluster.observed.takeWrites()).toEqual([]);
  });

  it('waits until a Service has been quiet for a minute', async () => {
    await using cluster = makeCluster();
    await sparse(cluster, { compactionWritesPerMinute: 100 });
    await cluster.pass(50_000);
    await cluster.create(pods, pod({ name: 'late', ips: ['10.9.9.9'], node: 'n' }));
    await cluster.pass(55_000);
    expect(cluster.observed.takeWrites()).toHaveLength(1);
    await cluster.pass(10_000);
    expect(await sizes(cluster)).toEqual([3, 3, 3, 2]);
    expect(cluster.observed.takeWrites().map((write) => write.split(' ')[0])).toEqual([
      ...Array<string>(4).fill('PUT'),
      ...Array<string>(6).fill('DELETE'),
    ]);
    await cluster.pass(60 * minute);
    expect(cluster.observed.takeWrites()).toEqual([]);
  });

  it('spends no more writes a minute than it may, and gets there', async () => {
    await using cluster = makeCluster();
    await sparse(cluster, { compactionWritesPerMinute: 3 });
    const spent: number[] = [];
    for (let at = 0; at < 12; at += 1) {
      await cluster.pass(minute);
      spent.push(cluster.observed.takeWrites().length);
    }
    expect(Math.max(...spent)).toBeLessThanOrEqual(3);
    // Seven would still be as good: half of them are needed.
    expect((await sizes(cluster)).reduce((sum, size) => sum + size, 0)).toBe(10);
    expect((await sizes(cluster)).length).toBeLessThan(8);
  });
});

describe('tuning of one Service (U6)', () => {
  it('has slices of the size it asks for from its next write on', async () => {
    await using cluster = makeCluster();
    await cluster.create(nodes, node({ name: 'n', zone: 'a' }));
    await cluster.create(services, service({ annotations: { 'fairlead.dev/max-endpoints-per-slice': '4' } }));
    for (let at = 0; at < 10; at += 1)
      await cluster.create(pods, pod({ name: `p${at}`, ips: [ipv4(at + 1)], node: 'n' }));
    await cluster.start(startEndpointSliceController);
    await cluster.pass(5000);
    expect(await sizes(cluster)).toEqual([4, 4, 2]);
    expect(cluster.events).toEqual([]);
  });

  it('gathers changes of its Pods for as long as it asks', async () => {
    await using cluster = makeCluster();
    await cluster.create(nodes, node({ name: 'n', zone: 'a' }));
    await cluster.create(services, service({ annotations: { 'fairlead.dev/endpoints-batch-period': '10s' } }));
    await cluster.start(startEndpointSliceController);
    await cluster.pass(5000);
    cluster.observed.takeWrites();
    for (let at = 0; at < 4; at += 1) {
      await cluster.create(pods, pod({ name: `p${at}`, ips: [ipv4(at + 1)], node: 'n' }));
      await cluster.pass(2000);
    }
    expect(cluster.observed.takeWrites()).toEqual([]);
    await cluster.pass(2500);
    expect(cluster.observed.takeWrites()).toHaveLength(1);
    expect(await sizes(cluster)).toEqual([4]);
  });

  it('is told once what cannot be followed, and again when that changes', async () => {
    await using cluster = makeCluster();
    await cluster.create(services, service({ annotations: { 'fairlead.dev/max-endpoints-per-slice': '0' } }));
    await cluster.start(startEndpointSliceController);
    await setAnnotations(cluster, { 'fairlead.dev/max-endpoints-per-slice': '0', other: 'x' });
    await cluster.pass(5000);
    const told = (value: string): string =>
      `Warning InvalidTuning about ns/svc: Annotation fairlead.dev/max-endpoints-per-slice is "${value}", expected a ` +
      'whole number from 1 to 1000; the flag of the controller counts';
    expect(cluster.events).toEqual([told('0')]);
    await setAnnotations(cluster, { 'fairlead.dev/max-endpoints-per-slice': 'all' });
    await cluster.pass(5000);
    expect(cluster.events).toEqual([told('0'), told('all')]);
  });
});
