/** Where a node proxy tells how it is: /healthz and /livez for others, /metrics and /proxyMode for its operator (H11–H13). */
import type { IncomingMessage } from 'node:http';
import { systemClock, sleep } from '../clock/index.ts';
import { ProbeServer, type ProbeAnswer } from '../dns/server/index.ts';
import type { Logger } from '../logging/index.ts';
import { Exporter, type MetricRegistry } from '../metrics/index.ts';
import type { HealthReport } from '../proxy/apply/index.ts';
import { ConfigError } from './config-error.ts';
import type { ListenAt } from './proxy-listen.ts';
import type { ProxySettings } from './proxy-settings.ts';

export interface ProxyState {
  /** How it is now; before the first sync it is well (H10). */
  health: { healthz(): HealthReport; livez(): HealthReport };
  onAnswer: (what: 'healthz' | 'livez', status: number) => void;
}

export interface ProxyPorts {
  readonly healthz: number | undefined;
  readonly metrics: number | undefined;
}

export interface ProxyProbes extends AsyncDisposable {
  readonly ports: ProxyPorts;
}

const retryMs = 5000;

export async function openProxyProbes(
  settings: ProxySettings,
  state: ProxyState,
  registry: MetricRegistry,
  log: Logger,
): Promise<ProxyProbes> {
  const exporter = new Exporter(registry, { process: true });
  const answer = (what: 'healthz' | 'livez'): ProbeAnswer => {
    const report = state.health[what]();
    state.onAnswer(what, report.status);
    return { ...report, contentType: 'application/json' };
  };
  const routes = {
    healthz: { '/healthz': () => answer('healthz'), '/livez': () => answer('livez') },
    metrics: {
      '/metrics': async ({ headers }: IncomingMessage) => ({
        status: 200,
        ...(await exporter.scrape(headers.accept)),
      }),
      '/healthz': () => ({ status: 200, body: 'ok' }),
      '/proxyMode': () => ({ status: 200, body: settings.mode }),
      '/configz': () => ({ status: 200, contentType: 'application/json', body: printed(settings) }),
    },
  };
  const life = new AbortController();
  const open: ProbeServer[] = [];
  const listen = async (what: keyof typeof routes): Promise<number | undefined> => {
    const at = settings[what];
    if (at === undefined) return undefined;
    const server = new ProbeServer(routes[what]);
    open.push(server);
    try {
      return await server.listen(at.port, at.host);
    } catch (error) {
      if (settings.hardFail) throw cannotListen(what, at, error);
      log.error({ ...at, err: error }, `No port for ${what}, trying again every 5 s`);
      void listenLater(server, at, life.signal);
      return undefined;
    }
  };
  const close = async (): Promise<void> => {
    life.abort();
    await Promise.all(open.map((server) => server.close()));
  };
  try {
    const ports = { healthz: await listen('healthz'), metrics: await listen('metrics') };
    return { ports, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listenLater(server: ProbeServer, { port, host }: ListenAt, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await sleep(systemClock, retryMs, signal);
    } catch {
      return;
    }
    const opened = await server.listen(port, host).then(
      () => true,
      () => false,
    );
    if (opened) return;
  }
}

const cannotListen = (what: string, { host, port }: ListenAt, error: unknown): ConfigError =>
  new ConfigError(`no port for ${what} at ${host}:${port}: ${(error as Error).message}`, { cause: error });

/** Ranges hold big integers. */
const printed = (settings: ProxySettings): string =>
  JSON.stringify({ kubeproxyconfig: settings }, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
