/** The kernel modes of `fairlead proxy`: back ends for the families this machine can do, and what follows a sync. */
import { serviceCIDRs as serviceCIDRResource, services } from '../api/resources.ts';
import { isStatusError } from '../api/status.ts';
import type { ServiceCIDR } from '../api/types.ts';
import { systemClock } from '../clock/index.ts';
import {
  isConntrackLiberal,
  ProxyMetrics,
  startKernelProxy,
  whyNoFamily,
  type BackEnd,
  type KernelMode,
  type ServiceHealth,
  type SyncResult,
} from '../proxy/apply/index.ts';
import { parseCidr, selectNodePortAddresses, type Cidr, type Family } from '../proxy/model/index.ts';
import { ConfigError } from './config-error.ts';
import { makeBackEnd } from './proxy-back-ends.ts';
import { cleanUpModes } from './proxy-cleanup.ts';
import { openLoopbackNodePorts } from './proxy-loopback.ts';
import { families, localAddresses } from './proxy-node.ts';
import { proxySource } from './proxy-source.ts';
import type { ProxyContext } from './run-proxy.ts';

export async function runKernelProxy(mode: KernelMode, context: ProxyContext): Promise<number> {
  const { settings, flags, own, run, state, metrics, log, signal, informers } = context;
  const isBrief = flags.dryRun === true || flags.once === true;
  const served = await servedFamilies(mode, context);
  const proxyMetrics = new ProxyMetrics(metrics, mode, systemClock);
  state.onAnswer = (what, status) => proxyMetrics.answered(what, status);
  const ranges = mode === 'nftables' ? await watchServiceCIDRs(context) : { now: () => [], onChange: () => {} };
  const inputs = {
    run,
    own,
    serviceCIDRs: ranges.now,
    counters: mode === 'iptables' ? await accountingObjects(context) : noCounters,
    conntrackLiberal: await isConntrackLiberal(run),
  };
  const backEnds: Partial<Record<Family, BackEnd>> = {};
  for (const family of served) backEnds[family] = makeBackEnd(mode, settings, family, inputs);
  const waiting = new Set<Family>(served);
  const { promise: outcome, resolve: end } = Promise.withResolvers<number>();
  const life = new AbortController();
  const firstSync = (family: Family): void => {
    if (!waiting.delete(family) || waiting.size > 0) return;
    if (isBrief) end(0);
    else void afterFirstSync(mode, context);
  };
  const proxy = startKernelProxy({
    source: proxySource(informers, { nodeName: settings.nodeName, alone: true }),
    nodeName: settings.nodeName,
    nodeLabels: own.node?.metadata.labels ?? {},
    backEnds,
    run,
    nodeAddresses: localAddresses(),
    minSyncPeriodMs: settings.minSyncPeriodMs,
    syncPeriodMs: settings.syncPeriodMs,
    healthPeriodMs: settings.healthPeriodMs,
    ...(mode === 'ipvs' ? { maxIntervalMs: settings.syncPeriodMs } : {}),
    serviceHealth: {
      ...healthHosts(context),
      onListenFailure: (service, error) => tellListenFailure(context, service, error),
    },
    onChange: (kind) => proxyMetrics.changed(kind),
    onQueued: (family) => proxyMetrics.queued(family),
    onSync: (result) => {
      proxyMetrics.synced(result);
      log.change(summary(result), 'Synced rules');
      firstSync(result.family);
    },
    onFailure: (family, error, full) => {
      proxyMetrics.failed(family, full);
      log.error({ family, err: error.message, retryMs: settings.syncPeriodMs }, 'Rules could not be written');
      if (isBrief) end(1);
    },
  });
  const onLoopback = isBrief ? undefined : openLoopbackNodePorts(context);
  state.health = proxy.health;
  ranges.onChange(() => proxy.resync());
  signal.addEventListener('abort', () => end(0), { once: true });
  if (signal.aborted) end(0);
  const running = informers.run(life.signal);
  const status = await outcome;
  await proxy.stop();
  await onLoopback?.stop();
  life.abort();
  await running;
  return status;
}

const noCounters = { invalidDropped: false, localhostAccepted: false };

const summary = ({ family, full, durationMs, flows, rules }: SyncResult): Record<string, unknown> => ({
  family,
  full,
  ms: Math.round(durationMs),
  ...(flows === undefined ? {} : { deletedFlows: flows.deleted }),
  ...(rules === undefined ? {} : { filterRules: rules.filter.total, natRules: rules.nat.total }),
});

/** G56: one family may be missing, unless it is the Node's primary one. */
async function servedFamilies(mode: KernelMode, { run, own, flags, log }: ProxyContext): Promise<Family[]> {
  if (flags.dryRun === true) return [...families];
  const served: Family[] = [];
  for (const family of families) {
    const why = await whyNoFamily(run, mode, family);
    if (why === undefined) served.push(family);
    else if (family === own.primary) throw new ConfigError(`${mode} mode does not work here for ${family}: ${why}`);
    else log.warn({ family, why }, 'No support for this family, going on without it');
  }
  return served;
}

/** I27, I55: rules may count only into what exists (K30). */
async function accountingObjects({ run, flags }: ProxyContext): Promise<typeof noCounters> {
  if (flags.dryRun === true) return noCounters;
  const has = async (name: string): Promise<boolean> => {
    await run('nfacct', ['add', name]);
    return (await run('nfacct', ['get', name])).code === 0;
  };
  return {
    invalidDropped: await has('ct_state_invalid_dropped_pkts'),
    localhostAccepted: await has('localhost_nps_accepted_pkts'),
  };
}

interface Ranges {
  readonly now: () => readonly Cidr[];
  readonly onChange: (call: () => void) => void;
}

/** N31. A cluster from before ServiceCIDRs has none. */
async function watchServiceCIDRs({ client, informers, log, signal }: ProxyContext): Promise<Ranges> {
  const current = new Map<string, readonly Cidr[]>();
  const learn = ({ metadata, spec }: ServiceCIDR): void => {
    const cidrs = (spec?.cidrs ?? []).flatMap((text) => parseCidr(text) ?? []);
    current.set(metadata.name ?? '', metadata.deletionTimestamp === undefined ? cidrs : []);
  };
  const now = (): readonly Cidr[] => {
    const texts = new Map([...current.values()].flat().map((cidr) => [cidr.text, cidr]));
    return [...texts.keys()].sort().flatMap((text) => texts.get(text) ?? []);
  };
  try {
    const { items } = await client.list<ServiceCIDR>(serviceCIDRResource, { signal });
    for (const item of items) learn(item);
  } catch (err) {
    if (!isStatusError(err)) throw err;
    log.info({ why: err.message }, 'No ServiceCIDRs to read: traffic to unallocated cluster IPs is not dropped');
    return { now: () => [], onChange: () => {} };
  }
  const informer = informers.for<ServiceCIDR>(serviceCIDRResource);
  return {
    now,
    onChange: (call) => {
      const changed = (change: () => void): void => {
        const texts = (): string =>
          now()
            .map(({ text }) => text)
            .join();
        const before = texts();
        change();
        if (texts() !== before) call();
      };
      informer.addHandler({
        add: (item) => changed(() => learn(item)),
        update: (_old, item) => changed(() => learn(item)),
        delete: ({ metadata }) => changed(() => current.delete(metadata.name ?? '')),
      });
    },
  };
}

/** A change of mode has no gap: the old rules go when the new ones stand (S94). */
async function afterFirstSync(mode: KernelMode, { run, log }: ProxyContext): Promise<void> {
  for (const { mode: other, family, error } of await cleanUpModes(run, mode))
    log.warn({ mode: other, family, err: error.message }, 'Rules of another mode could not be removed');
}

/** H1. */
function healthHosts({ settings, own }: ProxyContext): { hosts?: readonly string[] } {
  const chosen = families.map((family) =>
    selectNodePortAddresses(settings.nodePortAddresses, family, {
      ...(own.ips[family] === undefined ? {} : { primary: own.ips[family] }),
      interfaces: localAddresses(),
    }),
  );
  const hosts = chosen.flatMap((each) => (each.kind === 'some' ? each.ips : []));
  return settings.nodePortAddresses.length === 0 || hosts.length === 0 ? {} : { hosts };
}

/** H5. */
function tellListenFailure({ events, settings, log }: ProxyContext, service: ServiceHealth, error: Error): void {
  const { namespace, name, port } = service;
  const message = `node ${settings.nodeName} failed to start healthcheck ${JSON.stringify(`${namespace}/${name}`)} on port ${port}: ${error.message}`;
  log.error({ namespace, service: name, port, err: error.message }, 'No port for the health of a Service');
  const about = { apiVersion: 'v1', kind: services.kind, namespace, name };
  events?.record(about, 'Warning', 'FailedToStartServiceHealthcheck', message);
}
