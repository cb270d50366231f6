/** Probes, metrics and the configuration in force of `fairlead controllers` (OB1 to OB4, OB6, DP10). */
import { systemClock, type Timer } from '../clock/index.ts';
import { ProbeServer, type ProbeAnswer } from '../dns/server/index.ts';
import { Exporter, type MetricRegistry } from '../metrics/index.ts';
import { ConfigError } from './config-error.ts';
import type { ControllersFlags } from './controllers.ts';
import { probeRoutes, type Checks } from './probe-checks.ts';
import type { ControllersPorts, ControllersState } from './run-controllers.ts';

export interface ControllerProbes extends AsyncDisposable {
  readonly ports: ControllersPorts;
}

/** OB2: a key that is worked on for longer is stuck. */
const stuckMs = 600_000;
const silentMs = 10_000;
const beatMs = 1000;

export async function openControllerProbes(
  { bindAddress, healthPort, metricsPort }: Pick<ControllersFlags, 'bindAddress' | 'healthPort' | 'metricsPort'>,
  state: ControllersState,
  registry: MetricRegistry,
): Promise<ControllerProbes> {
  const exporter = new Exporter(registry, { process: true });
  const beat = startBeating();
  // OB3: nothing here asks the API server.
  const alive: Checks = {
    ping: () => undefined,
    'event-loop': () => (beat.agoMs() < silentMs ? undefined : 'timers are late'),
    'leader-election': () => state.elector?.problem(),
    workers: () =>
      state.controllers.every(({ longestRunningMs }) => longestRunningMs < stuckMs) ? undefined : 'a key is stuck',
  };
  // OB4: not leadership, or a rollout would never end.
  const ready: Checks = {
    ping: () => undefined,
    'informer-sync': () => (state.synced ? undefined : 'caches are not filled yet'),
    shutdown: () => (state.stopping ? 'the process is stopping' : undefined),
  };
  const health = new ProbeServer({
    ...probeRoutes('livez', alive),
    ...probeRoutes('healthz', alive),
    ...probeRoutes('readyz', ready),
  });
  const json = (value: unknown): ProbeAnswer => ({
    status: 200,
    body: `${JSON.stringify(value, null, 2)}\n`,
    contentType: 'application/json',
  });
  const metrics = new ProbeServer({
    '/metrics': async ({ headers }) => ({ status: 200, ...(await exporter.scrape(headers.accept)) }),
    '/configz': () => json(state.configuration),
    '/observe': () => json(state.observer === undefined ? {} : state.observer.report()),
  });
  const open = [health, metrics];
  const close = async (): Promise<void> => {
    beat.stop();
    await Promise.all(open.map((server) => server.close()));
  };
  try {
    const ports = {
      health: await health.listen(healthPort, bindAddress),
      metrics: await metrics.listen(metricsPort, bindAddress),
    };
    return { ports, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw new ConfigError(`no port for probes or metrics: ${(error as Error).message}`);
  }
}

function startBeating(): { agoMs(): number; stop(): void } {
  let last = systemClock.monotonic();
  let timer: Timer;
  const beat = (): void => {
    last = systemClock.monotonic();
    timer = systemClock.after(beatMs, beat);
  };
  beat();
  return { agoMs: () => systemClock.monotonic() - last, stop: () => timer.cancel() };
}
