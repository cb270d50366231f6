import type { Registry as PromRegistry } from 'prom-client';
import { Histogram } from './instruments.ts';
import type { Family, MetricRegistry } from './registry.ts';

export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

export interface ExporterOptions {
  /** Add `process_*` and `nodejs_*` of this process (OB8). One exporter a process should; false by default. */
  readonly process?: boolean;
}

interface Sample {
  readonly metricName?: string;
  readonly labels: Record<string, string | number>;
  readonly value: number;
}

/**
 * Answers scrapes of a registry. prom-client writes the text (escaping, OpenMetrics, process metrics) and is loaded at
 * the first scrape, not at start (DX4, DX5).
 */
export class Exporter {
  readonly #registry: MetricRegistry;
  readonly #process: boolean;
  #processMetrics: PromRegistry | undefined;

  constructor(registry: MetricRegistry, options: ExporterOptions = {}) {
    this.#registry = registry;
    this.#process = options.process ?? false;
  }

  /** `accept` is the request's header; OpenMetrics is given to who asks for it, else Prometheus text 0.0.4 (OB6). */
  async scrape(accept = ''): Promise<Exposition> {
    const { Registry, collectDefaultMetrics } = await import('prom-client');
    const scrape = new Registry();
    if (accept.includes('application/openmetrics-text')) {
      scrape.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    }
    if (this.#process && this.#processMetrics === undefined) {
      this.#processMetrics = new Registry();
      collectDefaultMetrics({ register: this.#processMetrics });
    }
    for (const metric of this.#processMetrics?.getMetricsAsArray() ?? []) scrape.registerMetric(metric as never);
    for (const family of this.#registry.families()) scrape.registerMetric(new ReadFamily(family) as never);
    return { contentType: scrape.contentType, body: await scrape.metrics() };
  }
}

/** What prom-client's registry asks of a metric: a name, which OpenMetrics shortens, and the samples of this moment. */
class ReadFamily {
  name: string;
  readonly type: Family['type'];
  readonly #family: Family;

  constructor(family: Family) {
    this.name = family.name;
    this.type = family.type;
    this.#family = family;
  }

  get(): object {
    return { name: this.name, help: this.#family.help, type: this.type, values: [...samples(this.#family)] };
  }
}

function* samples(family: Family): Generator<Sample> {
  for (const { labels, cell } of family.series()) {
    if (cell instanceof Histogram) yield* histogramSamples(family.name, labels, cell);
    else yield { labels, value: cell.value };
  }
}

function* histogramSamples(name: string, labels: Record<string, string>, histogram: Histogram): Generator<Sample> {
  let total = 0;
  for (const [index, count] of histogram.counts.entries()) {
    total += count;
    const le = histogram.bounds[index] ?? '+Inf';
    yield { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
  }
  yield { metricName: `${name}_sum`, labels, value: histogram.sum };
  yield { metricName: `${name}_count`, labels, value: histogram.count };
}
