/** The same on the real API server in this process, with everything it checks and adds. */
import { inProcessTransport, startApiServer, type ApiServer } from '../../apiserver/index.ts';
import { namespaces, serviceAccounts } from '../../api/resources.ts';
import type { ResourceType } from '../../api/resources.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Client, WriteOptions } from '../../client/index.ts';
import { RestClient } from '../../client/index.ts';
import { VirtualClock } from '../../clock/index.ts';
import { MemoryStore } from '../../storage/memory/index.ts';
import type { TestCluster } from './cluster.ts';
import { clusterOn } from './cluster.ts';

/** Turns of the event loop in which nothing may happen before it is quiet: a change takes some to travel. */
const quietTurns = 12;

export async function makeServerCluster(): Promise<TestCluster> {
  const clock = new VirtualClock();
  const store = new MemoryStore({ clock });
  const server = await startApiServer({
    store,
    clock,
    serviceCidrs: ['10.96.0.0/16', 'fd00:96::/112'],
    nodePortRange: '30000-32767',
    clusterDomain: 'cluster.local',
    tokens: [],
    endpointSliceV1beta1: false,
    lifecycle: false,
    onPanic: (error) => {
      throw error;
    },
    onError: (error) => {
      throw error;
    },
  });
  const transport = inProcessTransport(server.handle, { username: 'test', groups: ['system:masters'] });
  const client = new RestClient({ transport, clock });
  const pass = passingOn(server, clock);
  const stop = async (): Promise<void> => {
    await server.stop();
    await store.close();
  };
  await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns' } });
  // Pods belong to one; without the server's own controllers nobody makes it.
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'ns' } };
  await client.create(serviceAccounts, account);
  return clusterOn({ client: obliging(client), clock, pass, stop });
}

/** Lets virtual time pass until nothing happens in the server, nor in whoever watches it. */
export function passingOn(server: ApiServer, clock: VirtualClock): (ms: number) => Promise<void> {
  const quiet = async (): Promise<void> => {
    for (let turn = 0, seen = -1; turn < quietTurns; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (server.core.feed.revision !== seen || !server.idle) turn = 0;
      seen = server.core.feed.revision;
    }
  };
  return async (ms) => {
    const end = clock.now() + ms;
    await quiet();
    for (let due = clock.nextDue(); due !== undefined && due <= end; due = clock.nextDue()) {
      await clock.advance(due - clock.now());
      await quiet();
    }
    await clock.advance(end - clock.now());
    await quiet();
  };
}

/** Objects of tests are short: what a server insists on is filled in, and status is written where it belongs. */
function obliging(client: Client): Client {
  const withStatus = async <T extends KubeObject>(type: ResourceType, object: T, saved: T): Promise<T> =>
    object['status'] === undefined
      ? saved
      : client.update(type, { ...saved, status: object['status'] }, { subresource: 'status' });
  return {
    get: (type, key, options) => client.get(type, key, options),
    list: (type, options) => client.list(type, options),
    watch: (type, options) => client.watch(type, options),
    patch: (type, key, patchType, patch, options) => client.patch(type, key, patchType, patch, options),
    raw: (method, path, body) => client.raw(method, path, body),
    delete: (type, key, options) => client.delete(type, key, { gracePeriodSeconds: 0, ...options }),
    async create<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
      const { uid: _, resourceVersion: __, generation: ___, ...metadata } = object.metadata;
      return withStatus(type, object, await client.create(type, { ...withImages(object), metadata }, options));
    },
    async update<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
      return withStatus(type, object, await client.update(type, object, options));
    },
  };
}

function withImages<T extends KubeObject>(object: T): T {
  if (!('spec' in object) || typeof object.spec !== 'object' || object.spec === null) return object;
  if (!('containers' in object.spec)) return object;
  const { initContainers: _, containers, ...spec } = object.spec as { containers: object[]; initContainers?: object[] };
  return {
    ...object,
    spec: { ...spec, containers: containers.map((each) => ({ image: 'example.com/image', ...each })) },
  };
}
