/** A local cluster: every part of the Service system in this process, talking to each other without sockets. */
import { join } from 'node:path';
import { loadBalancerPools } from '../../controllers/loadbalancer/index.ts';
import { inProcessTransport, startApiServer, type ApiServer } from '../apiserver/index.ts';
import { RestClient, type Client, type Transport } from '../client/index.ts';
import { systemClock } from '../clock/index.ts';
import { startDnsServer, type DnsServer } from '../dns/server/index.ts';
import type { InformerFactory } from '../informer/index.ts';
import { createLogger, type Logger } from '../logging/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import { startUserspaceProxy, type Route, type UserspaceProxy } from '../proxy/userspace/index.ts';
import type { Store } from '../storage/index.ts';
import { dnsSource } from './dns-source.ts';
import { viewOf, type ViewSource } from './cluster-view.ts';
import { claimLoopback, type Loopback } from './loopback.ts';
import { makeDataDir } from './given-files.ts';
import { podWorld } from './pod-world.ts';
import { SimulatedRuntime } from '../nodes/index.ts';
import { openStore } from './open-store.ts';
import { proxySource } from './proxy-source.ts';
import { explainStartProblem, refuseDamagedIdentity } from './serve-apiserver.ts';
import { startControllers } from './start-controllers.ts';
import type { UpFlags } from './up.ts';

/** The node whose proxy this process is. */
const nodeName = 'node-0';
const administrator = { username: 'system:kube-controller-manager', groups: ['system:masters'] };
/** This machine as Pods see it: an address that nobody routes, found on loopback. */
const thisMachine = '192.0.0.1';
/** Long enough to be seen. */
const startMs = 200;

export interface LocalClusterOptions extends UpFlags {
  /** Told all doors after each change of any. */
  readonly onRoutes?: (routes: readonly Route[]) => void;
}

export interface LocalCluster extends AsyncDisposable {
  readonly server: ApiServer;
  /** As an administrator. */
  readonly client: Client;
  readonly transport: Transport;
  /** What its caches know. */
  readonly source: ViewSource;
  /** Where cluster DNS answers on 127.0.0.1; undefined: nowhere. */
  readonly dnsPort: number | undefined;
  /** Resolves when every listener is closed and the last write is on disk. */
  stop(): Promise<void>;
}

/** Resolves when everything answers and every controller has its caches. */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const dataDir = makeDataDir(options.dataDir);
  refuseDamagedIdentity(join(dataDir, 'pki'));
  await using starting = new AsyncDisposableStack();
  const store = starting.use(await openStore('sqlite', dataDir));
  const log = createLogger({ verbosity: -1 });
  const metrics = new MetricRegistry();
  const runtime = new SimulatedRuntime();
  const server = await startServer(options, dataDir, { store, log, metrics, runtime });
  starting.defer(() => server.stop());
  const loopback = starting.adopt(await claimLoopback(), (one) => one.release());
  const port = Number(new URL(server.url).port);
  loopback.found(thisMachine, port, { host: '127.0.0.1', port });
  const transport = inProcessTransport(server.handle, administrator);
  const client = new RestClient({ transport, clock: systemClock, log, userAgent: 'fairlead' });
  const life = new AbortController();
  const pool = options.loadBalancerPool;
  const controllers = startControllers({
    client,
    clock: systemClock,
    log,
    metrics,
    signal: life.signal,
    ...(pool ? { loadBalancer: { reserved: options.serviceClusterIpRange } } : {}),
    ...(options.nodes === false ? {} : { nodes: { count: options.nodes, startMs, serve: loopback, runtime } }),
  });
  const { informers, wholeInformers } = controllers;
  const source = viewOf({ lean: informers, whole: wholeInformers });
  let routes: readonly Route[] = [];
  const onRoutes = (all: readonly Route[]): void => {
    routes = all;
    options.onRoutes?.(all);
  };
  const proxy = options.proxyMode === 'none' ? undefined : startProxy(informers, loopback, log, onRoutes);
  const dnsStarting = options.dns ? startDns(options, informers, log, metrics) : undefined;
  if (pool) await ensurePool(client, pool);
  const running = controllers.run();
  starting.defer(async () => {
    life.abort();
    await proxy?.stop();
    await (await dnsStarting)?.close({ lameduckMs: 0 });
    await running;
  });
  const [dns] = await Promise.all([dnsStarting, controllers.started]);
  const { clusterDomain } = options;
  runtime.settle(podWorld({ informers, clusterDomain, loopback, dnsPort: dns?.port, routes: () => routes }));
  const owned = starting.move();
  const stop = (): Promise<void> => owned.disposeAsync();
  return { server, client, transport, source, dnsPort: dns?.port, stop, [Symbol.asyncDispose]: stop };
}

/** The first start makes it; afterwards it is the user's, who may change or delete it. */
async function ensurePool(client: Client, addresses: readonly string[]): Promise<void> {
  const { items } = await client.list(loadBalancerPools, { limit: 1 });
  if (items.length > 0) return;
  const pool = {
    apiVersion: 'fairlead.dev/v1',
    kind: 'LoadBalancerPool',
    metadata: { name: 'local' },
    spec: { addresses },
  };
  await client.create(loadBalancerPools, pool);
}

interface ServerParts {
  readonly store: Store;
  readonly log: Logger;
  readonly metrics: MetricRegistry;
  readonly runtime: SimulatedRuntime;
}

async function startServer(
  flags: UpFlags,
  dataDir: string,
  { store, log, metrics, runtime }: ServerParts,
): Promise<ApiServer> {
  try {
    return await startApiServer({
      store,
      clock: systemClock,
      identityDirectory: join(dataDir, 'pki'),
      listen: { host: '127.0.0.1', port: flags.port },
      advertiseAddress: thisMachine,
      serviceCidrs: flags.serviceClusterIpRange,
      nodePortRange: flags.serviceNodePortRange,
      ...(flags.reservedNodePorts === undefined ? {} : { reservedNodePorts: flags.reservedNodePorts }),
      quarantineMs: flags.serviceIpQuarantine,
      clusterDomain: flags.clusterDomain,
      tokens: [],
      endpointSliceV1beta1: false,
      lifecycle: true,
      loadBalancerPools: Array.isArray(flags.loadBalancerPool),
      metrics,
      processMetrics: true,
      pods: runtime,
      onPanic: (err, auditId) => log.error({ err, auditId }, 'A request met a fault of the server'),
      onError: (err) => log.error({ err }, 'Background work failed'),
    });
  } catch (error) {
    throw explainStartProblem(error, { address: '127.0.0.1', port: flags.port });
  }
}

async function startDns(
  { dnsPort, clusterDomain }: UpFlags,
  informers: InformerFactory,
  log: Logger,
  metrics: MetricRegistry,
): Promise<DnsServer> {
  const source = dnsSource(informers, { pods: true, alone: false });
  const at = (port: number): Promise<DnsServer> =>
    startDnsServer({ source, addresses: ['127.0.0.1'], port, zones: [clusterDomain], log, metrics });
  try {
    return await at(dnsPort);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return at(0);
  }
}

function startProxy(
  informers: InformerFactory,
  { reach, aliasOf }: Loopback,
  log: Logger,
  onRoutes: (routes: readonly Route[]) => void,
): UserspaceProxy {
  return startUserspaceProxy({
    source: proxySource(informers, { nodeName, alone: false }),
    nodeName,
    reach,
    aliasOf,
    log: {
      warn: (fields, message) => log.warn({ ...fields }, message),
      debug: (fields, message) => log.debug({ ...fields }, message),
    },
    onRoutes,
  });
}
