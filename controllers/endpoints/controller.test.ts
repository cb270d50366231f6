import { describe, expect, it } from '@jest/globals';
import { endpoints, pods, services } from '../../pkg/api/resources.ts';
import { failure, forbidden } from '../../pkg/api/status.ts';
import type { Endpoints, Pod, Service } from '../../pkg/api/types.ts';
import type { TestCluster } from '../../pkg/testing/build/cluster.ts';
import { grounds } from '../../pkg/testing/build/grounds.ts';
import { endpoints as endpointsObject, pod, service } from '../../pkg/testing/build/objects.ts';
import { startEndpointsController } from './index.ts';

const key = { namespace: 'ns', name: 'svc' };
const get = (cluster: TestCluster): Promise<Endpoints> => cluster.client.get<Endpoints>(endpoints, key);

const setReady =
  (status: 'True' | 'False') =>
  (object: Pod): void => {
    Object.assign(object.status ?? {}, { conditions: [{ type: 'Ready', status }] });
  };

async function withOnePod(cluster: TestCluster): Promise<void> {
  await cluster.create(services, service());
  await cluster.create(pods, pod({ name: 'p', node: 'n1' }));
}

describe.each(grounds)('the Endpoints controller on %s', (_, makeCluster) => {
  it('publishes the pods of a Service in one write, and then rests', async () => {
    await using cluster = await makeCluster();
    await withOnePod(cluster);
    const controller = await cluster.start(startEndpointsController);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpoints']);
    expect((await get(cluster)).subsets?.[0]?.addresses?.[0]?.ip).toBe('10.0.0.1');
    await cluster.pass(60_000);
    expect(cluster.observed.takeWrites()).toEqual([]);
    expect(controller.isSettled()).toBe(true);
  });

  it('SC-Q-014 writes once for pods that come within a batch period', async () => {
    await using cluster = await makeCluster();
    await cluster.create(services, service());
    await cluster.start(startEndpointsController, { endpointUpdatesBatchPeriodMs: 1000 });
    cluster.observed.takeWrites();
    for (const number of [1, 2, 3]) {
      await cluster.create(pods, pod({ name: `p${number}`, ips: [`10.0.0.${number}`], node: 'n1' }));
      await cluster.pass(100);
    }
    expect(cluster.observed.takeWrites()).toEqual([]);
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual(['PUT endpoints svc']);
  });

  it('SC-Q-016 writes at once without one', async () => {
    await using cluster = await makeCluster();
    await cluster.create(services, service());
    await cluster.start(startEndpointsController);
    cluster.observed.takeWrites();
    for (const number of [1, 2, 3]) {
      await cluster.create(pods, pod({ name: `p${number}`, ips: [`10.0.0.${number}`], node: 'n1' }));
      await cluster.pass(100);
    }
    expect(cluster.observed.takeWrites()).toEqual(Array(3).fill('PUT endpoints svc'));
  });

  it.each([services, pods, endpoints])('SC-Q-018 writes nothing while $resource cannot be read', async (missing) => {
    await using cluster = await makeCluster();
    await withOnePod(cluster);
    cluster.observed.hold(missing);
    cluster.begin(startEndpointsController);
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([]);
    cluster.observed.release(missing);
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpoints']);
  });

  it('SC-E-005 deletes the object of a Service that is gone, once', async () => {
    await using cluster = await makeCluster();
    await withOnePod(cluster);
    await cluster.start(startEndpointsController);
    cluster.observed.takeWrites();
    await cluster.client.delete(services, key);
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual(['DELETE endpoints svc']);
    await expect(get(cluster)).rejects.toThrow('not found');
  });

  it('SC-E-006 takes an object that is gone already for deleted', async () => {
    await using cluster = await makeCluster();
    await cluster.create(services, service({ spec: { selector: null as never } }));
    await cluster.start(startEndpointsController);
    await cluster.client.delete(services, key);
    await cluster.pass(60_000);
    expect(cluster.observed.takeWrites()).toEqual(['DELETE endpoints svc']);
    expect(cluster.events).toEqual([]);
  });

  it('SC-Q-026 puts back an object that somebody deleted', async () => {
    await using cluster = await makeCluster();
    await withOnePod(cluster);
    await cluster.start(startEndpointsController);
    cluster.observed.takeWrites();
    await cluster.client.delete(endpoints, key);
    await cluster.pass();
    expect(cluster.observed.takeWrites()).toEqual(['POST endpoints']);
  });

  it('SC-E-038 does not trust a cache that lags behind its own write', async () => {
    await using cluster = await makeCluster();
    await withOnePod(cluster);
    await cluster.start(startEndpointsController);
    cluster.observed.takeWrites();
    cluster.observed.hold(endpoints);
    await cluster.change<Pod>(pods, 'p', setReady('False'));
    expect(cluster.observed.takeWrites()).toEqual(['PUT endpoints svc']);
    // To the cache all is as it was: it still shows the ready address, which by now is wrong on the server.
    await cluster.change<Pod>(pods, 'p', setReady('True'));
    await cluster.pass(10_000);
    expect(cluster.observed.takeWrites()).toEqual([]);
    cluster.observed.release(endpoints);
    await cluster.pass(2000);
    expect(cluster.observed.takeWrites()).toEqual(['PUT endpoints svc']);
    expect((await get(cluster)).subsets?.[0]?.addresses?.[0]?.ip).toBe('10.0.0.1');
    expect(cluster.events).toEqual([]);
  });

  it('U1 does not create twice what the cache does not show yet', async () => {
    await using cluster = await makeCluster();
    await cluster.start(startEndpointsController);
    cluster.observed.hold(endpoints);
    await withOnePod(cluster);
    await cluster.change<Pod>(pods, 'p', setReady('False'));
    await cluster.pass(10_000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpoints']);
    cluster.observed.release(endpoints);
    await cluster.pass(2000);
    expect(cluster.observed.takeWrites()).toEqual(['PUT endpoints svc']);
    expect((await get(cluster)).subsets?.[0]?.notReadyAddresses?.[0]?.ip).toBe('10.0.0.1');
    expect(cluster.events).toEqual([]);
  });

  it('SC-E-039 deletes at start what has no Service, but no election lock (E29)', async () => {
    await using cluster = await makeCluster();
    await cluster.create(endpoints, endpointsObject({ name: 'stray' }));
    const lock = { 'control-plane.alpha.kubernetes.io/leader': '{}' };
    await cluster.create(endpoints, endpointsObject({ name: 'lock', annotations: lock }));
    await cluster.start(startEndpointsController);
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual(['DELETE endpoints stray']);
  });

  it('U9 can leave alone what it never wrote', async () => {
    await using cluster = await makeCluster();
    await cluster.create(endpoints, endpointsObject({ name: 'stray' }));
    const labels = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
    await cluster.create(endpoints, endpointsObject({ name: 'ours', labels }));
    await cluster.start(startEndpointsController, { cleanUpManagedOnly: true });
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual(['DELETE endpoints ours']);
  });

  it('SC-E-040 takes a namespace on its way out for no failure', async () => {
    await using cluster = await makeCluster();
    const error = forbidden(endpoints, 'svc', 'being deleted', [{ reason: 'NamespaceTerminating', message: '' }]);
    cluster.observed.refuse('POST', endpoints, error);
    await withOnePod(cluster);
    await cluster.start(startEndpointsController);
    await cluster.pass(60_000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpoints']);
    expect(cluster.events).toEqual([]);
  });

  it('SC-E-041 tells of a refusal, and tries again', async () => {
    await using cluster = await makeCluster();
    cluster.observed.refuse('POST', endpoints, failure(500, 'InternalError', 'no disk'));
    await withOnePod(cluster);
    await cluster.start(startEndpointsController);
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpoints', 'POST endpoints']);
    cluster.observed.refuse('PUT', endpoints, failure(500, 'InternalError', 'no disk'));
    await cluster.change<Pod>(pods, 'p', setReady('False'));
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual(['PUT endpoints svc', 'PUT endpoints svc']);
    expect(cluster.events).toEqual([
      'Warning FailedToCreateEndpoint about ns/svc: Failed to create endpoint for service ns/svc: no disk',
      'Warning FailedToUpdateEndpoint about ns/svc: Failed to update endpoint ns/svc: no disk',
    ]);
  });

  it('keeps the time of the change over a refusal (H5)', async () => {
    await using cluster = await makeCluster();
    const { metadata } = await cluster.create(services, service());
    cluster.observed.refuse('POST', endpoints, failure(500, 'InternalError', 'no disk'));
    await cluster.start(startEndpointsController);
    await cluster.pass(1000);
    expect((await get(cluster)).metadata.annotations).toEqual({
      'endpoints.kubernetes.io/last-change-trigger-time': metadata.creationTimestamp,
    });
  });

  it('H17 never gives a Service up', async () => {
    await using cluster = await makeCluster();
    cluster.observed.refuse('POST', endpoints, failure(500, 'InternalError', 'no disk'), 20);
    await cluster.create(services, service());
    await cluster.start(startEndpointsController);
    await cluster.pass(3_600_000);
    expect(cluster.observed.takeWrites()).toHaveLength(21);
  });

  it('follows labels, selectors and Services that come and go', async () => {
    await using cluster = await makeCluster();
    await withOnePod(cluster);
    await cluster.start(startEndpointsController);
    await cluster.change<Service>(services, 'svc', ({ spec }) =>
      Object.assign(spec ?? {}, { selector: { app: 'other' } }),
    );
    expect((await get(cluster)).subsets).toBeUndefined();
    await cluster.change<Pod>(pods, 'p', ({ metadata }) => Object.assign(metadata, { labels: { app: 'other' } }));
    expect((await get(cluster)).subsets).toHaveLength(1);
    await cluster.client.delete(pods, { namespace: 'ns', name: 'p' });
    await cluster.pass();
    expect((await get(cluster)).subsets).toBeUndefined();
  });
});
