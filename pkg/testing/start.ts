/**
 * A private cluster in this process: `await start()`, use it, `await cluster.stop()`. Nothing is global, nothing is
 * written to disk but the kubeconfig that was asked for, and many can run side by side.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adminKubeconfig,
  inProcessTransport,
  startApiServer,
  writePrivateFile,
  type ApiServer,
} from '../apiserver/index.ts';
import type { KubeObject } from '../api/types.ts';
import { RestClient, type Client } from '../client/index.ts';
import { systemClock, type Clock } from '../clock/index.ts';
import { startControllers, type Controllers } from '../cmd/start-controllers.ts';
import { silentLogger } from '../logging/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import { MemoryStore } from '../storage/memory/index.ts';
import { installDefinitions } from './install-definitions.ts';
import { createAll } from './create-all.ts';
import { FaultPlan, type Faults } from './faults.ts';
import { resetTo, takeSnapshot, type Snapshot } from './snapshot.ts';
import { Story } from './story.ts';

export interface StartOptions {
  /** Run the controllers of Services and workloads. Default true. */
  readonly controllers?: boolean;
  /** So many simulated nodes, which pretend to run Pods; needs the controllers. Default false: no nodes. */
  readonly nodes?: number | false;
  /** Ranges for cluster IPs, primary family first. Default 10.96.0.0/16. */
  readonly serviceCIDRs?: readonly string[];
  /** Default 30000-32767. */
  readonly nodePortRange?: string;
  /** Default the machine's. With a virtual clock the test moves time. */
  readonly clock?: Clock;
  /** CustomResourceDefinitions, as objects or as paths of YAML or JSON files: served before `start` resolves. */
  readonly crds?: readonly (KubeObject | string)[];
  /** Created, in this order, before `start` resolves. Objects of the `crds` may be among them. */
  readonly objects?: readonly KubeObject[];
}

export interface Cluster extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** Of an administrator, as text. */
  readonly kubeconfig: string;
  /** The same in a file that goes with the cluster. */
  readonly kubeconfigPath: string;
  /** Calls the server directly, as an administrator. */
  readonly client: Client;
  /** Resolves when controllers and server have nothing left to do. */
  settled(): Promise<void>;
  /** Makes requests fail, wait or conflict, cuts watches, lets versions expire. */
  readonly faults: Faults;
  /** All objects as they are now; costs nothing until something changes. */
  snapshot(): Snapshot;
  /** Back to a snapshot, by default to what `start` left. Watchers see the changes; orders for faults are forgotten. */
  reset(to?: Snapshot): Promise<void>;
  /** What was asked of the cluster, and what it answered, line by line since `start` or the last `reset`. */
  story(): string;
  /** Runs a test's body; when it fails, the error tells the story of it. */
  withStory<T>(body: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export async function start(options: StartOptions = {}): Promise<Cluster> {
  const clock = options.clock ?? systemClock;
  await using starting = new AsyncDisposableStack();
  const troubles: unknown[] = [];
  const story = new Story(clock);
  let revision = (): number => 0;
  const faults = new FaultPlan(
    clock,
    () => revision(),
    (what) => story.tell(what),
  );
  const store = starting.adopt(new MemoryStore({ clock }), (one) => one.close());
  const server = await startApiServer({
    store,
    clock,
    listen: { host: '127.0.0.1', port: 0 },
    serviceCidrs: options.serviceCIDRs ?? ['10.96.0.0/16'],
    nodePortRange: options.nodePortRange ?? '30000-32767',
    clusterDomain: 'cluster.local',
    tokens: [],
    endpointSliceV1beta1: false,
    lifecycle: true,
    observe: story.observe,
    intercept: faults.intercept,
    onPanic: (error) => troubles.push(error),
    onError: (error) => troubles.push(error),
  });
  starting.defer(() => server.stop());
  revision = () => server.core.feed.revision;
  const life = new AbortController();
  const client = clientAs(server, 'kubernetes-admin', clock);
  const controlling = options.controllers === false ? undefined : control(server, clock, life.signal, options);
  starting.defer(async () => {
    life.abort();
    await controlling?.stopped;
  });
  await controlling?.started;
  await installDefinitions(server, client, options.crds ?? []);
  await createAll(server.core.registry, client, options.objects ?? []);
  const kubeconfig = adminKubeconfig(server.url, server.identity);
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-'));
  starting.defer(() => rmSync(folder, { recursive: true, force: true }));
  const kubeconfigPath = join(folder, 'kubeconfig');
  writePrivateFile(kubeconfigPath, kubeconfig);
  // What the server adds by itself, such as the certificate in every namespace, belongs to the beginning.
  while (!server.idle) await new Promise((resolve) => setImmediate(resolve));
  const first = takeSnapshot(server);
  let told = story.length;
  const owned = starting.move();
  const stop = async (): Promise<void> => {
    await owned.disposeAsync();
    const [trouble] = troubles;
    if (trouble !== undefined) throw trouble;
  };
  return {
    url: server.url,
    kubeconfig,
    kubeconfigPath,
    client,
    settled: () => settled(server, controlling),
    faults,
    snapshot: () => takeSnapshot(server),
    reset: async (to = first) => {
      faults.clear();
      await resetTo(server, store, to);
      told = story.length;
    },
    story: () => story.text(told),
    withStory: (body) => narrated(body, () => story.text(told)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function narrated<T>(body: () => Promise<T>, story: () => string): Promise<T> {
  try {
    return await body();
  } catch (error) {
    const text = `What happened in the cluster:\n${story()}`;
    // Changed in place, so that it stays the runner's own kind of error, stack and difference included.
    if (typeof error === 'object' && error !== null && 'message' in error) {
      error.message = `${String(error.message)}\n\n${text}`;
    }
    throw error;
  }
}

function clientAs(server: ApiServer, username: string, clock: Clock): RestClient {
  const transport = inProcessTransport(server.handle, { username, groups: ['system:masters'] });
  return new RestClient({ transport, clock, userAgent: username });
}

interface Controlling extends Controllers {
  readonly stopped: Promise<void>;
}

function control(server: ApiServer, clock: Clock, signal: AbortSignal, { nodes = false }: StartOptions): Controlling {
  const controllers = startControllers({
    client: clientAs(server, 'system:kube-controller-manager', clock),
    clock,
    log: silentLogger,
    metrics: new MetricRegistry(),
    signal,
    ...(nodes === false ? {} : { nodes: { count: nodes } }),
  });
  return { ...controllers, stopped: controllers.run() };
}

/** How many turns of the event loop in a row everything must have been at rest: a change takes some to travel. */
const quietTurns = 20;
/** Work that is due later than this is not waited for. */
const horizonMs = 2_000;

async function settled(server: ApiServer, controlling: Controlling | undefined): Promise<void> {
  let quiet = 0;
  let seen = -1;
  while (quiet < quietTurns) {
    await new Promise((resolve) => setImmediate(resolve));
    const revision = server.core.feed.revision;
    const resting = server.idle && (controlling === undefined || controlling.isSettled(horizonMs));
    quiet = resting && revision === seen ? quiet + 1 : 0;
    seen = revision;
  }
}
