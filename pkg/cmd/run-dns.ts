/** `fairlead dns`: informers of a cluster feed the DNS server. */
import { systemClock } from '../clock/index.ts';
import { parseDuration } from '../config/index.ts';
import { startDnsServer, type DnsServer, type DnsSource } from '../dns/server/index.ts';
import { InformerFactory } from '../informer/index.ts';
import { createLogger, type Logger } from '../logging/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import { openConnection } from './ask-cluster.ts';
import { ConfigError } from './config-error.ts';
import type { DnsFlags } from './dns.ts';
import { dnsSource } from './dns-source.ts';

/** Serves until the signal aborts. `onServing` and `log` are there for tests. */
export async function runDns(
  flags: DnsFlags,
  signal: AbortSignal,
  onServing?: (server: DnsServer) => void,
  log: Logger = createLogger({ verbosity: flags.v, format: flags.loggingFormat }),
): Promise<void> {
  const lameduckMs = parseDuration(flags.lameduck);
  const metrics = new MetricRegistry();
  await using cluster = await openConnection(flags, { log, metrics });
  const client = cluster.client({ component: 'dns' });
  const informers = new InformerFactory({ client, clock: systemClock, log, metrics });
  const source = dnsSource(informers, { pods: flags.pods === 'verified', alone: true });
  const life = new AbortController();
  const running = informers.run(life.signal);
  try {
    const loop = Promise.withResolvers<ConfigError>();
    const onLoop = (): void =>
      loop.resolve(new ConfigError(`--forward ${flags.forward?.join()} leads back to this server`));
    const server = await serve(flags, source, log, metrics, onLoop);
    onServing?.(server);
    const problem = await Promise.race([aborted(signal), loop.promise]);
    await server.close({ lameduckMs: problem === undefined ? lameduckMs : 0 });
    if (problem !== undefined) throw problem;
  } finally {
    life.abort();
    await running;
  }
}

async function serve(
  flags: DnsFlags,
  source: DnsSource,
  log: Logger,
  metrics: MetricRegistry,
  onLoop: () => void,
): Promise<DnsServer> {
  const {
    port,
    bindAddress,
    clusterDomain,
    pods,
    ttl,
    forward = [],
    workers,
    healthPort,
    readyPort,
    metricsPort,
  } = flags;
  try {
    return await startDnsServer({
      source,
      port,
      zones: clusterDomain,
      podMode: pods,
      ttlSeconds: ttl,
      workers,
      onLoop,
      healthPort,
      readyPort,
      metricsPort,
      log,
      metrics,
      ...(forward.length === 0 ? {} : { forward: { upstreams: forward } }),
      ...(bindAddress === undefined ? {} : { addresses: bindAddress }),
    });
  } catch (error) {
    throw inWords(error);
  }
}

/** Ports that cannot be had and options out of range are the user's to mend. */
function inWords(error: unknown): unknown {
  if (error instanceof RangeError) return new ConfigError(error.message, { cause: error });
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'open') return new ConfigError(`--forward: ${(error as Error).message}`, { cause: error });
  const mendable = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'];
  if (code === undefined || !mendable.includes(code)) return error;
  return new ConfigError(`cluster DNS cannot listen: ${(error as Error).message}`, { cause: error });
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
