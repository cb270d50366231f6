/** The metrics of this controller (X10–X13) under upstream's names. */
import type { MetricRegistry } from '../../pkg/metrics/index.ts';
import { exponentialBuckets } from '../../pkg/metrics/index.ts';
import type { MirrorFigures } from './plan.ts';

const prefix = 'endpoint_slice_mirroring_controller_';

export class MirrorMetrics {
  readonly #perSync;
  readonly #changes;
  readonly #duration;
  readonly #groups = new Map<string, MirrorFigures['groups']>();

  constructor(registry: MetricRegistry, maxEndpointsPerSubset: number) {
    const named = (name: string, help: string) => ({ name: `${prefix}${name}`, help });
    const perSync = (name: string, help: string) =>
      registry.histogram({ ...named(name, help), buckets: exponentialBuckets(2, 2, 15) }).with();
    this.#perSync = {
      added: perSync('endpoints_added_per_sync', 'Endpoints added by one sync of an Endpoints object.'),
      updated: perSync('endpoints_updated_per_sync', 'Endpoints changed by one sync of an Endpoints object.'),
      removed: perSync('endpoints_removed_per_sync', 'Endpoints removed by one sync of an Endpoints object.'),
      skipped: perSync('addresses_skipped_per_sync', 'Addresses not mirrored: invalid, or over the limit.'),
    };
    this.#changes = registry.counter({ ...named('changes', 'Writes of EndpointSlices.'), labels: ['operation'] });
    this.#duration = registry
      .histogram({
        ...named('endpoints_sync_duration', 'Seconds one sync of an Endpoints object took.'),
        buckets: exponentialBuckets(0.001, 2, 15),
      })
      .with();
    const total = (name: string, help: string, of: (group: MirrorFigures['groups'][number]) => number) =>
      registry
        .gauge(named(name, help))
        .with()
        .readBy(() => [...this.#groups.values()].flat().reduce((sum, group) => sum + of(group), 0));
    total('endpoints_desired', 'Endpoints that should exist.', ({ endpoints }) => endpoints);
    total('num_endpoint_slices', 'EndpointSlices that exist.', ({ slices }) => slices);
    total('desired_endpoint_slices', 'EndpointSlices needed if all were full.', ({ endpoints }) =>
      Math.ceil(endpoints / maxEndpointsPerSubset),
    );
  }

  /** X10, X12: known before the writes, and kept even if they fail. */
  planned(key: string, { groups, ...figures }: MirrorFigures): void {
    this.#perSync.added.observe(figures.added);
    this.#perSync.updated.observe(figures.updated);
    this.#perSync.removed.observe(figures.removed);
    this.#perSync.skipped.observe(figures.skipped);
    this.#groups.set(key, groups);
  }

  /** X13 */
  wrote(operation: 'create' | 'update' | 'delete'): void {
    this.#changes.with({ operation }).inc();
  }

  /** X11 */
  synced(durationMs: number): void {
    this.#duration.observe(durationMs / 1000);
  }

  forget(key: string): void {
    this.#groups.delete(key);
  }
}
