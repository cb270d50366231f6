import { MetricRegistry } from '../metrics/index.ts';
import type { Counter } from '../metrics/index.ts';

/** OB7, OB8: what is counted about one collection. */
export class ReflectorMetrics {
  readonly #resource: string;
  readonly #relists;
  readonly #stale: Counter;
  readonly #handlerErrors: Counter;
  readonly #gap;
  readonly #version;
  readonly #queued;

  constructor(registry: MetricRegistry = new MetricRegistry(), resource = '') {
    this.#resource = resource;
    this.#relists = registry.counter({
      name: 'reflector_relist_total',
      help: 'Rounds of a reflector that ended and were followed by a new list, by resource and reason.',
      labels: ['resource', 'reason'],
    });
    this.#stale = registry
      .counter({
        name: 'informer_stale_event_total',
        help: 'Watch events that were older than the cached object and were dropped.',
        labels: ['resource'],
      })
      .with({ resource });
    this.#handlerErrors = registry
      .counter({ name: 'informer_handler_errors_total', help: 'Handlers that threw.', labels: ['resource'] })
      .with({ resource });
    this.#gap = registry
      .gauge({
        name: 'reflector_watch_gap_seconds',
        help: 'Time since the last frame of the present watch, bookmarks included.',
        labels: ['resource'],
      })
      .with({ resource });
    this.#version = registry
      .gauge({
        name: 'informer_store_resource_version',
        help: 'Last 15 digits of the version that the store has reached.',
        labels: ['resource'],
      })
      .with({ resource });
    this.#queued = registry
      .gauge({
        name: 'informer_queued_items',
        help: 'Notices that handlers have not been given yet.',
        labels: ['resource'],
      })
      .with({ resource });
  }

  /** `reason` is a word from a closed set. */
  relist(reason: string): void {
    this.#relists.with({ resource: this.#resource, reason }).inc();
  }

  staleEvent(): void {
    this.#stale.inc();
  }

  handlerError(): void {
    this.#handlerErrors.inc();
  }

  watchGap(seconds: () => number): void {
    this.#gap.readBy(seconds);
  }

  storeVersion(version: () => string): void {
    this.#version.readBy(() => Number(version().slice(-15)) || 0);
  }

  queued(items: () => number): void {
    this.#queued.readBy(items);
  }
}
