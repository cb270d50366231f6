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
  const [health, metrics] = await Promise.all([freePort(), freePort()]);
  const child = spawn(
    process.execPath,
    [
      join(root, 'pkg/cmd/fairlead.mjs'),
      'controllers',
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--health-port=${health}`,
      `--metrics-port=${metrics}`,
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', process.env['FAIRLEAD_VERBOSE'] === '1' ? 'inherit' : 'ignore'] },
  );
  try {
    await eventually('fairlead controllers to be ready', async () => {
      if (child.exitCode !== null) throw new Error(`fairlead controllers ended with ${child.exitCode}`);
      const answer = await fetch(`http://127.0.0.1:${health}/readyz`).catch(() => undefined);
      return answer?.ok === true ? true : undefined;
    });
  } catch (error) {
    await stop(child);
    throw error;
  }
  return {
    metricsUrl: `http://127.0.0.1:${metrics}/metrics`,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: () => stop(child),
  };
}
