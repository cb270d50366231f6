import { describe, expect, it } from '@jest/globals';
import { endpoints, endpointSlices, services, type ResourceType } from '../api/resources.ts';
import type { EndpointSlice, KubeObject, Service } from '../api/types.ts';
import { startEndpointsController } from '../../controllers/endpoints/index.ts';
import { startEndpointSliceController } from '../../controllers/endpointslice/index.ts';
import type { ObjectKey } from '../client/index.ts';
import { silentLogger } from '../logging/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import type { ControllerContext, RunningController } from '../reconcile/index.ts';
import { makeCluster } from './build/cluster.ts';
import {
  controllersIn,
  Observer,
  permissionsOf,
  RivalGuard,
  upstreamActivity,
  ViewClient,
} from '../coexistence/index.ts';
import type { View } from '../coexistence/index.ts';
import { InformerFactory } from '../informer/index.ts';

const web = (more: Partial<KubeObject['metadata']> = {}, selector?: Record<string, string>): KubeObject => ({
  metadata: { namespace: 'ns', name: 'web', uid: 'web-uid', ...more },
  spec: {
    ports: [{ port: 80, protocol: 'TCP' }],
    ipFamilies: ['IPv4'],
    ...(selector === undefined ? {} : { selector }),
  },
});

/** A controller whose caches and writes go through a view. */
const seenAs =
  (view: View) =>
  (context: ControllerContext): RunningController => {
    const client = new ViewClient(context.client, view);
    const { clock, signal } = context;
    const informers = new InformerFactory({ client, clock, random: () => 0, streamingLists: false });
    const running = startEndpointSliceController({ ...context, client, informers });
    void informers.run(signal);
    return running;
  };

describe('observe', () => {
  it('writes nothing, tells every difference that stays, and looks again until it is gone', async () => {
    await using cluster = makeCluster();
    await cluster.create(services, web({}, { app: 'web' }));
    const { clock } = cluster;
    const observer = new Observer({ find: () => undefined, clock, log: silentLogger, metrics: new MetricRegistry() });
    const observed = (context: ControllerContext): ControllerContext => ({ ...context, around: observer.around });
    await cluster.start((context: ControllerContext) =>
      startEndpointSliceController({
        ...observed(context),
        client: observer.clientFor('endpoint-slice-controller', context.client),
      }),
    );
    await cluster.start((context: ControllerContext) =>
      startEndpointsController({
        ...observed(context),
        client: observer.clientFor('endpoint-controller', context.client),
      }),
    );
    expect(observer.summary()).toMatchObject({ inFlight: 2, different: 0 });
    await cluster.pass(11_000);
    expect(observer.summary()).toMatchObject({ inFlight: 0, different: 2 });
    expect(observer.report()).toMatchObject({
      'endpoint-slice-controller': { 'ns/web': [{ verb: 'create', kind: 'EndpointSlice' }] },
      'endpoint-controller': { 'ns/web': [{ verb: 'create', kind: 'Endpoints', name: 'web' }] },
    });
    expect(cluster.observed.takeWrites()).toEqual([]);
    expect(cluster.events).toEqual([]);
  });
});

describe('shadow and own (CX3, CX9)', () => {
  it('shadow writes slices that no consumer finds, and finds them again itself', async () => {
    await using cluster = makeCluster();
    await cluster.create(services, web({}, { app: 'web' }));
    await cluster.start(seenAs('shadow'));
    await cluster.pass(5000);
    const { items } = await cluster.client.list<EndpointSlice>(endpointSlices);
    expect(items.map(({ metadata }) => metadata.labels)).toEqual([
      expect.objectContaining({
        'fairlead.dev/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.fairlead.dev',
      }),
    ]);
    expect(Object.keys(items[0]?.metadata.labels ?? {})).not.toContain('kubernetes.io/service-name');
    await cluster.change<Service>(services, 'web', (service) => {
      service.spec = { ...service.spec, ports: [{ port: 81, protocol: 'TCP' }] };
    });
    await cluster.pass(5000);
    expect((await cluster.client.list(endpointSlices)).items).toHaveLength(1);
  });

  it('own publishes Services without selector that carry the annotation, and no others', async () => {
    await using cluster = makeCluster();
    await cluster.create(services, web({}, { app: 'web' }));
    await cluster.create(services, web({ name: 'bare', uid: 'bare-uid' }));
    const annotations = { 'fairlead.dev/selector': 'app=web' };
    await cluster.create(services, web({ name: 'ours', uid: 'our-uid', annotations }));
    await cluster.start(seenAs('own'));
    await cluster.pass(5000);
    const { items } = await cluster.client.list<EndpointSlice>(endpointSlices);
    expect(items.map(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'])).toEqual(['ours']);
  });

  it('run only what one writer may do', () => {
    const all = ['endpoints-controller', 'endpointslice-controller', 'endpointslice-mirroring-controller'];
    expect([...controllersIn('shadow', all)]).toEqual(all.slice(1));
    expect([...controllersIn('own', all)]).toEqual(['endpointslice-controller']);
  });
});

describe('adopt', () => {
  it('CX5 stops writing a Service whose objects somebody else keeps changing, and says so once', async () => {
    await using cluster = makeCluster();
    await cluster.create(services, web({}, { app: 'web' }));
    const { clock, metrics } = cluster;
    await cluster.start((context: ControllerContext) => {
      const find = (): undefined => undefined;
      const events = context.events('fairlead-controllers');
      const guard = new RivalGuard({ find, clock, log: silentLogger, metrics, events });
      const running = startEndpointsController({ ...context, client: guard.guard(context.client) });
      guard.watch(context.informers);
      return running;
    });
    const touch = async (round: number): Promise<void> => {
      const object = await cluster.client.get(endpoints, { namespace: 'ns', name: 'web' });
      object.metadata.labels = { rival: String(round) };
      await cluster.client.update(endpoints, object);
      await cluster.change<Service>(services, 'web', ({ metadata }) => (metadata.labels = { round: String(round) }));
      await cluster.pass(1500);
    };
    for (let round = 0; round < 12; round++) await touch(round);
    const writes = cluster.observed.takeWrites().filter((write) => write.startsWith('PUT'));
    expect(writes.length).toBeLessThanOrEqual(5);
    expect(cluster.events.filter((event) => event.includes('CompetingController'))).toHaveLength(1);
  });

  it('CX5 does not take it for rivalry that slices go with their Services', async () => {
    await using cluster = makeCluster();
    const { client, clock, metrics } = cluster;
    const names = Array.from({ length: 60 }, (_, at) => `web-${at}`);
    const make = (generation: string) =>
      Promise.all(
        // Of two families, hence with two slices each.
        names.map((name) => {
          const { metadata, spec } = web({ name, uid: `${name}-${generation}` }, { app: name }) as Service;
          return client.create<Service>(services, { metadata, spec: { ...spec, ipFamilies: ['IPv4', 'IPv6'] } });
        }),
      );
    await make('first');
    await cluster.start((context: ControllerContext) => {
      const find = (type: ResourceType, { namespace, name }: ObjectKey): KubeObject | undefined =>
        context.informers
          .informers()
          .find((informer) => informer.type === type)
          ?.store.get(`${namespace}/${name}`);
      const events = context.events('fairlead-controllers');
      const guard = new RivalGuard({ find, clock, log: silentLogger, metrics, events });
      const running = startEndpointSliceController({ ...context, client: guard.guard(context.client) });
      guard.watch(context.informers);
      return running;
    });
    await cluster.pass(2000);
    for (const name of names) await client.delete(services, { namespace: 'ns', name });
    await cluster.pass(100);
    // As garbage collection does.
    for (const { metadata } of (await client.list<EndpointSlice>(endpointSlices)).items)
      await client.delete(endpointSlices, { namespace: 'ns', name: metadata.name ?? '' });
    await cluster.pass(100);
    await make('second');
    await cluster.pass(5000);
    expect((await client.list(endpointSlices)).items).toHaveLength(120);
    expect(cluster.events).toEqual([]);
  });

  it('CX6 sees that upstream wrote last, within five minutes', () => {
    const now = Date.parse('2026-01-01T00:10:00Z');
    const object = (manager: string, time: string): KubeObject => ({
      kind: 'Endpoints',
      metadata: { namespace: 'ns', name: manager, managedFields: [{ manager, time, operation: 'Update' }] },
    });
    const recent = object('kube-controller-manager', '2026-01-01T00:09:00Z');
    expect(upstreamActivity([recent], now)).toEqual({ object: 'Endpoints ns/kube-controller-manager', ageSeconds: 60 });
    expect(upstreamActivity([object('kube-controller-manager', '2026-01-01T00:04:00Z')], now)).toBeUndefined();
    expect(upstreamActivity([object('fairlead', '2026-01-01T00:09:00Z')], now)).toBeUndefined();
  });

  it('needs no right to write in order to observe', () => {
    const controllers = new Set([
      'endpoints-controller',
      'endpointslice-controller',
      'endpointslice-mirroring-controller',
    ]);
    const verbs = permissionsOf({ mode: 'observe', controllers }).flatMap((permission) => permission.verbs);
    expect(new Set(verbs)).toEqual(new Set(['list', 'watch']));
  });
});
