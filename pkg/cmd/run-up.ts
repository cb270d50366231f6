/** `fairlead up`: every part of the Service system in this process, talking to each other without sockets. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inProcessTransport, startApiServer, type ApiServer } from '../apiserver/index.ts';
import { RestClient } from '../client/index.ts';
import { systemClock } from '../clock/index.ts';
import { startDnsServer, type DnsServer } from '../dns/server/index.ts';
import type { InformerFactory } from '../informer/index.ts';
import { createLogger, type Logger } from '../logging/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import { startUserspaceProxy, type Route, type UserspaceProxy } from '../proxy/userspace/index.ts';
import type { Store } from '../storage/index.ts';
import { dnsSource } from './dns-source.ts';
import { openStore } from './open-store.ts';
import { proxySource } from './proxy-source.ts';
import { announce, explainStartProblem } from './serve-apiserver.ts';
import { startControllers } from './start-controllers.ts';
import { untilStopped } from './until-stopped.ts';
import type { UpFlags } from './up.ts';

/** The node whose proxy this process is. */
const nodeName = 'node-0';
/** Long enough to be seen. */
const startMs = 200;

export async function runUp(flags: UpFlags): Promise<void> {
  const dataDir = resolve(flags.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  await using store = await openStore('sqlite', dataDir);
  const log = createLogger({ verbosity: -1 });
  const metrics = new MetricRegistry();
  const server = await startServer(flags, dataDir, store, log, metrics);
  const life = new AbortController();
  const client = new RestClient({
    transport: inProcessTransport(server.handle, {
      username: 'system:kube-controller-manager',
      groups: ['system:masters'],
    }),
    clock: systemClock,
    log,
    userAgent: 'fairlead',
  });
  const controllers = startControllers({
    client,
    clock: systemClock,
    log,
    metrics,
    signal: life.signal,
    ...(flags.nodes === false ? {} : { nodes: { count: flags.nodes, startMs, serve: { hostOf: loopbackAlias } } }),
  });
  const proxy = flags.proxyMode === 'none' ? undefined : startProxy(controllers.informers, log);
  const dnsStarting = flags.dns ? startDns(flags, controllers.informers, log, metrics) : undefined;
  const running = controllers.run();
  const [dns] = await Promise.all([dnsStarting, controllers.started]);
  announce(server, join(dataDir, 'kubeconfig'), flags.readyFile);
  if (dns !== undefined)
    console.log(`  DNS         dig @127.0.0.1 -p ${dns.port} kubernetes.default.svc.${flags.clusterDomain}`);
  await untilStopped();
  life.abort();
  await proxy?.stop();
  await dns?.close({ lameduckMs: 0 });
  await running;
  await server.stop();
}

async function startServer(
  flags: UpFlags,
  dataDir: string,
  store: Store,
  log: Logger,
  metrics: MetricRegistry,
): Promise<ApiServer> {
  try {
    return await startApiServer({
      store,
      clock: systemClock,
      identityDirectory: join(dataDir, 'pki'),
      listen: { host: '127.0.0.1', port: flags.port },
      serviceCidrs: flags.serviceClusterIpRange,
      nodePortRange: flags.serviceNodePortRange,
      ...(flags.reservedNodePorts === undefined ? {} : { reservedNodePorts: flags.reservedNodePorts }),
      quarantineMs: flags.serviceIpQuarantine,
      clusterDomain: flags.clusterDomain,
      tokens: [],
      endpointSliceV1beta1: false,
      lifecycle: true,
      metrics,
      processMetrics: true,
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

function startProxy(informers: InformerFactory, log: Logger): UserspaceProxy {
  const told = new Set<string>();
  return startUserspaceProxy({
    source: proxySource(informers, nodeName),
    nodeName,
    hostOf: loopbackAlias,
    log: {
      warn: (fields, message) => log.warn({ ...fields }, message),
      debug: (fields, message) => log.debug({ ...fields }, message),
    },
    onRoutes: (routes) => routes.forEach((route) => tell(route, told)),
  });
}

/** Pods live on loopback here: 10.244.0.5 is found at 127.244.0.5. */
const loopbackAlias = (ip: string): string => (ip.includes(':') ? ip : `127.${ip.slice(ip.indexOf('.') + 1)}`);

/** Each door once: where a Service can be reached from this machine. */
function tell({ namespace, name, destination, listen }: Route, told: Set<string>): void {
  if (listen === undefined) return;
  const line = `  ${namespace}/${name}  ${destination.ip ?? 'node'}:${destination.port} → ${listen.host}:${listen.port}`;
  if (told.has(line)) return;
  told.add(line);
  console.log(line);
}
