import { MetricRegistry } from '../metrics/index.ts';

const seconds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const bytes = [64, 256, 512, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216];

/** Upstream's names and buckets (OB7); `host` is fixed for a client. */
export class RequestMetrics {
  readonly #host: string;
  readonly #results;
  readonly #durations;
  readonly #waits;
  readonly #sent;
  readonly #retries;

  constructor(registry: MetricRegistry = new MetricRegistry(), host = '') {
    this.#host = host;
    this.#results = registry.counter({
      name: 'rest_client_requests_total',
      help: 'HTTP requests, by status code, method and host.',
      labels: ['code', 'method', 'host'],
    });
    this.#durations = registry.histogram({
      name: 'rest_client_request_duration_seconds',
      help: 'Time from sending a request to its answer, by verb and host.',
      labels: ['verb', 'host'],
      buckets: seconds,
    });
    this.#waits = registry.histogram({
      name: 'rest_client_rate_limiter_duration_seconds',
      help: 'Time a request waited for the client-side rate limit, by verb and host.',
      labels: ['verb', 'host'],
      buckets: seconds,
    });
    this.#sent = registry.histogram({
      name: 'rest_client_request_size_bytes',
      help: 'Size of request bodies, by verb and host.',
      labels: ['verb', 'host'],
      buckets: bytes,
    });
    this.#retries = registry.counter({
      name: 'rest_client_request_retries_total',
      help: 'Requests sent again, by status code, verb and host.',
      labels: ['code', 'verb', 'host'],
    });
  }

  waited(verb: string, waitMs: number): void {
    this.#waits.with({ verb, host: this.#host }).observe(waitMs / 1000);
  }

  /** `code` is `<error>` when no answer came, as upstream writes it. */
  answered(verb: string, code: string, tookMs: number, sentBytes: number): void {
    this.#results.with({ code, method: verb, host: this.#host }).inc();
    this.#durations.with({ verb, host: this.#host }).observe(tookMs / 1000);
    if (sentBytes > 0) this.#sent.with({ verb, host: this.#host }).observe(sentBytes);
  }

  retried(verb: string, code: string): void {
    this.#retries.with({ code, verb, host: this.#host }).inc();
  }
}
