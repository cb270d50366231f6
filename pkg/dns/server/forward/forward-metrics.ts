/** X10, under CoreDNS's names. */
import type { Counter, Family, Histogram, MetricRegistry } from '../../../metrics/index.ts';
import { exponentialBuckets } from '../../../metrics/index.ts';

const PROXY = { proxy_name: 'forward' };

export class ForwardMetrics {
  /** All servers were down. */
  readonly broken: Counter;
  /** Refused for being too many (S47). */
  readonly rejected: Counter;
  readonly #seconds: Family<Histogram>;
  readonly #probeFailures: Family<Counter>;

  constructor(registry: MetricRegistry) {
    this.broken = registry
      .counter({ name: 'coredns_forward_healthcheck_broken_total', help: 'Questions that found every server down.' })
      .with();
    this.rejected = registry
      .counter({ name: 'coredns_forward_max_concurrent_rejects_total', help: 'Questions over the concurrency limit.' })
      .with();
    this.#seconds = registry.histogram({
      name: 'coredns_proxy_request_duration_seconds',
      help: 'Time of one try at one server.',
      labels: ['proxy_name', 'to', 'rcode'],
      buckets: exponentialBuckets(0.000_25, 2, 16),
    });
    this.#probeFailures = registry.counter({
      name: 'coredns_proxy_healthcheck_failures_total',
      help: 'Health probes without an answer.',
      labels: ['proxy_name', 'to'],
    });
  }

  answered(to: string, rcode: string, seconds: number): void {
    this.#seconds.with({ ...PROXY, to, rcode }).observe(seconds);
  }

  probeFailed(to: string): void {
    this.#probeFailures.with({ ...PROXY, to }).value += 1;
  }
}
