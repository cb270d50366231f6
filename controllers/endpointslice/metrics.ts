/** The metrics of this controller (X1–X9) under upstream's names. */
import type { MetricRegistry } from '../../pkg/metrics/index.ts';
import { exponentialBuckets } from '../../pkg/metrics/index.ts';
import type { SlicePlan } from './plan.ts';

const prefix = 'endpoint_slice_controller_';
const endpointBuckets = exponentialBuckets(2, 2, 15);
const defaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What one Service adds to the gauges. */
interface Share {
  readonly endpoints: number;
  readonly slices: number;
  readonly desiredSlices: number;
  readonly trafficDistribution: string | undefined;
}

export class SliceMetrics {
  readonly #added;
  readonly #removed;
  readonly #changes;
  readonly #changedPerSync;
  readonly #syncs;
  readonly #byDistribution;
  readonly #shares = new Map<string, Share>();

  constructor(registry: MetricRegistry) {
    const named = (name: string, help: string) => ({ name: `${prefix}${name}`, help });
    const perSync = (name: string, help: string) =>
      registry.histogram({ ...named(name, help), buckets: endpointBuckets }).with();
    this.#added = perSync('endpoints_added_per_sync', 'Endpoints added by one sync of a Service.');
    this.#removed = perSync('endpoints_removed_per_sync', 'Endpoints removed by one sync of a Service.');
    this.#changes = registry.counter({ ...named('changes', 'Writes of EndpointSlices.'), labels: ['operation'] });
    this.#changedPerSync = registry.histogram({
      ...named('endpointslices_changed_per_sync', 'EndpointSlices written by one sync of a Service.'),
      labels: ['topology', 'traffic_distribution'],
      buckets: defaultBuckets,
    });
    this.#syncs = registry.counter({ ...named('syncs', 'Syncs of Services by result.'), labels: ['result'] });
    this.#byDistribution = registry.gauge({
      ...named('services_count_by_traffic_distribution', 'Services by value of trafficDistribution.'),
      labels: ['traffic_distribution'],
    });
    const total = (name: string, help: string, of: (share: Share) => number) =>
      registry
        .gauge(named(name, help))
        .with()
        .readBy(() => [...this.#shares.values()].reduce((sum, share) => sum + of(share), 0));
    total('endpoints_desired', 'Endpoints that should exist.', ({ endpoints }) => endpoints);
    total('num_endpoint_slices', 'EndpointSlices that exist.', ({ slices }) => slices);
    total('desired_endpoint_slices', 'EndpointSlices needed if all were full.', ({ desiredSlices }) => desiredSlices);
  }

  /** X1–X5, X9: known before the writes, and kept even if they fail. H7: summed over address types. */
  planned(service: string, { types, mode, max }: SlicePlan): void {
    for (const { figures } of types) {
      this.#added.observe(figures.added);
      this.#removed.observe(figures.removed);
    }
    const totals = types.map(({ figures: { groups } }) => ({
      endpoints: sum(groups.map(({ endpoints }) => endpoints)),
      slices: sum(groups.map(({ slices }) => slices)),
      // X5: at least the placeholder.
      desiredSlices: Math.max(1, sum(groups.map(({ endpoints }) => Math.ceil(endpoints / max)))),
    }));
    this.#setShare(service, {
      endpoints: sum(totals.map(({ endpoints }) => endpoints)),
      slices: sum(totals.map(({ slices }) => slices)),
      desiredSlices: sum(totals.map(({ desiredSlices }) => desiredSlices)),
      trafficDistribution: mode.kind === 'close' ? mode.value : undefined,
    });
  }

  /** X6 */
  wrote(operation: 'create' | 'update' | 'delete'): void {
    this.#changes.with({ operation }).inc();
  }

  /** X7: only of address types whose writes all succeeded. */
  finished({ mode, types }: SlicePlan, failedChains: ReadonlySet<string>): void {
    const labels = {
      topology: mode.kind === 'proportional' ? 'Auto' : 'Disabled',
      traffic_distribution: mode.kind === 'close' ? mode.value : '',
    };
    for (const { family, figures } of types) {
      if (!failedChains.has(family)) this.#changedPerSync.with(labels).observe(figures.changed);
    }
  }

  /** X8 */
  synced(result: 'success' | 'stale' | 'error'): void {
    this.#syncs.with({ result }).inc();
  }

  forget(service: string): void {
    this.#setShare(service, undefined);
  }

  #setShare(service: string, share: Share | undefined): void {
    this.#count(this.#shares.get(service)?.trafficDistribution, -1);
    this.#count(share?.trafficDistribution, 1);
    if (share === undefined) this.#shares.delete(service);
    else this.#shares.set(service, share);
  }

  /** X9: a value that was once in use stays, at 0 if need be. */
  #count(value: string | undefined, by: number): void {
    if (value !== undefined) this.#byDistribution.with({ traffic_distribution: value }).inc(by);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
