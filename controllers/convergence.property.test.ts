/**
 * All three controllers on one server, and everything that can happen to them: pods and Nodes come and go, Services
 * change their minds, others delete and edit slices, watches lag, requests are refused. However it went, once it is
 * quiet the server holds what the planners would have it hold, and nobody writes any more.
 */
import { describe, it } from '@jest/globals';
import * as fc from 'fast-check';
import { endpoints, endpointSlices, nodes, pods, services } from '../pkg/api/resources.ts';
import type { ResourceType } from '../pkg/api/resources.ts';
import { failure, modifiedConflict } from '../pkg/api/status.ts';
import type { EndpointSlice, KubeObject, Service } from '../pkg/api/types.ts';
import { runs } from '../pkg/testing/build/arbitrary.ts';
import { expectAtRest } from '../pkg/testing/build/at-rest.ts';
import type { TestCluster } from '../pkg/testing/build/cluster.ts';
import { grounds } from '../pkg/testing/build/grounds.ts';
import { expectSame } from '../pkg/testing/build/expect-same.ts';
import { ipv4, ipv6, node, pod, service } from '../pkg/testing/build/objects.ts';
import { startEndpointsController } from './endpoints/index.ts';
import { startEndpointSliceController } from './endpointslice/index.ts';
import { startEndpointSliceMirroringController } from './endpointslicemirroring/index.ts';

type Happening = (cluster: TestCluster) => Promise<unknown>;

const maxEndpointsPerSlice = 2;
const collections = [services, pods, nodes, endpoints, endpointSlices] as const;

const all = async <T>(cluster: TestCluster, type: ResourceType): Promise<T[]> =>
  (await cluster.client.list<T>(type)).items;

/** What is not there cannot be changed, and what is there cannot be created: then nothing happens. */
const perhaps =
  (happening: Happening): Happening =>
  (cluster) =>
    happening(cluster).catch(() => undefined);

const change = (type: ResourceType, name: string, edit: (object: KubeObject) => void): Happening =>
  perhaps((cluster) => cluster.change(type, name, edit));

const setReady = (name: string, status: string): Happening =>
  change(pods, name, (object) => Object.assign(object['status'] ?? {}, { conditions: [{ type: 'Ready', status }] }));

const podHappens = fc.record({ at: fc.nat(5), kind: fc.nat(5) }).map(({ at, kind }): [string, Happening] => {
  const name = `p${at}`;
  const ready = (status: string) => setReady(name, status);
  const fresh = pod({ name, ips: [ipv4(at + 1), ipv6(at + 1)], node: `n${at % 3}`, ready: kind !== 1 });
  const happenings: [string, Happening][] = [
    ['create', perhaps((cluster) => cluster.create(pods, fresh))],
    ['create unready', perhaps((cluster) => cluster.create(pods, fresh))],
    ['delete', perhaps((cluster) => cluster.client.delete(pods, { namespace: 'ns', name }))],
    ['ready', ready('True')],
    ['unready', ready('False')],
    [
      'label',
      change(
        pods,
        name,
        ({ metadata }) => void (metadata.labels = { app: metadata.labels?.['app'] === 'web' ? 'other' : 'web' }),
      ),
    ],
  ];
  const [what, happening] = happenings[kind] ?? ['nothing', async () => {}];
  return [`${what} pod ${name}`, happening];
});

const nodeHappens = fc.record({ at: fc.nat(2), kind: fc.nat(2) }).map(({ at, kind }): [string, Happening] => {
  const name = `n${at}`;
  const zone = 'abc'[at] ?? '';
  const happenings: [string, Happening][] = [
    ['create', perhaps((cluster) => cluster.create(nodes, node({ name, zone })))],
    [
      'move',
      change(nodes, name, ({ metadata }) => void (metadata.labels = { 'topology.kubernetes.io/zone': 'moved' })),
    ],
    ['make again', perhaps((cluster) => cluster.create(nodes, node({ name, zone })))],
  ];
  const [what, happening] = happenings[kind] ?? ['nothing', async () => {}];
  return [`${what} node ${name}`, happening];
});

const serviceHappens = fc
  .record({ at: fc.nat(1), kind: fc.nat(7), uid: fc.nat(1000) })
  .map(({ at, kind, uid }): [string, Happening] => {
    const name = at === 0 ? 'svc' : 'other';
    const clusterIP = `10.96.0.${at + 10}`;
    const dualStack = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' };
    const edit = (spec: Partial<NonNullable<Service['spec']>>): Happening =>
      change(services, name, (object) => Object.assign(object['spec'] ?? {}, spec));
    const happenings: [string, Happening][] = [
      [
        'create',
        perhaps((cluster) => cluster.create(services, service({ name, uid: `uid-${uid}`, spec: { clusterIP } }))),
      ],
      [
        'create dual-stack',
        perhaps((cluster) =>
          cluster.create(services, service({ name, uid: `uid-${uid}`, spec: { clusterIP, ...dualStack } })),
        ),
      ],
      ['delete', perhaps((cluster) => cluster.client.delete(services, { namespace: 'ns', name }))],
      ['move port of', edit({ ports: [{ name: 'http', port: 80, targetPort: 8000 + (uid % 3), protocol: 'TCP' }] })],
      ['take selector of', edit({ selector: null as never })],
      ['give selector to', edit({ selector: { app: uid % 2 === 0 ? 'web' : 'other' } })],
      ['label', change(services, name, ({ metadata }) => void (metadata.labels = { v: String(uid % 3) }))],
      ['hint', edit({ trafficDistribution: uid % 2 === 0 ? 'PreferClose' : 'PreferSameNode' })],
    ];
    const [what, happening] = happenings[kind] ?? ['nothing', async () => {}];
    return [`${what} service ${name}`, happening];
  });

/** Somebody else lays hands on the slice or Endpoints object at that place. */
const others = fc.record({ at: fc.nat(3), kind: fc.nat(5) }).map(({ at, kind }): [string, Happening] => {
  const slice = (act: (cluster: TestCluster, name: string) => Promise<unknown>): Happening =>
    perhaps(async (cluster) => {
      const found = (await all<EndpointSlice>(cluster, endpointSlices))[at];
      if (found !== undefined) await act(cluster, found.metadata.name ?? '');
    });
  const edited = (edit: (object: EndpointSlice) => void) =>
    slice((cluster, name) => cluster.change<EndpointSlice>(endpointSlices, name, edit));
  const happenings: [string, Happening][] = [
    ['delete slice', slice((cluster, name) => cluster.client.delete(endpointSlices, { namespace: 'ns', name }))],
    ['empty slice', edited((object) => void (object.endpoints = []))],
    [
      'hijack slice',
      edited(
        ({ metadata }) =>
          void (metadata.labels = { ...metadata.labels, 'endpointslice.kubernetes.io/managed-by': 'x' }),
      ),
    ],
    [
      'move slice',
      edited(({ metadata }) => void (metadata.labels = { ...metadata.labels, 'kubernetes.io/service-name': 'other' })),
    ],
    ['hold slice', edited(({ metadata }) => void (metadata.finalizers = ['example.com/hold']))],
    [
      'delete endpoints',
      perhaps((cluster) => cluster.client.delete(endpoints, { namespace: 'ns', name: at % 2 === 0 ? 'svc' : 'other' })),
    ],
  ];
  const [what, happening] = happenings[kind] ?? ['nothing', async () => {}];
  return [`${what} ${at}`, happening];
});

/** A pod turns and turns back while the cache of what we write stands still. */
const blink =
  (type: ResourceType): Happening =>
  async (cluster) => {
    cluster.observed.hold(type);
    for (const status of ['False', 'True']) await setReady('p0', status)(cluster);
    cluster.observed.release(type);
  };

const trouble = fc.record({ at: fc.nat(4), kind: fc.nat(4) }).map(({ at, kind }): [string, Happening] => {
  const type = collections[at] ?? pods;
  const written = at % 2 === 0 ? endpointSlices : endpoints;
  const happenings: [string, Happening][] = [
    [`hold ${type.resource}`, async ({ observed }) => observed.hold(type)],
    [`release ${type.resource}`, async ({ observed }) => observed.release(type)],
    [
      `refuse ${written.resource}`,
      async ({ observed }) => observed.refuse('PUT', written, failure(500, 'InternalError', 'no')),
    ],
    [
      `conflict ${written.resource}`,
      async ({ observed }) => observed.refuse('POST', written, modifiedConflict(written, 'x'), 2),
    ],
  ];
  return happenings[kind] ?? [`blink ${written.resource}`, blink(written)];
});

const time = fc
  .constantFrom(0, 10, 1000, 70_000)
  .map((ms): [string, Happening] => [`pass ${ms}`, (cluster) => cluster.pass(ms)]);

const happening = fc.oneof(
  { weight: 4, arbitrary: podHappens },
  { weight: 3, arbitrary: serviceHappens },
  { weight: 2, arbitrary: others },
  { weight: 2, arbitrary: trouble },
  { weight: 1, arbitrary: nodeHappens },
  { weight: 2, arbitrary: time },
);

async function play(make: () => Promise<TestCluster>, story: readonly [string, Happening][]): Promise<void> {
  await using cluster = await make();
  for (const at of [0, 1]) await cluster.create(nodes, node({ name: `n${at}`, zone: 'ab'[at] ?? '' }));
  for (const at of [0, 1, 2]) {
    await cluster.create(pods, pod({ name: `p${at}`, ips: [ipv4(at + 1), ipv6(at + 1)], node: `n${at % 2}` }));
  }
  await cluster.create(services, service());
  await cluster.start(startEndpointsController);
  await cluster.start(startEndpointSliceController, { maxEndpointsPerSlice });
  await cluster.start(startEndpointSliceMirroringController);
  for (const [, happens] of story) await happens(cluster);
  for (const type of collections) cluster.observed.release(type);
  // Pods whose Node never comes are tried again and again, and that is no write.
  await cluster.pass(20 * 60_000);
  cluster.observed.takeWrites();
  await cluster.pass(20 * 60_000);
  expectSame(cluster.observed.takeWrites(), []);
  await expectAtRest(cluster, maxEndpointsPerSlice);
}

describe.each(grounds)('the endpoint controllers together on %s', (name, make) => {
  // The real server takes ten times as long.
  const stories = name === 'the API server' ? 8 : 100;

  it('end up where the planners want them, whatever happens on the way', async () => {
    const property = fc.asyncProperty(fc.array(happening, { maxLength: 25 }), (story) => play(make, story));
    await fc.assert(property, runs(stories));
  }, 60_000);
});
