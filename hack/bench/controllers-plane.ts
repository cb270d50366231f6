/** The real API server with Services and Pods, brought back to the same state before each run. */
import { Agent } from 'undici';
import { adminToken, startRealControlPlane } from '../../e2e/peers.ts';
import { eventually } from '../../e2e/rest.ts';
import { worldOf, type BenchPod, type World } from './controllers-world.ts';
import { WrittenWatch } from './controllers-watch.ts';
import { deleteFromEtcd, putIntoEtcd } from './etcd.ts';
import { Session } from './session.ts';

const slicesPath = '/apis/discovery.k8s.io/v1/endpointslices';
const podsPath = '/api/v1/pods';

export interface Plane extends AsyncDisposable {
  readonly connection: { readonly kubeconfig: string; readonly folder: string };
  readonly world: World;
  /** No slice, no Endpoints, every Pod ready. */
  reset(): Promise<void>;
  watch(): Promise<WrittenWatch>;
  /** Creates, updates and deletions of Endpoints and slices so far, by the server's own count. */
  writes(): Promise<number>;
  makeUnready(pod: BenchPod): Promise<void>;
}

export async function startPlane(services: number): Promise<Plane> {
  const real = await startRealControlPlane({ serviceCidr: '10.96.0.0/12', flags: ['--max-requests-inflight=2000'] });
  const target = { url: real.url, ca: real.identity.ca.cert, token: adminToken };
  const agent = new Agent({ connect: { ca: target.ca }, allowH2: false, connections: 16 });
  const session = new Session(target, agent);
  const world = worldOf(services);
  const changed = new Set<BenchPod>();
  for (const name of world.namespaces) {
    const body = { kind: 'Namespace', apiVersion: 'v1', metadata: { name } };
    await session.send('POST', '/api/v1/namespaces', JSON.stringify(body), 201);
  }
  await putIntoEtcd(real.etcd, [...world.nodes, ...world.services, ...world.pods.map(({ entry }) => entry)]);
  const count = async (path: string): Promise<number> => {
    const text = await session.send('GET', `${path}?limit=1`, undefined, 200);
    const { items, metadata } = JSON.parse(text) as { items: unknown[]; metadata: { remainingItemCount?: number } };
    return items.length + (metadata.remainingItemCount ?? 0);
  };
  const until = (path: string, wanted: number) =>
    eventually(`${wanted} objects at ${path}`, async () => ((await count(path)) === wanted ? true : undefined), 120);
  await until(podsPath, world.pods.length);
  return {
    connection: real,
    world,
    reset: async () => {
      await deleteFromEtcd(real.etcd, '/registry/endpointslices/');
      await deleteFromEtcd(real.etcd, '/registry/services/endpoints/');
      const before = Array.from(changed, ({ entry }) => entry);
      await putIntoEtcd(real.etcd, before);
      changed.clear();
      await until(slicesPath, 0);
      await until('/api/v1/endpoints', 0);
    },
    watch: async () => {
      const watch = new WrittenWatch(target);
      await watch.open();
      return watch;
    },
    writes: async () => {
      const text = await session.send('GET', '/metrics', undefined, 200);
      const lines = text.split('\n').filter((line) => line.startsWith('apiserver_request_total{'));
      const ours = lines.filter(
        (line) => /resource="endpoint(s|slices)"/.test(line) && /verb="(?!LIST|GET|WATCH)/.test(line),
      );
      return ours.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
    makeUnready: async (pod) => {
      changed.add(pod);
      const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: new Date().toISOString() }];
      const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/status`;
      const type = 'application/strategic-merge-patch+json';
      await session.send('PATCH', path, JSON.stringify({ status: { conditions } }), 200, type);
    },
    [Symbol.asyncDispose]: async () => {
      await agent.destroy();
      await real[Symbol.asyncDispose]();
    },
  };
}
