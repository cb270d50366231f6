/**
 * `fairlead controllers`: caches fill at once, in every replica (D5); whoever holds the Lease writes, after its caches
 * have caught up with whoever wrote before (D4).
 */
import { endpoints, endpointSlices } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import type { Connection } from '../client/index.ts';
import { sleep, systemClock } from '../clock/index.ts';
import type { Observer } from '../coexistence/index.ts';
import { EventRecorder } from '../events/index.ts';
import { waitUntilFresh, type Informer, type InformerFactory } from '../informer/index.ts';
import { Elector, fenceTransport, openFence, suspendAwareClock, type Fence } from '../leaderelection/index.ts';
import { createLogger, type Logger } from '../logging/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import type { RunningController } from '../reconcile/index.ts';
import { openConnection } from './ask-cluster.ts';
import { openControllerProbes } from './controller-probes.ts';
import type { ControllersFlags } from './controllers.ts';
import { controllersSettings, type ControllersSettings } from './controllers-settings.ts';
import { checkNobodyWrites, checkServer } from './preflight.ts';
import { startServiceControllers, type ServiceControllers } from './service-controllers.ts';

/** What probes look at. */
export interface ControllersState {
  elector?: Elector;
  observer?: Observer;
  controllers: readonly RunningController[];
  synced: boolean;
  stopping: boolean;
  /** As /configz shows it; there is no secret in it. */
  readonly configuration: unknown;
}

export interface ControllersPorts {
  readonly health: number;
  readonly metrics: number;
}

const summaryMs = 60_000;

/**
 * Runs until the signal aborts (0) or the Lease is lost (1). `onPorts` is told where probes are answered, `log` is
 * there for tests.
 */
export async function runControllers(
  flags: ControllersFlags,
  signal: AbortSignal,
  onPorts?: (ports: ControllersPorts) => void,
  log: Logger = createLogger({ verbosity: flags.v, format: flags.loggingFormat }),
): Promise<number> {
  const settings = controllersSettings(flags);
  const metrics = new MetricRegistry();
  const { kubeconfig } = settings;
  const wanted = { ...flags, ...(kubeconfig === undefined ? {} : { kubeconfig }) };
  await using cluster = await openConnection(wanted, { log, metrics });
  const configuration = { ...settings, selected: [...settings.selected] };
  const state: ControllersState = { controllers: [], synced: false, stopping: false, configuration };
  signal.addEventListener('abort', () => (state.stopping = true), { once: true });
  await using probes = await openControllerProbes(flags, state, metrics);
  onPorts?.(probes.ports);
  log.info({ server: cluster.server, ...probes.ports, configuration }, 'Serving probes and metrics');
  await checkServer(cluster.client({ component: 'preflight', rateLimit: { qps: 100, burst: 100 } }), settings);
  return await new ControllersRun({ cluster, settings, state, log, metrics, signal }).run();
}

interface RunOptions {
  readonly cluster: Connection;
  readonly settings: ControllersSettings;
  readonly state: ControllersState;
  readonly log: Logger;
  readonly metrics: MetricRegistry;
  readonly signal: AbortSignal;
}

class ControllersRun {
  readonly #options: RunOptions;
  /** Ends caches and controllers. */
  readonly #life = new AbortController();
  #lost = false;
  readonly #mayWrite = Promise.withResolvers<void>();

  constructor(options: RunOptions) {
    this.#options = options;
  }

  async run(): Promise<number> {
    const { signal, settings } = this.#options;
    const elector = this.#elector();
    const controllers = this.#start(elector?.fence ?? openFence);
    const running = controllers.informers.run(this.#life.signal);
    const stop = (): void => this.#life.abort(new Error('the process is stopping'));
    // A leader stops its own way: work first, then the caches (DP8).
    if (elector === undefined) signal.addEventListener('abort', stop, { once: true });
    try {
      await controllers.informers.waitForSync(signal);
      this.#options.state.synced = true;
      checkNobodyWrites(controllers.informers, settings);
      return elector === undefined ? await this.#workFor(controllers) : await this.#campaign(elector, controllers);
    } catch (error) {
      if (signal.aborted) return 0;
      throw error;
    } finally {
      stop();
      const over = Promise.all([running, ...controllers.running.map(({ stopped }) => stopped)]);
      // LE18: after a loss nobody waits for what is still under way; none of it can write.
      if (!this.#lost) await over;
    }
  }

  #elector(): Elector | undefined {
    const { cluster, settings, log, metrics, state } = this.#options;
    if (settings.election === undefined) return undefined;
    const client = cluster.client({ component: 'leader-election', dedicated: true });
    const events = cluster.client({ component: 'events' });
    const recorder = new EventRecorder({ client: events, clock: systemClock, log, component: 'fairlead-controllers' });
    const elector = new Elector({
      ...settings.election,
      client,
      clock: suspendAwareClock(systemClock),
      log,
      metrics,
      // LE25
      recordEvent: (lease, message) => recorder.record(lease, 'Normal', 'LeaderElection', message),
    });
    state.elector = elector;
    return elector;
  }

  #start(fence: Fence): ServiceControllers {
    const { cluster, settings, state, log, metrics } = this.#options;
    const onRefused = state.elector?.countRefusal;
    const client = cluster.client({
      component: 'controllers',
      rateLimit: settings.rateLimit,
      // LE16: a write must end while leadership is still certain.
      mutationTimeoutMs: 3000,
      through: (transport) => fenceTransport(transport, { fence, ...(onRefused === undefined ? {} : { onRefused }) }),
    });
    const mayStart = this.#mayWrite.promise;
    const { signal } = this.#life;
    const controllers = startServiceControllers({
      client,
      settings,
      clock: systemClock,
      log,
      metrics,
      signal,
      mayStart,
    });
    state.controllers = controllers.running;
    if (controllers.observer !== undefined) state.observer = controllers.observer;
    const family = metrics.gauge({
      name: 'running_managed_controllers',
      help: 'Controllers that are started',
      labels: ['manager', 'name'],
    });
    for (const { name, started } of controllers.running) {
      const gauge = family.with({ manager: 'fairlead-controllers', name });
      started.then(
        () => gauge.set(1),
        () => undefined,
      );
    }
    return controllers;
  }

  /** Without an election: until the signal aborts. */
  async #workFor({ running, observer }: ServiceControllers): Promise<number> {
    this.#mayWrite.resolve();
    if (observer !== undefined) await this.#summarise(observer);
    await Promise.all(running.map(({ stopped }) => stopped));
    return 0;
  }

  async #summarise(observer: Observer): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      await sleep(systemClock, summaryMs, signal).catch(() => undefined);
      this.#options.log.info({ ...observer.summary() }, 'Observed');
    }
  }

  async #campaign(elector: Elector, controllers: ServiceControllers): Promise<number> {
    const { signal } = this.#options;
    const outcome = await elector.run({ lead: (fence) => this.#lead(fence, controllers), signal });
    this.#lost = outcome.kind === 'lost';
    return this.#lost ? 1 : 0;
  }

  async #lead(fence: Fence, { client, informers, running }: ServiceControllers): Promise<void> {
    const { log } = this.#options;
    const end = (): void => this.#life.abort(fence.signal.reason);
    if (fence.signal.aborted) end();
    fence.signal.addEventListener('abort', end, { once: true });
    const begun = systemClock.monotonic();
    await waitUntilFresh({ client, informers: written(informers), signal: fence.signal });
    log.info({ ms: Math.round(systemClock.monotonic() - begun) }, 'Caches hold everything written before, working');
    this.#mayWrite.resolve();
    await Promise.all(running.map(({ stopped }) => stopped));
  }
}

/** D4: what whoever led before may have written; of the rest a cache is never more than a moment behind. */
function written(informers: InformerFactory): Informer<KubeObject>[] {
  return informers.informers().filter(({ type }) => type === endpoints || type === endpointSlices);
}
