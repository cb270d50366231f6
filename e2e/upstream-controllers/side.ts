/** An API server with one set of controllers: the built-in ones or ours. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTarget, type Target } from '../clients/target.ts';
import { startControllerManager } from '../controller-manager.ts';
import { startOurControllers } from '../our-controllers.ts';
import type { Operation } from './operation.ts';
import { Queues } from './quiet.ts';
import { perform, Uids, type Send } from './send.ts';
import { sentinel } from './sentinel.ts';
import { statesOf, type EndpointsObject, type NamespaceState, type Slice } from './state.ts';

export interface Side extends AsyncDisposable {
  readonly name: 'ours' | 'theirs';
  readonly send: Send;
  perform(operation: Operation): Promise<number>;
  /** Everything that was done so far has been seen and acted upon. */
  settle(): Promise<void>;
  states(namespaces: readonly string[]): Promise<Map<string, NamespaceState>>;
  /** What the controllers asked to be written since the last call: `POST endpointslices`, by namespace. */
  writes(): Promise<Map<string, string[]>>;
}

export interface SideOptions {
  readonly maxEndpointsPerSlice: number;
}

/** Neither may wait for its own rate limiter. */
const unthrottled = ['--kube-api-qps=2000', '--kube-api-burst=4000'];
const serverFlags = ['--service-cluster-ip-range=10.96.0.0/12,fd00:96::/108'];

export async function startSide(name: Side['name'], options: SideOptions): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-controllers-'));
  const target = await startTarget({ flags: serverFlags });
  const flags = [...unthrottled, `--max-endpoints-per-slice=${options.maxEndpointsPerSlice}`];
  const controllers = await (name === 'ours' ? startOurs : startTheirs)(target, folder, flags);
  const queues = new Queues(controllers.metricsUrl);
  const uids = new Uids();
  const { rest } = target;
  const send: Send = (method, path, body = {}) => {
    if (method === 'GET') return rest.get(path);
    if (method === 'DELETE') return rest.delete(path);
    return method === 'POST' ? rest.post(path, body) : rest.patch(path, body);
  };
  const list = async <T>(path: string): Promise<T[]> =>
    ((await rest.get(path)).body as unknown as { items: T[] }).items;
  const touchSentinel = await sentinel(send);
  return {
    name,
    send,
    perform: (operation) => perform(send, uids, operation),
    settle: async () => {
      await touchSentinel();
      await queues.untilQuiet();
    },
    states: async (namespaces) =>
      statesOf(
        uids,
        namespaces,
        await list<EndpointsObject>('/api/v1/endpoints'),
        await list<Slice>('/apis/discovery.k8s.io/v1/endpointslices'),
      ),
    writes: async () => {
      const all = await target.accesses(controllers.userAgent);
      const told = all.flatMap(({ method, uri }) => {
        const [, namespace, resource] = /\/namespaces\/([^/]+)\/(endpoints|endpointslices)\b/.exec(uri) ?? [];
        return method === 'GET' || namespace === undefined ? [] : [{ namespace, write: `${method} ${resource}` }];
      });
      const byNamespace = Map.groupBy(told, ({ namespace }) => namespace);
      return new Map([...byNamespace].map(([namespace, list]) => [namespace, list.map(({ write }) => write)]));
    },
    [Symbol.asyncDispose]: async () => {
      await queues.close();
      await controllers[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Controllers extends AsyncDisposable {
  readonly metricsUrl: string;
  readonly userAgent: RegExp;
}

async function startTheirs({ kubeconfig }: Target, folder: string, flags: readonly string[]): Promise<Controllers> {
  const manager = await startControllerManager({
    kubeconfig,
    folder,
    controllers: ['endpoints', 'endpointslice', 'endpointslice-mirroring'],
    flags: [...flags, '--authorization-always-allow-paths=/healthz,/metrics'],
  });
  return {
    metricsUrl: `${manager.url}/metrics`,
    userAgent: /^kube-controller-manager.*endpoint/,
    [Symbol.asyncDispose]: () => manager[Symbol.asyncDispose](),
  };
}

async function startOurs({ kubeconfig }: Target, _: string, flags: readonly string[]): Promise<Controllers> {
  // CX5: the stories lay hands on what controllers write, as often as a rival would.
  const controllers = await startOurControllers(kubeconfig, [...flags, '--competing-changes-limit=0']);
  return {
    metricsUrl: controllers.metricsUrl,
    userAgent: /^fairlead\/.* controllers$/,
    [Symbol.asyncDispose]: () => controllers[Symbol.asyncDispose](),
  };
}
