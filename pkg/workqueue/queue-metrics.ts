import { exponentialBuckets, MetricRegistry } from '../metrics/index.ts';
import type { Counter, Gauge, Histogram } from '../metrics/index.ts';

/** Bounds that client-go's queues use: ten powers of ten from 10 ns to 10 s. */
const bounds = exponentialBuckets(1e-8, 10, 10);

/** Upstream's names and label (§3.5 of the rules: OB7). */
export class QueueMetrics {
  readonly depth: Gauge;
  readonly adds: Counter;
  readonly retries: Counter;
  readonly waited: Histogram;
  readonly worked: Histogram;
  readonly unfinished: Gauge;
  readonly longest: Gauge;
  readonly stuck: Gauge;

  constructor(registry: MetricRegistry = new MetricRegistry(), name = '') {
    const labels = ['name'];
    const counter = (metric: string, help: string) => registry.counter({ name: metric, help, labels }).with({ name });
    const gauge = (metric: string, help: string) => registry.gauge({ name: metric, help, labels }).with({ name });
    const histogram = (metric: string, help: string) =>
      registry.histogram({ name: metric, help, labels, buckets: bounds }).with({ name });
    this.depth = gauge('workqueue_depth', 'Keys ready to be worked on.');
    this.adds = counter('workqueue_adds_total', 'Adds that made a key need work.');
    this.retries = counter('workqueue_retries_total', 'Adds with a delay, rate-limited ones included.');
    this.waited = histogram('workqueue_queue_duration_seconds', 'Time from the add of a key to the start of its work.');
    this.worked = histogram('workqueue_work_duration_seconds', 'Time that work on a key took.');
    this.unfinished = gauge('workqueue_unfinished_work_seconds', 'Sum of the ages of all work under way.');
    this.longest = gauge('workqueue_longest_running_processor_seconds', 'Age of the oldest work under way.');
    this.stuck = registry
      .gauge({ name: 'reconcile_stuck', help: 'Keys that have failed 15 times or more.', labels: ['controller'] })
      .with({ controller: name });
  }
}
