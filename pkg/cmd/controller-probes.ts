/** Probes and metrics of `fairlead controllers` (OB1 to OB3, OB6). */
import { Exporter, type MetricRegistry } from '../metrics/index.ts';
import { ProbeServer, type ProbeAnswer } from '../dns/server/index.ts';
import { ConfigError } from './config-error.ts';
import type { ControllersFlags } from './controllers.ts';
import type { ControllersPorts, ControllersState } from './run-controllers.ts';

export interface ControllerProbes extends AsyncDisposable {
  readonly ports: ControllersPorts;
}

/** OB2: a key that is worked on for longer is stuck. */
const stuckMs = 600_000;

export async function openControllerProbes(
  { bindAddress, healthPort, metricsPort }: Pick<ControllersFlags, 'bindAddress' | 'healthPort' | 'metricsPort'>,
  state: ControllersState,
  registry: MetricRegistry,
): Promise<ControllerProbes> {
  const exporter = new Exporter(registry, { process: true });
  // OB3: nothing here asks the API server.
  const livez = (): ProbeAnswer =>
    verdict('livez', [
      ['ping', true],
      ['leader-election', state.elector?.problem() === undefined],
      ['workers', state.controllers.every(({ longestRunningMs }) => longestRunningMs < stuckMs)],
    ]);
  const readyz = (): ProbeAnswer =>
    verdict('readyz', [
      ['ping', true],
      ['caches', state.ready],
    ]);
  const health = new ProbeServer({ '/livez': livez, '/healthz': livez, '/readyz': readyz });
  const metrics = new ProbeServer({
    '/metrics': async ({ headers }) => ({ status: 200, ...(await exporter.scrape(headers.accept)) }),
  });
  const open = [health, metrics];
  const close = async (): Promise<void> => {
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

/** OB1: `ok`, or every check with its outcome. */
function verdict(name: string, checks: readonly (readonly [string, boolean])[]): ProbeAnswer {
  if (checks.every(([, passed]) => passed)) return { status: 200, body: 'ok' };
  const lines = checks.map(([check, passed]) => (passed ? `[+]${check} ok` : `[-]${check} failed: reason withheld`));
  return { status: 500, body: `${[...lines, `${name} check failed`].join('\n')}\n` };
}
