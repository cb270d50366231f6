import { Counter, Gauge, Histogram, MetricRegistry } from '../../../metrics/index.ts';

/** The numbers of one metric, as plain data. */
export interface FamilySnapshot {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly series: readonly SeriesSnapshot[];
}

interface SeriesSnapshot {
  readonly labels: Record<string, string>;
  /** Of a histogram: its sum. */
  readonly value: number;
  readonly bounds?: readonly number[];
  readonly counts?: readonly number[];
}

/** All numbers of a registry at this moment. */
export function snapshotOf(registry: MetricRegistry): FamilySnapshot[] {
  return registry.families().map((family) => ({
    type: family.type,
    name: family.name,
    help: family.help,
    labels: family.labels,
    series: [...family.series()].map(({ labels, cell }) =>
      cell instanceof Histogram
        ? { labels, value: cell.sum, bounds: cell.bounds, counts: cell.counts }
        : { labels, value: cell.value },
    ),
  }));
}

/** Gauges that say the same of every worker, or of the slowest: adding them up would mean nothing. */
const LARGEST = new Set(['fairlead_dns_event_loop_delay_seconds', 'fairlead_dns_udp_receive_drops']);

/** One registry with the numbers of all: added up, but for a few gauges of which the largest counts (X13). */
export function mergeSnapshots(all: readonly (readonly FamilySnapshot[])[]): MetricRegistry {
  const registry = new MetricRegistry();
  for (const family of all.flat()) {
    for (const series of family.series) addSeries(registry, family, series);
  }
  return registry;
}

function addSeries(registry: MetricRegistry, family: FamilySnapshot, series: SeriesSnapshot): void {
  const { value, labels, bounds = [], counts = [] } = series;
  if (family.type === 'histogram') {
    const cell = registry.histogram({ ...family, buckets: bounds }).with(labels);
    for (const [bucket, count] of counts.entries()) {
      cell.counts[bucket] = (cell.counts[bucket] ?? 0) + count;
      cell.count += count;
    }
    cell.sum += value;
    return;
  }
  const cell: Counter | Gauge = (family.type === 'counter' ? registry.counter(family) : registry.gauge(family)).with(
    labels,
  );
  if (cell instanceof Counter) cell.inc(value);
  else if (cell instanceof Gauge) cell.set(LARGEST.has(family.name) ? Math.max(cell.value, value) : cell.value + value);
}
