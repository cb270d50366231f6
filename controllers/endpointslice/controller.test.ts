import { describe, expect, it } from '@jest/globals';
import { endpointSlices, nodes, pods, services } from '../../pkg/api/resources.ts';
import { failure, forbidden } from '../../pkg/api/status.ts';
import type { EndpointSlice, Node, Pod, Service } from '../../pkg/api/types.ts';
import { zoneLabel } from '../../pkg/topology/index.ts';
import type { TestCluster } from '../../pkg/testing/build/cluster.ts';
import { grounds } from '../../pkg/testing/build/grounds.ts';
import type { ServiceStory } from '../../pkg/testing/build/objects.ts';
import type { ControllerContext } from '../../pkg/reconcile/index.ts';
import { node, pod, service, slice } from '../../pkg/testing/build/objects.ts';
import { startEndpointSliceController } from './index.ts';

const auto = { 'service.kubernetes.io/topology-mode': 'Auto' };

async function list(cluster: TestCluster): Promise<EndpointSlice[]> {
  return (await cluster.client.list<EndpointSlice>(endpointSlices)).items;
}

async function only(cluster: TestCluster): Promise<EndpointSlice> {
  const [slice, ...others] = await list(cluster);
  expect(others).toEqual([]);
  if (slice === undefined) throw new Error('there is no slice');
  return slice;
}

/** A Service, a pod for each node, and the controller at work on them. */
async function running(cluster: TestCluster, story: ServiceStory = {}, zones = 'a'): Promise<EndpointSlice> {
  for (const [at, zone] of zones.split('').entries()) {
    await cluster.create(nodes, node({ name: `n${at}`, zone }));
    await cluster.create(pods, pod({ name: `p${at}`, ips: [`10.0.0.${at + 1}`], node: `n${at}` }));
  }
  await cluster.create(services, service(story));
  await cluster.start(startEndpointSliceController);
  await cluster.pass(5000);
  expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
  return only(cluster);
}

const edit = (cluster: TestCluster, name: string, change: (object: EndpointSlice) => void) =>
  cluster.change<EndpointSlice>(endpointSlices, name, change);

const addresses = (slices: EndpointSlice[]): string[] =>
  slices.flatMap(({ endpoints }) => (endpoints ?? []).flatMap((endpoint) => endpoint.addresses)).sort();

const hints = ({ endpoints }: EndpointSlice): (string | undefined)[] =>
  (endpoints ?? []).map((endpoint) => endpoint.hints?.forZones?.[0]?.name);

const setReady =
  (status: 'True' | 'False') =>
  (object: Pod): void => {
    Object.assign(object.status ?? {}, { conditions: [{ type: 'Ready', status }] });
  };

describe.each(grounds)('the EndpointSlice controller on %s', (_, makeCluster) => {
  it('publishes the pods of a Service in one write, and then rests', async () => {
    await using cluster = await makeCluster();
    const written = await running(cluster, {}, 'ab');
    expect(addresses([written])).toEqual(['10.0.0.1', '10.0.0.2']);
    await cluster.pass(60_000);
    expect(cluster.observed.takeWrites()).toEqual([]);
  });

  it('writes one slice when a pod turns', async () => {
    await using cluster = await makeCluster();
    const { metadata } = await running(cluster);
    await cluster.change<Pod>(pods, 'p0', setReady('False'));
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([`PUT endpointslices ${metadata.name}`]);
  });

  it('settles on a Service without ports, though its server answers null (S38)', async () => {
    await using cluster = await makeCluster();
    await running(cluster, { spec: { clusterIP: 'None', ports: [] } });
    await cluster.change<Service>(services, 'svc', ({ metadata }) =>
      Object.assign(metadata, { annotations: { a: 'b' } }),
    );
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([]);
  });

  it.each([services, pods, nodes, endpointSlices])(
    'SC-Q-018 writes nothing while $resource cannot be read',
    async (missing) => {
      await using cluster = await makeCluster();
      await cluster.create(services, service());
      cluster.observed.hold(missing);
      cluster.begin(startEndpointSliceController);
      await cluster.pass(5000);
      expect(cluster.observed.takeWrites()).toEqual([]);
      cluster.observed.release(missing);
      await cluster.pass(5000);
      expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
    },
  );

  it.each<[string, number, string[]]>([
    ['SC-Q-014', 1000, ['PUT']],
    ['SC-Q-016', 0, ['PUT', 'PUT', 'PUT']],
  ])('%s gathers additions of pods', async (_, endpointUpdatesBatchPeriodMs, expected) => {
    await using cluster = await makeCluster();
    await cluster.create(nodes, node({ name: 'n' }));
    await cluster.create(services, service());
    await cluster.start(startEndpointSliceController, { endpointUpdatesBatchPeriodMs });
    cluster.observed.takeWrites();
    for (const number of [1, 2, 3]) {
      await cluster.create(pods, pod({ name: `p${number}`, ips: [`10.0.0.${number}`], node: 'n' }));
      await cluster.pass(100);
    }
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites().map((write) => write.split(' ')[0])).toEqual(expected);
    // SC-Q-017: likewise other addresses.
    for (const number of [1, 2, 3]) {
      const ip = `10.0.1.${number}`;
      await cluster.change<Pod>(pods, `p${number}`, ({ status }) => {
        Object.assign(status ?? {}, { podIP: ip, podIPs: [{ ip }] });
      });
      await cluster.pass(100);
    }
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toHaveLength(expected.length);
  });

  it('SC-Q-020 undoes what another writes, after a second', async () => {
    await using cluster = await makeCluster();
    const { metadata } = await running(cluster);
    await edit(cluster, metadata.name ?? '', (object) => Object.assign(object, { endpoints: [] }));
    await cluster.pass(900);
    expect(cluster.observed.takeWrites()).toEqual([]);
    await cluster.pass(200);
    expect(cluster.observed.takeWrites()).toEqual([`PUT endpointslices ${metadata.name}`]);
    expect(addresses(await list(cluster))).toEqual(['10.0.0.1']);
  });

  it('leaves annotations of others alone (S32)', async () => {
    await using cluster = await makeCluster();
    const { metadata } = await running(cluster);
    await edit(cluster, metadata.name ?? '', (object) => {
      object.metadata.annotations = { ...object.metadata.annotations, theirs: 'stays' };
    });
    await cluster.change<Pod>(pods, 'p0', setReady('False'));
    await cluster.pass(5000);
    expect((await only(cluster)).metadata.annotations?.['theirs']).toBe('stays');
  });

  it('SC-Q-021 puts back what another deletes', async () => {
    await using cluster = await makeCluster();
    const { metadata } = await running(cluster);
    await cluster.client.delete(endpointSlices, { namespace: 'ns', name: metadata.name ?? '' });
    await cluster.pass(2000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
  });

  it('puts back what another deletes even if it never wrote it', async () => {
    await using cluster = await makeCluster();
    const { metadata } = await cluster.create(services, service());
    await cluster.create(endpointSlices, slice({ name: 'old', ports: [], owner: metadata.uid ?? '' }));
    await cluster.start(startEndpointSliceController);
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([]);
    await cluster.client.delete(endpointSlices, { namespace: 'ns', name: 'old' });
    await cluster.pass(2000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
  });

  it('SC-Q-023, H1 replaces a slice that was taken over, and is not held up by it', async () => {
    await using cluster = await makeCluster();
    const { metadata } = await running(cluster);
    await edit(cluster, metadata.name ?? '', (object) => {
      object.metadata.labels = { ...object.metadata.labels, 'endpointslice.kubernetes.io/managed-by': 'somebody' };
    });
    await cluster.pass(2000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
    await cluster.change<Pod>(pods, 'p0', setReady('False'));
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toHaveLength(1);
  });

  it('H1 is not held up by a slice that waits for somebody to let it go (#108267)', async () => {
    await using cluster = await makeCluster();
    const { metadata } = await running(cluster);
    const name = metadata.name ?? '';
    await edit(cluster, name, (object) => Object.assign(object.metadata, { finalizers: ['example.com/hold'] }));
    await cluster.client.delete(endpointSlices, { namespace: 'ns', name });
    await cluster.pass(2000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
    await cluster.change<Pod>(pods, 'p0', setReady('False'));
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toHaveLength(1);
  });

  it('S33 does not work on a cache that is behind its own writes', async () => {
    await using cluster = await makeCluster();
    const { metadata } = await running(cluster);
    cluster.observed.hold(endpointSlices);
    await cluster.change<Pod>(pods, 'p0', setReady('False'));
    await cluster.change<Pod>(pods, 'p0', setReady('True'));
    await cluster.pass(20_000);
    expect(cluster.observed.takeWrites()).toEqual([`PUT endpointslices ${metadata.name}`]);
    cluster.observed.release(endpointSlices);
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([`PUT endpointslices ${metadata.name}`]);
    expect((await only(cluster)).endpoints?.[0]?.conditions?.ready).toBe(true);
    expect(cluster.events).toEqual([]);
    const [stale] = [...cluster.metrics.counter({ name: 'endpoint_slice_controller_syncs', help: '' }).series()].filter(
      ({ labels }) => labels['result'] === 'stale',
    );
    expect(stale?.cell.value).toBeGreaterThan(0);
  });

  it('U2 gives a Service created anew its own slices, whatever the old ones do', async () => {
    await using cluster = await makeCluster();
    const old = await running(cluster);
    await cluster.client.delete(services, { namespace: 'ns', name: 'svc' });
    const { metadata } = await cluster.create(services, service({ uid: 'second' }));
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([
      'POST endpointslices',
      `DELETE endpointslices ${old.metadata.name}`,
    ]);
    expect((await only(cluster)).metadata.ownerReferences?.[0]?.uid).toBe(metadata.uid);
  });

  it('SC-S-043 leaves the slices of a deleted Service to garbage collection', async () => {
    await using cluster = await makeCluster();
    await running(cluster);
    await cluster.client.delete(services, { namespace: 'ns', name: 'svc' });
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([]);
  });

  it('H6 leaves slices as they are when the selector goes', async () => {
    await using cluster = await makeCluster();
    await running(cluster);
    await cluster.change<Service>(services, 'svc', ({ spec }) => void delete spec?.selector);
    await cluster.client.delete(pods, { namespace: 'ns', name: 'p0' });
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual([]);
  });

  it('SC-S-030, U13 tells of a Node that is missing, and does not wait for a retry when it comes', async () => {
    await using cluster = await makeCluster();
    await cluster.create(pods, pod({ name: 'p', node: 'late' }));
    await cluster.create(services, service());
    await cluster.start(startEndpointSliceController);
    await cluster.pass();
    expect(cluster.events).toEqual([
      'Warning FailedToUpdateEndpointSlices about ns/svc: Error updating Endpoint Slices for Service ns/svc: ' +
        'skipping Pod p for Service ns/svc: Node late Not Found',
    ]);
    expect(addresses(await list(cluster))).toEqual([]);
    await cluster.create(nodes, node({ name: 'late' }));
    await cluster.pass();
    expect(addresses(await list(cluster))).toEqual(['10.0.0.1']);
  });

  it('S3, S29 tells of a refusal, and tries again after a second', async () => {
    await using cluster = await makeCluster();
    cluster.observed.refuse('POST', endpointSlices, failure(500, 'InternalError', 'no disk'));
    await cluster.create(services, service());
    await cluster.start(startEndpointSliceController);
    await cluster.pass(900);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
    await cluster.pass(200);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
    expect(cluster.events).toEqual([
      'Warning FailedToUpdateEndpointSlices about ns/svc: Error updating Endpoint Slices for Service ns/svc: ' +
        'failed to create EndpointSlice for Service ns/svc: no disk',
    ]);
  });

  it('S28 takes a namespace on its way out for no failure', async () => {
    await using cluster = await makeCluster();
    const error = forbidden(endpointSlices, '', 'going', [{ reason: 'NamespaceTerminating', message: '' }]);
    cluster.observed.refuse('POST', endpointSlices, error);
    await cluster.create(services, service());
    await cluster.start(startEndpointSliceController);
    await cluster.pass(60_000);
    expect(cluster.observed.takeWrites()).toEqual(['POST endpointslices']);
    expect(cluster.events).toEqual([]);
  });

  describe('with Nodes', () => {
    it('H11 hints from the first write on', async () => {
      await using cluster = await makeCluster();
      expect(hints(await running(cluster, { annotations: auto }, 'ab'))).toEqual(['a', 'b']);
      expect(cluster.events).toEqual([
        'Normal TopologyAwareHintsEnabled about ns/svc: Topology Aware Hints has been enabled, addressType: IPv4',
      ]);
    });

    it('SC-Q-028 does not stir for a heartbeat', async () => {
      await using cluster = await makeCluster();
      await running(cluster, { annotations: auto }, 'ab');
      await cluster.change<Node>(nodes, 'n0', ({ status }) => Object.assign(status ?? {}, { images: [] }));
      await cluster.pass(5000);
      expect(cluster.observed.takeWrites()).toEqual([]);
    });

    it('T20 shares hints out anew when a zone grows', async () => {
      await using cluster = await makeCluster();
      await running(cluster, { annotations: auto }, 'aabb');
      for (const name of ['m0', 'm1', 'm2', 'm3', 'm4', 'm5']) await cluster.create(nodes, node({ name, zone: 'b' }));
      await cluster.pass(5000);
      expect(cluster.observed.takeWrites().length).toBeGreaterThan(0);
      expect(hints(await only(cluster)).filter((zone) => zone === 'b').length).toBeGreaterThan(2);
    });

    it('H10 hints again when all Nodes say what they are', async () => {
      await using cluster = await makeCluster();
      await cluster.create(nodes, node({ name: 'nameless' }));
      await running(cluster, { annotations: auto }, 'aabb');
      expect(hints(await only(cluster))).toEqual(Array(4).fill(undefined));
      await cluster.change<Node>(nodes, 'nameless', ({ metadata }) => {
        metadata.labels = { ...metadata.labels, [zoneLabel]: 'a' };
      });
      await cluster.pass(1000);
      expect(hints(await only(cluster)).every((zone) => zone !== undefined)).toBe(true);
    });

    it('SC-Q-029, H10 writes a zone that a Node got later', async () => {
      await using cluster = await makeCluster();
      await cluster.create(nodes, node({ name: 'n' }));
      await cluster.create(pods, pod({ name: 'p', node: 'n' }));
      await cluster.create(services, service());
      await cluster.start(startEndpointSliceController);
      await cluster.change<Node>(nodes, 'n', ({ metadata }) => {
        metadata.labels = { [zoneLabel]: 'z' };
      });
      await cluster.pass(1000);
      expect((await only(cluster)).endpoints?.[0]?.zone).toBe('z');
    });
  });

  it('SC-Q-027 has one look at Nodes pending after two of them were added', async () => {
    await using cluster = await makeCluster();
    const { promise: mayStart, resolve } = Promise.withResolvers<void>();
    const started = cluster.begin((context: ControllerContext) =>
      startEndpointSliceController({ ...context, mayStart }),
    );
    await cluster.pass();
    const added = cluster.metrics.counter({ name: 'workqueue_adds_total', help: '', labels: ['name'] });
    const looks = (): number => added.with({ name: 'endpoint_slice_topology' }).value;
    for (const name of ['m1', 'm2']) await cluster.create(nodes, node({ name, zone: 'b' }));
    expect(looks()).toBe(1);
    resolve();
    await cluster.pass();
    await started.started;
    await cluster.create(nodes, node({ name: 'm3', zone: 'b' }));
    expect(looks()).toBe(2);
  });
});
