import { MetricRegistry } from '../metrics/index.ts';
import type { Counter, Gauge } from '../metrics/index.ts';

/** LE26: upstream's two names, and ours. */
export class ElectionMetrics {
  readonly status: Gauge;
  readonly slowPath: Counter;
  readonly transitions: Counter;
  readonly refusals: Counter;
  readonly remaining: Gauge;

  constructor(registry: MetricRegistry = new MetricRegistry(), name = '') {
    const counter = (metric: string, help: string) =>
      registry.counter({ name: metric, help, labels: ['name'] }).with({ name });
    const gauge = (metric: string, help: string) =>
      registry.gauge({ name: metric, help, labels: ['name'] }).with({ name });
    this.status = gauge('leader_election_master_status', '1 while this process leads, else 0.');
    this.slowPath = counter('leader_election_slowpath_total', 'Renewals that needed a read first.');
    this.transitions = counter('leader_election_transitions_observed_total', 'Changes of the holder seen.');
    this.refusals = counter(
      'leader_election_fence_rejections_total',
      'Writes not sent for want of certain leadership.',
    );
    this.remaining = gauge('leader_election_deadline_seconds', 'Time until leading ends without another renewal.');
  }
}
