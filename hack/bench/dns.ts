/**
 * Cluster DNS beside CoreDNS, without a cache and with `cache 30`, on the same API server with the same Services. The
 * server has one core, dnsperf the other. Queries are mixed: A, AAAA, SRV and names that do not exist.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCoreDns, startOwnDns, type DnsProcess } from '../../e2e/upstream-dns/servers.ts';
import { missingPeers } from '../../e2e/peers.ts';
import { RestClient } from '../../e2e/rest.ts';
import { findProgram, startServer } from '../../e2e/server.ts';
import type { Service } from '../../pkg/api/types.ts';
import { bundleCommand } from '../bundle.ts';
import { spreadOf, type Figure } from './figure.ts';
import { propagationMs } from './dns-propagation.ts';
import { cpuMs, residentMb } from './processes.ts';
import type { Effort } from './rounds.ts';

const run = promisify(execFile);
const sizes = [1_000, 10_000];
const serverCore = ['taskset', '-c', '0'];
const clientCore = ['taskset', '-c', '1'];
const pacedRate = 20_000;

export async function benchDns(effort: Effort): Promise<Figure[]> {
  const missing = ['dnsperf', 'taskset'].filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) {
    console.log(`dns needs ${missing.join(' and ')}: apt-get install dnsperf util-linux`);
    return [];
  }
  // As `npm start` does: the figures are those of the bundle.
  await bundleCommand();
  const figures: Figure[] = [];
  for (const size of sizes) figures.push(...(await atSize(size, effort)));
  return figures;
}

async function atSize(size: number, effort: Effort): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-dns-'));
  await using api = await startServer('apiserver', '--storage=memory', '--service-cluster-ip-range=10.96.0.0/12');
  const { kubeconfig } = api;
  const rest = RestClient.fromKubeconfig(kubeconfig);
  await createServices(rest, size);
  const queries = join(folder, 'queries.txt');
  writeFileSync(queries, mixedQueries(size).join('\n'));
  await using servers = await startAll(kubeconfig);
  const readings = new Map<string, number[]>();
  const note = (name: string, value: number): void => void readings.set(name, [...(readings.get(name) ?? []), value]);
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const [name, server] of servers.all) {
      // The first round of each also fills the cache of the one that has one: it is not counted.
      if (round === 0) await dnsperf(server, queries, ['-l', '3']);
      const cpuBefore = cpuMs([server.pid]);
      const full = await dnsperf(server, queries, ['-l', effort.quick ? '4' : '8']);
      note(`${name} qps`, full.perSecond);
      note(`${name} cpu`, full.completed / ((cpuMs([server.pid]) - cpuBefore) / 1000));
      note(`${name} p99`, (await dnsperf(server, queries, ['-l', '4', '-Q', String(pacedRate)], folder)).p99Ms);
    }
  }
  for (const [name, { pid }] of servers.all) note(`${name} rss`, residentMb([pid]));
  const own = await propagationMs(kubeconfig, servers.ours.port, effort.quick ? 100 : 500);
  await rest.close();
  rmSync(folder, { recursive: true, force: true });
  const at = size.toLocaleString('en-US');
  const pair = (theirs: string, kind: string): Pick<Figure, 'ours' | 'theirs'> => ({
    ours: readings.get(`ours ${kind}`) ?? [],
    theirs: readings.get(`${theirs} ${kind}`) ?? [],
  });
  const rate = { unit: 'ops/s', better: 'higher' } as const;
  const memory = { unit: 'MB', better: 'lower' } as const;
  const latency = { unit: 'ms', better: 'lower' } as const;
  const [plain, cached] = ['CoreDNS without cache', 'CoreDNS cache 30'];
  const compared: Compared[] = [
    ['', `mixed DNS queries, ${at} Services, ${plain}`, rate, pair('plain', 'qps')],
    ['-cache', `mixed DNS queries, ${at} Services, ${cached}`, rate, pair('cached', 'qps')],
    ['-cpu', `the same a second of the server's CPU time, ${plain}`, rate, pair('plain', 'cpu')],
    ['-cpu-cache', `the same a second of the server's CPU time, ${cached}`, rate, pair('cached', 'cpu')],
    ['-p99', `p99 at 20,000 q/s, ${at} Services, ${plain}`, latency, pair('plain', 'p99')],
    ['-p99-cache', `p99 at 20,000 q/s, ${at} Services, ${cached}`, latency, pair('cached', 'p99')],
    ['-memory', `resident memory afterwards, ${at} Services, ${plain}`, memory, pair('plain', 'rss')],
    ['-event', `slice written to new answer, p99, ${at} Services`, latency, { ours: [p99Of(own)], theirs: [] }],
    [
      '-event-median',
      `slice written to new answer, median`,
      latency,
      { ours: [spreadOf(own)?.median ?? NaN], theirs: [] },
    ],
  ];
  return compared.map(([name, what, unit, sides]) => ({
    bench: `dns-${size}${name}`,
    what,
    peer: 'CoreDNS 1.15.0',
    ...unit,
    ...sides,
  }));
}

type Compared = readonly [string, string, Pick<Figure, 'unit' | 'better'>, Pick<Figure, 'ours' | 'theirs'>];

const missingCoreDns = (): string | undefined => missingPeers('coredns');

async function startAll(
  kubeconfig: string,
): Promise<{ all: Map<string, DnsProcess>; ours: DnsProcess } & AsyncDisposable> {
  const ours = await startOwnDns(kubeconfig, ['--forward=none'], serverCore);
  const all = new Map([['ours', ours]]);
  if (missingCoreDns() === undefined) {
    all.set('plain', await startCoreDns({ kubeconfig, under: serverCore }));
    all.set('cached', await startCoreDns({ kubeconfig, under: serverCore, plugins: ['cache 30'] }));
  }
  return {
    all,
    ours,
    [Symbol.asyncDispose]: async () => {
      for (const server of all.values()) await server[Symbol.asyncDispose]();
    },
  };
}

async function createServices(rest: RestClient, size: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < size) {
      const service: Service = {
        metadata: { name: `s${next++}`, namespace: 'default' },
        spec: { ports: [{ name: 'http', port: 80 }] },
      };
      const { code, body } = await rest.post('/api/v1/namespaces/default/services', service);
      if (code !== 201) throw new Error(`creating a Service: ${code} ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, lane));
}

/** In ten queries: five A, two AAAA (empty), one SRV, two names that do not exist. */
function mixedQueries(size: number): string[] {
  const count = 20_000;
  return Array.from({ length: count }, (_, at) => {
    const name = `s${(at * 7919) % size}.default.svc.cluster.local`;
    switch (at % 10) {
      case 5:
      case 6:
        return `${name} AAAA`;
      case 7:
        return `_http._tcp.${name} SRV`;
      case 8:
      case 9:
        return `s${(at * 7919) % size}.default.svc.cluster.local.default.svc.cluster.local A`;
      default:
        return `${name} A`;
    }
  });
}

interface Perf {
  readonly completed: number;
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** With a folder for its words, every query's time is read; that is too much to print at full rate. */
async function dnsperf({ port }: DnsProcess, queries: string, more: readonly string[], folder?: string): Promise<Perf> {
  const [program = '', ...before] = clientCore;
  const words = ['dnsperf', '-s', '127.0.0.1', '-p', String(port), '-d', queries, '-c', '8', '-q', '100', ...more];
  const said = join(folder ?? tmpdir(), 'dnsperf.txt');
  const command = folder === undefined ? words : ['sh', '-c', `${[...words, '-v'].join(' ')} > ${said}`];
  const { stdout } = await run(program, [...before, ...command], { maxBuffer: 1 << 26 });
  const text = folder === undefined ? stdout : readFileSync(said, 'utf8');
  const perSecond = Number(/Queries per second:\s+([\d.]+)/.exec(text)?.[1] ?? NaN);
  const completed = Number(/Queries completed:\s+(\d+)/.exec(text)?.[1] ?? NaN);
  const times = Array.from(text.matchAll(/^> \S+ .* ([\d.]+)$/gm), ([, seconds]) => Number(seconds) * 1000);
  return { completed, perSecond, p99Ms: p99Of(times) };
}

function p99Of(values: readonly number[]): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.floor(sorted.length * 0.99)] ?? NaN;
}
