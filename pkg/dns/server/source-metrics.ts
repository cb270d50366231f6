/** What is counted of objects and their way into answers (X6, X8). */
import type { Clock } from '../../clock/index.ts';
import type { Family, Histogram, MetricRegistry } from '../../metrics/index.ts';
import { exponentialBuckets } from '../../metrics/index.ts';
import type { Change, ZoneIndex } from '../records/index.ts';

const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';
const SERVICE_NAME = 'kubernetes.io/service-name';

export class SourceMetrics {
  readonly #index: ZoneIndex;
  readonly #clock: Clock;
  readonly #programming: Family<Histogram>;
  #lastChangeMs: number;

  constructor(registry: MetricRegistry, index: ZoneIndex, clock: Clock) {
    this.#index = index;
    this.#clock = clock;
    this.#lastChangeMs = clock.monotonic();
    this.#programming = registry.histogram({
      name: 'coredns_kubernetes_dns_programming_duration_seconds',
      help: 'From the change of an endpoint to its first answer.',
      labels: ['service_kind'],
      buckets: exponentialBuckets(0.001, 2, 20),
    });
    const gauge = (name: string, help: string, read: () => number): void =>
      registry.gauge({ name, help }).with().readBy(read);
    gauge('fairlead_dns_synced', 'All objects have been seen.', () => Number(index.synced));
    gauge('fairlead_dns_last_change_age_seconds', 'Since the source told anything.', () => this.#changeAge());
    const serials = registry.gauge({ name: 'fairlead_dns_zone_serial', help: 'Serial of the zone.', labels: ['zone'] });
    for (const { text } of index.config.zones) serials.with({ zone: text }).readBy(() => index.serial);
    const objects = registry.gauge({
      name: 'fairlead_dns_objects',
      help: 'Objects the zones are made of.',
      labels: ['resource'],
    });
    for (const resource of ['namespaces', 'services', 'endpointslices'] as const) {
      objects.with({ resource }).readBy(() => index.counts[resource]);
    }
  }

  /** Takes note of a change that has been applied; `isVisible` when answers differ from before. */
  applied(change: Change, isVisible: boolean): void {
    this.#lastChangeMs = this.#clock.monotonic();
    if (!isVisible || !this.#index.synced || change.kind !== 'EndpointSlice') return;
    const { annotations, labels } = change.object?.metadata ?? {};
    const kind = this.#index.serviceKind(change.namespace, labels?.[SERVICE_NAME] ?? '');
    const triggered = Date.parse(annotations?.[TRIGGER_TIME] ?? '');
    if (kind === undefined || Number.isNaN(triggered)) return;
    this.#programming.with({ service_kind: kind }).observe((this.#clock.now() - triggered) / 1000);
  }

  #changeAge(): number {
    return (this.#clock.monotonic() - this.#lastChangeMs) / 1000;
  }
}
