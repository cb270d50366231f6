/** `fairlead controllers` as a process, against any API server, the way a user starts it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort, stop } from './peers.ts';
import { eventually } from './rest.ts';
import { root } from './server.ts';

export interface OurControllers extends AsyncDisposable {
  readonly metricsUrl: string;
  readonly pid: number;
}

/** Alone, without election; resolves when it is ready. */
export async function startOurControllers(kubeconfig: string, flags: readonly string[]): Promise<OurControllers> {
  const ours = await spawnOurControllers(kubeconfig, '--leader-elect=false', ...flags);
  await ours.until('be ready', async () => {
    const answer = await fetch(`${ours.healthUrl}/readyz`).catch(() => undefined);
    return answer?.ok === true;
  });
  return ours;
}

export interface SpawnedControllers extends OurControllers {
  readonly healthUrl: string;
  readonly ended: boolean;
  /** Looks again and again; a process that ends, or that takes too long, is stopped and told about. */
  until(what: string, holds: () => Promise<boolean>, seconds?: number): Promise<void>;
}

/** As soon as the process is there. */
export async function spawnOurControllers(
  kubeconfig: string,
  ...flags: readonly string[]
): Promise<SpawnedControllers> {
  const [health, metrics] = await Promise.all([freePort(), freePort()]);
  const child = spawn(
    process.execPath,
    [
      join(root, 'pkg/cmd/fairlead.mjs'),
      'controllers',
      `--kubeconfig=${kubeconfig}`,
      '--bind-address=127.0.0.1',
      `--health-port=${health}`,
      `--metrics-port=${metrics}`,
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', process.env['FAIRLEAD_VERBOSE'] === '1' ? 'inherit' : 'ignore'] },
  );
  return {
    healthUrl: `http://127.0.0.1:${health}`,
    metricsUrl: `http://127.0.0.1:${metrics}/metrics`,
    pid: child.pid ?? 0,
    get ended() {
      return child.exitCode !== null;
    },
    until: async (what, holds, seconds) => {
      const look = async (): Promise<true | undefined> => {
        if (child.exitCode !== null) throw new Error(`fairlead controllers ended with ${child.exitCode}`);
        return (await holds()) ? true : undefined;
      };
      try {
        await eventually(`fairlead controllers to ${what}`, look, seconds);
      } catch (error) {
        await stop(child);
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => stop(child),
  };
}
