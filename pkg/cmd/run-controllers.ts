/** `fairlead controllers`: whoever holds the Lease fills caches and writes; the others wait for it. */
import { startEndpointsController } from '../../controllers/endpoints/index.ts';
import { startEndpointSliceController } from '../../controllers/endpointslice/index.ts';
import { startEndpointSliceMirroringController } from '../../controllers/endpointslicemirroring/index.ts';
import type { Connection } from '../client/index.ts';
import { systemClock } from '../clock/index.ts';
import { EventRecorder } from '../events/index.ts';
import { InformerFactory } from '../informer/index.ts';
import { Elector, fenceTransport, openFence, suspendAwareClock, type Fence } from '../leaderelection/index.ts';
import { createLogger, type Logger } from '../logging/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import type { ControllerContext, RunningController } from '../reconcile/index.ts';
import { openConnection } from './ask-cluster.ts';
import { openControllerProbes } from './controller-probes.ts';
import type { ControllersFlags } from './controllers.ts';
import { controllersSettings, type ControllersSettings } from './controllers-settings.ts';

/** What probes look at. */
export interface ControllersState {
  elector?: Elector;
  controllers: readonly RunningController[];
  /** Standbys are ready too: they have nothing to answer. */
  ready: boolean;
}

export interface ControllersPorts {
  readonly health: number;
  readonly metrics: number;
}

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
  const state: ControllersState = { controllers: [], ready: false };
  await using probes = await openControllerProbes(flags, state, metrics);
  onPorts?.(probes.ports);
  log.info({ server: cluster.server, ...probes.ports }, 'Serving probes and metrics');
  const work = (fence: Fence, until: AbortSignal): Promise<void> =>
    control({ cluster, settings, state, log, metrics, fence, signal: until });
  if (settings.election === undefined) {
    await work(openFence, signal);
    return 0;
  }
  const { election } = settings;
  const elector = new Elector({
    ...election,
    client: cluster.client({ component: 'leader-election', dedicated: true }),
    clock: suspendAwareClock(systemClock),
    log,
    metrics,
  });
  state.elector = elector;
  state.ready = true;
  const outcome = await elector.run({
    lead: (fence) => work(fence, AbortSignal.any([signal, fence.signal])),
    signal,
  });
  return outcome.kind === 'lost' ? 1 : 0;
}

interface Work {
  readonly cluster: Connection;
  readonly settings: ControllersSettings;
  readonly state: ControllersState;
  readonly log: Logger;
  readonly metrics: MetricRegistry;
  readonly fence: Fence;
  readonly signal: AbortSignal;
}

async function control({ cluster, settings, state, log, metrics, fence, signal }: Work): Promise<void> {
  const clock = systemClock;
  const client = cluster.client({
    component: 'controllers',
    rateLimit: settings.rateLimit,
    // LE16: a write must end while leadership is still certain.
    mutationTimeoutMs: 3000,
    through: (transport) => fenceTransport(transport, { fence }),
  });
  const informers = new InformerFactory({ client, clock, log, metrics });
  const events: ControllerContext['events'] = (component) => {
    const recorder = new EventRecorder({ client, clock, log, component });
    return { event: (about, type, reason, message) => recorder.record(about, type, reason, message) };
  };
  const context: ControllerContext = { client, informers, clock, log, metrics, events, signal };
  const { selected, endpoints, slices, mirroring } = settings;
  state.controllers = [
    ...(selected.has('endpoints-controller') ? [startEndpointsController({ ...context, options: endpoints })] : []),
    ...(selected.has('endpointslice-controller')
      ? [startEndpointSliceController({ ...context, options: slices })]
      : []),
    ...(selected.has('endpointslice-mirroring-controller')
      ? [startEndpointSliceMirroringController({ ...context, options: mirroring })]
      : []),
  ];
  const running = informers.run(signal);
  const started = Promise.all(state.controllers.map((one) => one.started));
  started.then(
    () => {
      state.ready = true;
    },
    () => undefined,
  );
  await Promise.all([running, ...state.controllers.map(({ stopped }) => stopped)]);
}
