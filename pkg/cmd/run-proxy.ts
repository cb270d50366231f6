/** `fairlead proxy`: informers of a cluster feed one node's rules, or sockets. */
import { availableParallelism, release } from 'node:os';
import type { Client, Connection } from '../client/index.ts';
import { systemClock } from '../clock/index.ts';
import { EventRecorder } from '../events/index.ts';
import { InformerFactory } from '../informer/index.ts';
import { createLogger, type Logger } from '../logging/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import {
  applyConntrackSettings,
  dryRunner,
  missingHelpers,
  missingTools,
  nftablesTooOld,
  systemRunner,
  type KernelMode,
  type Runner,
} from '../proxy/apply/index.ts';
import { openConnection } from './ask-cluster.ts';
import { ConfigError } from './config-error.ts';
import { cleanUpModes } from './proxy-cleanup.ts';
import { runKernelProxy } from './proxy-kernel.ts';
import { findNode, interfaceAddresses, ownNode, type OwnNode } from './proxy-node.ts';
import { openProxyProbes, type ProxyPorts, type ProxyState } from './proxy-probes.ts';
import { proxySettings, type ProxySettings } from './proxy-settings.ts';
import { runRelay } from './proxy-relay.ts';
import type { ProxyFlags, ProxyMode } from './proxy.ts';
import { setOomScore } from './oom-score.ts';

/** What the parts of a running proxy share. */
export interface ProxyContext {
  readonly settings: ProxySettings;
  readonly flags: ProxyFlags;
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly own: OwnNode;
  readonly run: Runner;
  readonly state: ProxyState;
  readonly events: EventRecorder | undefined;
  readonly metrics: MetricRegistry;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** What tests look at and put in. */
export interface ProxyHooks {
  readonly onPorts?: (ports: ProxyPorts) => void;
  readonly log?: Logger;
  readonly run?: Runner;
  readonly print?: (text: string) => void;
}

/** Runs until the signal aborts, or until the one sync or clean-up that was asked for; answers the exit status. */
export async function runProxy(flags: ProxyFlags, signal: AbortSignal, hooks: ProxyHooks = {}): Promise<number> {
  const settings = proxySettings(flags);
  const log = hooks.log ?? createLogger({ verbosity: flags.v, format: flags.loggingFormat });
  const print = hooks.print ?? ((text: string) => void process.stdout.write(text));
  const real = hooks.run ?? systemRunner();
  if (flags.cleanup === true) return cleanUpAll(flags.dryRun === true ? dryRunner({ print }) : real);
  const run = flags.dryRun === true ? dryRunner({ print, addresses: interfaceAddresses() }) : real;
  if (flags.dryRun !== true) await checkTools(run, settings.mode, log);
  const metrics = new MetricRegistry();
  const { kubeconfig } = settings;
  await using cluster = await openConnection(
    { ...flags, ...(kubeconfig === undefined ? {} : { kubeconfig }) },
    {
      log,
      metrics,
    },
  );
  const client = cluster.client({ component: 'proxy', rateLimit: settings.rateLimit });
  const isBrief = flags.dryRun === true || flags.once === true;
  const node = await findNode(client, settings.nodeName, { log, once: isBrief, signal });
  if (settings.oomScoreAdj !== undefined && flags.dryRun !== true) setOomScore(settings.oomScoreAdj, log);
  await applyConntrackSettings(run, settings.conntrack, availableParallelism(), (setting, why) =>
    log.warn({ setting, why }, 'The system refuses a conntrack setting, going on without it'),
  );
  if (flags.initOnly === true) return 0;
  const context = { settings, flags, client, own: ownNode(node, settings.bindAddress), run, metrics, log, signal };
  return serve(context, cluster, hooks, isBrief);
}

type Prepared = Omit<ProxyContext, 'informers' | 'state' | 'events'>;

async function serve(prepared: Prepared, cluster: Connection, hooks: ProxyHooks, isBrief: boolean): Promise<number> {
  const { settings, metrics, log, client, own } = prepared;
  const state: ProxyState = { health: alwaysWell, onAnswer: () => {} };
  // One sync needs nobody to watch over it, and may run beside the proxy that is already there.
  await using probes = isBrief ? undefined : await openProxyProbes(settings, state, metrics, log);
  if (probes !== undefined) hooks.onPorts?.(probes.ports);
  const component = { component: 'kube-proxy', host: settings.nodeName };
  const events = isBrief ? undefined : new EventRecorder({ client, clock: systemClock, log, ...component });
  if (own.node !== undefined) events?.record(own.node, 'Normal', 'Starting', '');
  const { mode, nodeName } = settings;
  log.info({ server: cluster.server, mode, node: nodeName, nodeIPs: own.ips, ...probes?.ports }, 'Starting node proxy');
  const informers = new InformerFactory({ client, clock: systemClock, log, metrics });
  const context: ProxyContext = { ...prepared, informers, state, events };
  try {
    return mode === 'userspace' ? await runRelay(context, hooks) : await runKernelProxy(mode, context);
  } finally {
    events?.stop();
  }
}

const wellReport = (): { status: 200; body: string } => {
  const now = new Date().toISOString();
  return { status: 200, body: JSON.stringify({ lastUpdated: now, currentTime: now }) };
};
const alwaysWell: ProxyState['health'] = { healthz: wellReport, livez: wellReport };

async function checkTools(run: Runner, mode: ProxyMode, log: Logger): Promise<void> {
  if (mode === 'userspace') return;
  const missing = await missingTools(run, mode satisfies KernelMode);
  if (missing.length > 0) throw new ConfigError(`${missing.join('\n')}\n--proxy-mode userspace works without.`);
  const tooOld = mode === 'nftables' ? await nftablesTooOld(run, release(), process.env) : undefined;
  if (tooOld !== undefined) throw new ConfigError(tooOld);
  for (const sentence of await missingHelpers(run)) log.warn({}, sentence);
}

async function cleanUpAll(run: Runner): Promise<number> {
  const problems = await cleanUpModes(run, undefined);
  for (const { mode, family, error } of problems)
    console.error(`fairlead: rules of ${mode} mode, ${family}, could not be removed: ${error.message}`);
  return problems.length === 0 ? 0 : 1;
}
