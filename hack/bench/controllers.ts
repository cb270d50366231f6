/**
 * The three endpoint controllers: `fairlead controllers` and kube-controller-manager as processes, in turn on the same
 * real API server in the same state. First a cold sync, from the start of the process to the last write; then Pods become
 * unready at a hundred a second.
 */
import { missingPeers } from '../../e2e/peers.ts';
import { eventually } from '../../e2e/rest.ts';
import { startPlane, type Plane } from './controllers-plane.ts';
import { startControllers, type Rate } from './controllers-side.ts';
import type { WrittenWatch } from './controllers-watch.ts';
import { spreadOf, type Figure } from './figure.ts';
import { cpuMs, peakMb } from './processes.ts';
import type { Effort } from './rounds.ts';
import type { SideName } from './sides.ts';

const perSecond = 100;
const peer = 'kube-controller-manager 1.36.3';

interface Cold {
  readonly wall: number;
  readonly cpu: number;
  readonly rss: number;
  readonly writes: number;
}

interface Churn {
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
  readonly writes: number;
}

export async function benchControllers(effort: Effort): Promise<Figure[]> {
  const missing = missingPeers('etcd', 'kube-apiserver', 'kube-controller-manager');
  if (missing !== undefined) {
    console.log(`  skipped, as the controllers need a real API server: ${missing}`);
    return [];
  }
  const figures: Figure[] = [];
  for (const services of effort.large ? [2000, 10_000] : [2000]) {
    const start = performance.now();
    await using plane = await startPlane(services);
    console.log(
      `  ${services} Services and ${plane.world.pods.length} Pods after ${seconds(performance.now() - start)}`,
    );
    for (const rate of [1000, 'unthrottled'] as const) figures.push(...(await compared(plane, services, rate, effort)));
  }
  return figures;
}

async function compared(plane: Plane, services: number, rate: Rate, effort: Effort): Promise<Figure[]> {
  const cold: Record<SideName, Cold[]> = { ours: [], theirs: [] };
  const churn: Record<SideName, Churn[]> = { ours: [], theirs: [] };
  // The rate makes no difference to so few changes.
  const changes = rate === 'unthrottled' ? perSecond * (effort.quick ? 5 : 30) : 0;
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const side of ['ours', 'theirs'] as const) {
      const result = await run(plane, services, { side, rate, changes });
      cold[side].push(result.cold);
      if (result.churn !== undefined) churn[side].push(result.churn);
      console.log(
        `  ${side}, ${rate}: ${told(result.cold)}${result.churn === undefined ? '' : `; ${told(result.churn)}`}`,
      );
    }
  }
  const name = `controllers-${services}-${rate === 'unthrottled' ? rate : `qps${rate}`}`;
  const about = `${services.toLocaleString('en-US')} Services × 10 Pods, ${rate === 'unthrottled' ? rate : `${rate} requests/s`}`;
  const figure =
    <Run extends object>(of: Record<SideName, Run[]>, words: string, part: string) =>
    (key: keyof Run & string, what: string, unit: Figure['unit']): Figure => {
      const take = (runs: Run[]): number[] => runs.map((each) => Number(each[key]));
      const [ours, theirs] = [take(of.ours), take(of.theirs)];
      return { bench: `${name}${part}-${key}`, what: `${words}: ${what}`, unit, better: 'lower', peer, ours, theirs };
    };
  const ofCold = figure(cold, about, '');
  const ofChurn = figure(churn, `${services.toLocaleString('en-US')} Services × 10, ${perSecond} Pods/s`, '-churn');
  return [
    ofCold('wall', 'start to last write', 'ms'),
    ofCold('cpu', 'CPU until then', 'ms'),
    ofCold('rss', 'most memory', 'MB'),
    ofCold('writes', 'writes', 'writes'),
    ...(changes === 0
      ? []
      : [
          ofChurn('p50', 'change to slice, median', 'ms'),
          ofChurn('p99', 'change to slice, 99 %', 'ms'),
          ofChurn('cpu', `CPU for ${changes}`, 'ms'),
          ofChurn('writes', `writes for ${changes}`, 'writes'),
        ]),
  ];
}

interface Run {
  readonly side: SideName;
  readonly rate: Rate;
  readonly changes: number;
}

async function run(
  plane: Plane,
  services: number,
  { side, rate, changes }: Run,
): Promise<{ cold: Cold; churn: Churn | undefined }> {
  await plane.reset();
  await using watch = await plane.watch();
  const before = await plane.writes();
  const start = performance.now();
  await using controllers = await startControllers(side, plane.connection, rate);
  await eventually('all slices and Endpoints', () => (watch.isComplete(services) ? true : undefined), 600);
  const [wall, cpu] = [performance.now() - start, cpuMs([controllers.pid])];
  // Slices are looked at once more a second after they appeared.
  await pause(2000);
  const cold = { wall, cpu, rss: peakMb(controllers.pid), writes: (await plane.writes()) - before };
  if (changes === 0) return { cold, churn: undefined };
  return { cold, churn: await churnOf(plane, watch, controllers.pid, changes) };
}

async function churnOf(plane: Plane, watch: WrittenWatch, pid: number, changes: number): Promise<Churn> {
  const { pods } = plane.world;
  const [writes, cpu] = [await plane.writes(), cpuMs([pid])];
  const sent: Promise<void>[] = [];
  const start = performance.now();
  // Far from each other, so that each change is of another Service.
  const stride = Math.floor(pods.length / changes);
  for (let n = 0; n < changes; n += 1) {
    await pause(start + (n * 1000) / perSecond - performance.now());
    const pod = pods[n * stride];
    if (pod === undefined) continue;
    watch.expect(pod.namespace, pod.name);
    sent.push(plane.makeUnready(pod));
  }
  await Promise.all(sent);
  await eventually('every change to be in a slice', () => (watch.missing === 0 ? true : undefined), 60);
  await pause(2000);
  const sorted = watch.latencies.toSorted((a, b) => a - b);
  return {
    p50: spreadOf(sorted)?.median ?? 0,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    cpu: cpuMs([pid]) - cpu,
    writes: (await plane.writes()) - writes,
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const told = (values: object): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${Math.round(Number(value))}`)
    .join(', ');
