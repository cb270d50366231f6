/** The real kube-controller-manager with a few of its controllers, against any API server. */
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { freePort, peerPath, stop } from './peers.ts';
import { eventually } from './rest.ts';

export interface ControllerManager extends AsyncDisposable {
  /** Everything it logged so far. */
  log(): string;
  readonly ended: boolean;
  readonly url: string;
  readonly pid: number | undefined;
}

export interface ControllerManagerOptions {
  readonly kubeconfig: string;
  /** Where its log goes. */
  readonly folder: string;
  /** Names without `-controller`. */
  readonly controllers: readonly string[];
  readonly flags?: readonly string[];
}

export async function startControllerManager(options: ControllerManagerOptions): Promise<ControllerManager> {
  const { kubeconfig, folder, controllers, flags = [] } = options;
  const port = await freePort();
  const path = join(folder, 'kube-controller-manager.log');
  const child = spawn(
    peerPath('kube-controller-manager'),
    [
      `--kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      '--leader-elect=false',
      `--controllers=${controllers.map((name) => `${name}-controller`).join(',')}`,
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const log = createWriteStream(path);
  child.stderr.pipe(log);
  // It makes its own certificate, so there is nothing to check it with.
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  const url = `https://127.0.0.1:${port}`;
  const manager: ControllerManager = {
    url,
    pid: child.pid,
    log: () => readFileSync(path, 'utf8'),
    get ended() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    [Symbol.asyncDispose]: async () => {
      await agent.close();
      await stop(child);
    },
  };
  try {
    await eventually(
      'kube-controller-manager to be healthy',
      async () => {
        if (manager.ended) throw new Error(`kube-controller-manager ended:\n${manager.log().slice(-2000)}`);
        try {
          const { statusCode, body } = await request(`${url}/healthz`, { dispatcher: agent });
          await body.dump();
          return statusCode === 200 ? true : undefined;
        } catch {
          return undefined;
        }
      },
      60,
    );
  } catch (error) {
    await manager[Symbol.asyncDispose]();
    throw error;
  }
  return manager;
}
