/** A node in network namespaces of its own with a proxy on it, ours or the real one, and what its kernel then holds. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Network } from '../../pkg/proxy/apply/testdata/namespaces.ts';
import type { LayoutName } from '../../pkg/proxy/nftables/render/index.ts';
import { peerPath, stop } from '../peers.ts';
import { root } from '../server.ts';

export type Who = 'theirs' | 'ours';
export type Mode = 'iptables' | 'nftables';

export interface Cluster {
  readonly kubeconfig: string;
  readonly port: number;
  /** A socket that leads to the port. */
  readonly wayOut: string;
  readonly folder: string;
}

export interface ProxyNode extends AsyncDisposable {
  readonly who: Who;
  readonly network: Network;
  readonly pid: number;
  /** On this process's own clock. */
  readonly startedAt: number;
}

/** Both read the same file. */
const configOf = (mode: Mode, kubeconfig: string): string => `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ${mode}
hostnameOverride: n1
clusterCIDR: 10.244.0.0/16
clientConnection: {kubeconfig: ${kubeconfig}, qps: 100, burst: 100}
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
iptables: {minSyncPeriod: 10ms, syncPeriod: 30s}
nftables: {minSyncPeriod: 10ms, syncPeriod: 30s}
`;

/** `layout` is ours, in nftables mode: `maps` for what can be compared with kube-proxy's rule by rule. */
export async function startProxyNode(
  who: Who,
  mode: Mode,
  cluster: Cluster,
  layout: LayoutName = 'maps',
): Promise<ProxyNode> {
  const network = await Network.create(who);
  const children: ChildProcess[] = [];
  const on = (program: string, args: readonly string[]): ChildProcess => {
    const [command = '', ...prefix] = network.nodePrefix;
    const child = spawn(command, [...prefix, program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    children.push(child);
    return child;
  };
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) await stop(child);
    await network[Symbol.asyncDispose]();
  };
  try {
    const bridge = on(process.execPath, [join(import.meta.dirname, 'bridge.ts'), cluster.wayOut, `${cluster.port}`]);
    if (bridge.stdout !== null) await once(bridge.stdout, 'data');
    const config = join(cluster.folder, `${who}-${mode}.yaml`);
    writeFileSync(config, configOf(mode, cluster.kubeconfig));
    const startedAt = performance.now();
    const ours = [
      join(root, 'pkg/cmd/fairlead.mjs'),
      'proxy',
      '--config',
      config,
      '--v',
      '4',
      '--nftables-layout',
      layout,
    ];
    const proxy =
      who === 'ours' ? on(process.execPath, ours) : on(peerPath('kube-proxy'), ['--config', config, '--v', '2']);
    const log = createWriteStream(join(cluster.folder, `${who}-${mode}.log`));
    proxy.stdout?.pipe(log, { end: false });
    proxy.stderr?.pipe(log, { end: false });
    return { who, network, pid: proxy.pid ?? 0, startedAt, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
