import { describe, expect, it } from '@jest/globals';
import { endpoints, endpointSlices, services } from '../../pkg/api/resources.ts';
import { failure } from '../../pkg/api/status.ts';
import type { Endpoints, EndpointSlice, Service } from '../../pkg/api/types.ts';
import { mirrorManager } from '../../pkg/endpoints/index.ts';
import type { TestCluster } from '../../pkg/testing/build/cluster.ts';
import { grounds } from '../../pkg/testing/build/grounds.ts';
import { endpoints as endpointsObject, service, slice } from '../../pkg/testing/build/objects.ts';
import { startEndpointSliceMirroringController } from './index.ts';

const byHand = service({ spec: { selector: null as never } });
const subsets = [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }];
const key = { namespace: 'ns', name: 'svc' };

const list = async (cluster: TestCluster): Promise<EndpointSlice[]> =>
  (await cluster.client.list<EndpointSlice>(endpointSlices)).items;

/** A hand-made Endpoints object, its Service, and the controller at work on them. */
async function running(cluster: TestCluster): Promise<string> {
  await cluster.create(services, byHand);
  await cluster.create(endpoints, endpointsObject({ subsets }));
  await cluster.start(startEndpointSliceMirroringController);
  await cluster.pass(5000);
  expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
  return (await list(cluster))[0]?.metadata.name ?? '';
}

const edit = (cluster: TestCluster, change: (object: Endpoints) => void) =>
  cluster.change<Endpoints>(endpoints, 'svc', change);

describe.each(grounds)('the mirroring controller on %s', (_, makeCluster) => {
  it('mirrors in one write, and then rests', async () => {
    await using cluster = await makeCluster();
    await running(cluster);
    await cluster.pass(60_000);
    expect(cluster.observed.takeWrites()).toEqual([]);
  });

  it('follows the Endpoints object', async () => {
    await using cluster = await makeCluster();
    const name = await running(cluster);
    await edit(cluster, (object) => {
      object.subsets = [{ notReadyAddresses: [{ ip: '10.0.0.2' }], ports: subsets[0]?.ports ?? [] }];
    });
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual([`PUT endpointslices ${name}`]);
    expect((await list(cluster))[0]?.endpoints).toEqual([{ addresses: ['10.0.0.2'], conditions: { ready: false } }]);
  });

  it.each([services, endpoints, endpointSlices])(
    'SC-Q-018 writes nothing while $resource cannot be read',
    async (missing) => {
      await using cluster = await makeCluster();
      await cluster.create(services, byHand);
      await cluster.create(endpoints, endpointsObject({ subsets }));
      cluster.observed.hold(missing);
      cluster.begin(startEndpointSliceMirroringController);
      await cluster.pass(5000);
      expect(cluster.observed.takeWrites()).toEqual([]);
      cluster.observed.release(missing);
      await cluster.pass(5000);
      expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
    },
  );

  it.each<[string, (cluster: TestCluster) => Promise<unknown>]>([
    ['the Endpoints object goes', (cluster) => cluster.client.delete(endpoints, key)],
    ['the Service goes', (cluster) => cluster.client.delete(services, key)],
    [
      'it is told not to',
      (cluster) =>
        edit(cluster, ({ metadata }) => {
          metadata.labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
        }),
    ],
    [
      'the Service gains a selector',
      (cluster) =>
        cluster.change<Service>(services, 'svc', ({ spec }) => Object.assign(spec ?? {}, { selector: { a: 'b' } })),
    ],
  ])('M20 takes its slices away when %s', async (_, change) => {
    await using cluster = await makeCluster();
    const name = await running(cluster);
    await change(cluster);
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([`DELETE endpointslices ${name}`]);
  });

  it('M20 mirrors when the Service comes later', async () => {
    await using cluster = await makeCluster();
    await cluster.create(endpoints, endpointsObject({ subsets }));
    await cluster.start(startEndpointSliceMirroringController);
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual([]);
    await cluster.create(services, byHand);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
  });

  it('takes away at start what ceased to be mirrored while nobody looked', async () => {
    await using cluster = await makeCluster();
    await cluster.create(endpointSlices, slice({ name: 'old', manager: mirrorManager, ownerKind: 'Endpoints' }));
    await cluster.start(startEndpointSliceMirroringController);
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual(['DELETE endpointslices old']);
  });

  it('puts back what another deletes or edits', async () => {
    await using cluster = await makeCluster();
    const name = await running(cluster);
    await cluster.change<EndpointSlice>(endpointSlices, name, (object) => Object.assign(object, { endpoints: [] }));
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual([`PUT endpointslices ${name}`]);
    await cluster.client.delete(endpointSlices, { namespace: 'ns', name });
    await cluster.pass(1000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
  });

  it('M14 does not work on a cache that is behind its own writes', async () => {
    await using cluster = await makeCluster();
    const name = await running(cluster);
    cluster.observed.hold(endpointSlices);
    const set = (ip: string) => edit(cluster, (object) => void (object.subsets = [{ addresses: [{ ip }] }]));
    await set('10.0.0.2');
    await set('10.0.0.3');
    await cluster.pass(20_000);
    expect(cluster.observed.takeWrites()).toEqual([`PUT endpointslices ${name}`]);
    cluster.observed.release(endpointSlices);
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([`PUT endpointslices ${name}`]);
    expect((await list(cluster))[0]?.endpoints?.[0]?.addresses).toEqual(['10.0.0.3']);
  });

  it('M4 tries all deletions, tells the first refusal, and tries again', async () => {
    await using cluster = await makeCluster();
    await cluster.create(endpointSlices, slice({ name: 'a', manager: mirrorManager }));
    await cluster.create(endpointSlices, slice({ name: 'b', manager: mirrorManager }));
    cluster.observed.refuse('DELETE', endpointSlices, failure(500, 'InternalError', 'no disk'));
    await cluster.start(startEndpointSliceMirroringController);
    expect(cluster.observed.takeWrites()).toEqual(['DELETE endpointslices a', 'DELETE endpointslices b']);
    await cluster.pass(2000);
    expect(cluster.observed.takeWrites()).toEqual(['DELETE endpointslices a']);
  });

  it('X22 tells of addresses that are too many', async () => {
    await using cluster = await makeCluster();
    const addresses = [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }];
    await cluster.create(services, byHand);
    await cluster.create(endpoints, endpointsObject({ subsets: [{ addresses, ports: subsets[0]?.ports ?? [] }] }));
    await cluster.start(startEndpointSliceMirroringController, { mirroringMaxEndpointsPerSubset: 1 });
    await cluster.pass();
    // Once a sync, and the slice of the first may be heard of before the answer to its creation.
    expect([...new Set(cluster.events)]).toEqual([
      'Warning TooManyAddressesToMirror about ns/svc: A max of 1 addresses can be mirrored to EndpointSlices per ' +
        'Endpoints subset. 1 addresses were skipped',
    ]);
  });
});
