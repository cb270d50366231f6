/**
 * The node proxy: a load of Services and then one change, in each layout; and from start to last rule beside the real
 * kube-proxy on the same API server. Needs root for network namespaces.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingPeers, startRealControlPlane } from '../../e2e/peers.ts';
import { eventually, RestClient } from '../../e2e/rest.ts';
import { openWayOut } from '../../e2e/upstream-proxy/bridge.ts';
import { startProxyNode, type Cluster, type Who } from '../../e2e/upstream-proxy/node.ts';
import { whyNot } from '../../pkg/proxy/apply/testdata/namespaces.ts';
import type { Figure } from './figure.ts';
import { quantile, readyToRule } from './proxy-latency.ts';
import type { Layout, LayoutReading } from './proxy-layouts.ts';
import { clusterIP, loadService, loadSlice, namespace } from './proxy-world.ts';
import type { Effort } from './rounds.ts';

type Load = readonly [layout: Layout, services: number, endpoints: number];

/** iptables 1.8.9 on nf_tables takes minutes for more. */
const loads: readonly Load[] = [
  ['flat', 1000, 3],
  ['flat', 5000, 3],
  ['flat', 10_000, 3],
  ['flat', 10_000, 10],
  ['flat', 44_000, 3],
  ['maps', 1000, 3],
  ['maps', 5000, 3],
  ['maps', 10_000, 3],
  ['chains', 1000, 3],
  ['chains', 5000, 3],
  ['iptables', 1000, 3],
  ['iptables', 5000, 3],
];

export async function benchProxy(effort: Effort): Promise<Figure[]> {
  const missing = await whyNot('iptables', 'nft');
  if (missing !== undefined) {
    console.log(`  skipped: ${missing}`);
    return [];
  }
  const figures = (effort.quick ? loads.filter(([, services]) => services <= 1000) : loads).flatMap((load) =>
    layoutFigures(load, effort.quick ? 1 : 3),
  );
  figures.push(await latencyFigure(effort));
  const absent = missingPeers('etcd', 'kube-apiserver', 'kube-proxy');
  if (absent === undefined) figures.push(...(await besideKubeProxy(effort)));
  else console.log(`  nobody to compare with: ${absent}`);
  return figures;
}

function layoutFigures([layout, services, endpoints]: Load, rounds: number): Figure[] {
  const readings = Array.from({ length: rounds }, (): LayoutReading => {
    const args = [join(import.meta.dirname, 'proxy-layouts.ts'), layout, `${services}`, `${endpoints}`];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    console.log(`  ${layout} ${services}×${endpoints}: ${stdout.trim()}`);
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as LayoutReading;
  });
  const name = `proxy-${layout}-${services}x${endpoints}`;
  const figure = (part: string, what: string, key: keyof LayoutReading, unit: 'ms' | 'MB' = 'ms'): Figure => ({
    bench: `${name}-${part}`,
    what: `${layout}, ${services} Services × ${endpoints}: ${what}`,
    unit,
    better: 'lower',
    ours: readings.map((reading) => reading[key]),
    theirs: [],
  });
  return [
    figure('full-own', 'all, our own CPU', 'fullOwn'),
    figure('full-kernel', 'all, in the tool and kernel', 'fullTool'),
    figure('full-tool-cpu', "all, the tool's and kernel's CPU", 'fullToolCpu'),
    figure('change-own', 'one change, our own CPU', 'changeOwn'),
    figure('change-kernel', 'one change, tool and kernel', 'changeTool'),
    figure('change-tool-cpu', "one change, the tool's and kernel's CPU", 'changeToolCpu'),
    figure('rss', 'memory, rules rendered', 'rssMB', 'MB'),
  ];
}

async function latencyFigure({ quick, rounds }: Effort): Promise<Figure> {
  const ours: number[] = [];
  for (let round = 0; round < (quick ? 1 : rounds); round += 1) ours.push(quantile(await readyToRule(20, 200), 0.99));
  const what = 'flat, Pod ready to rule in the kernel, p99 of 200';
  return { bench: 'proxy-ready-to-rule-p99', what, unit: 'ms', better: 'lower', ours, theirs: [] };
}

async function besideKubeProxy(effort: Effort): Promise<Figure[]> {
  await using plane = await startRealControlPlane({ serviceCidr: '10.96.0.0/12' });
  const port = Number(new URL(plane.url).port);
  const wayOut = join(plane.folder, 'api.sock');
  const server = await openWayOut(wayOut, port);
  const api = RestClient.fromKubeconfig(plane.kubeconfig);
  const cluster = { kubeconfig: plane.kubeconfig, port, wayOut, folder: plane.folder };
  const figures: Figure[] = [];
  try {
    await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await api.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
    const address = { type: 'InternalIP', address: '192.0.2.10' };
    await api.patch('/api/v1/nodes/n1/status', { status: { addresses: [address] } });
    let present = 0;
    for (const services of effort.quick ? [1000] : [1000, 5000]) {
      await fill(api, present, services);
      present = services;
      for (const mode of ['nftables', 'iptables'] as const)
        figures.push(...(await startFigures(mode, services, cluster, effort)));
    }
  } finally {
    server.close();
    await api.close();
  }
  return figures;
}

async function fill(api: RestClient, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += 25)
    await Promise.all(
      Array.from({ length: Math.min(25, to - first) }, async (_, offset) => {
        const n = first + offset;
        await api.post(`/api/v1/namespaces/${namespace}/services`, loadService(n));
        await api.post(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, loadSlice(n, 3));
      }),
    );
}

async function startFigures(
  mode: 'iptables' | 'nftables',
  services: number,
  cluster: Cluster,
  { rounds }: Effort,
): Promise<Figure[]> {
  const ms: Record<Who, number[]> = { ours: [], theirs: [] };
  const mb: Record<Who, number[]> = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const who of ['ours', 'theirs'] as const) {
      await using node = await startProxyNode(who, mode, cluster, 'flat');
      await eventually('the last rule', () => hasLastRule(node.network.onNode, mode, services), 300);
      ms[who].push(performance.now() - node.startedAt);
      mb[who].push(residentMB(node.pid));
      console.log(`  ${who} ${mode} ${services}: ${ms[who].at(-1)?.toFixed(0)} ms, ${mb[who].at(-1)?.toFixed(0)} MB`);
    }
  const about = { better: 'lower', peer: 'kube-proxy 1.36.3' } as const;
  const name = `proxy-start-${mode}-${services}`;
  return [
    { ...about, bench: name, what: `${mode}, start to last rule, ${services} Services × 3`, unit: 'ms', ...ms },
    { ...about, bench: `${name}-rss`, what: `${mode}, memory then, ${services} Services × 3`, unit: 'MB', ...mb },
  ];
}

type OnNode = Awaited<ReturnType<typeof startProxyNode>>['network']['onNode'];

/** Both write all of it at once, or what leads to Services last. */
async function hasLastRule(onNode: OnNode, mode: 'iptables' | 'nftables', services: number): Promise<true | undefined> {
  const ip = clusterIP(services - 1);
  if (mode === 'nftables') {
    const { code } = await onNode('nft', ['get', 'element', 'ip', 'kube-proxy', 'service-ips', `{ ${ip} . tcp . 80 }`]);
    return code === 0 ? true : undefined;
  }
  const { stdout } = await onNode('iptables', ['-t', 'nat', '-S', 'KUBE-SERVICES']);
  return stdout.includes(`${ip}/32`) ? true : undefined;
}

const residentMB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
