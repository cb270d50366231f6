/** `fairlead proxy` on a node made of namespaces, beside an API server outside; both can be stopped and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Network } from '../../pkg/proxy/apply/testdata/namespaces.ts';
import { stop } from '../peers.ts';
import { root, startServer, type RunningServer } from '../server.ts';
import { openWayOut } from '../upstream-proxy/bridge.ts';

export interface RunningProxy extends AsyncDisposable {
  readonly network: Network;
  readonly server: RunningServer;
  /** Everything that the proxies said. */
  output(): string;
  /** `path`: where its tools are looked for first; `more`: flags. */
  start(mode: string, path?: string, more?: readonly string[]): void;
  stop(signal?: 'SIGKILL'): Promise<void>;
}

/** `environment` is added to that of the proxies. */
export async function startRunningProxy(
  label: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningProxy> {
  const network = await Network.create(label);
  const server = await startServer('apiserver');
  const port = Number(new URL(server.url).port);
  const socket = join(server.folder, 'api.sock');
  const wayOut = await openWayOut(socket, port);
  let printed = '';
  const on = (args: readonly string[], path = ''): ChildProcess => {
    const [command = '', ...prefix] = network.nodePrefix;
    const env = {
      ...process.env,
      ...environment,
      PATH: `${path === '' ? '' : `${path}:`}${process.env['PATH'] ?? ''}`,
    };
    const child = spawn(command, [...prefix, process.execPath, ...args], { stdio: 'pipe', env });
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    return child;
  };
  const bridge = on([join(import.meta.dirname, '../upstream-proxy/bridge.ts'), socket, `${port}`]);
  if (bridge.stdout !== null) await once(bridge.stdout, 'data');
  let proxy: ChildProcess | undefined;
  const stopProxy = async (signal?: 'SIGKILL'): Promise<void> => {
    if (proxy === undefined) return;
    const gone = signal === undefined ? stop(proxy) : once(proxy, 'exit');
    if (signal !== undefined) proxy.kill(signal);
    await gone;
    proxy = undefined;
  };
  return {
    network,
    server,
    output: () => printed,
    start: (mode, path, more = []) => {
      const flags = ['--hostname-override=n1', '--cluster-cidr=10.244.0.0/16', '--iptables-min-sync-period=0s'];
      const conntrack = ['max-per-core=0', 'tcp-timeout-established=0s', 'tcp-timeout-close-wait=0s'];
      proxy = on(
        [
          join(root, 'pkg/cmd/fairlead.mjs'),
          'proxy',
          `--proxy-mode=${mode}`,
          `--kubeconfig=${server.kubeconfig}`,
          '--bind-address=192.0.2.10',
          '--iptables-sync-period=1s',
          ...conntrack.map((flag) => `--conntrack-${flag}`),
          ...flags,
          ...more,
        ],
        path,
      );
    },
    stop: stopProxy,
    [Symbol.asyncDispose]: async () => {
      await stopProxy();
      await stop(bridge);
      wayOut.close();
      await server[Symbol.asyncDispose]();
      await network[Symbol.asyncDispose]();
    },
  };
}
