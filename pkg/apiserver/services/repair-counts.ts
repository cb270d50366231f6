/** R10: what repair found and how often it failed, under upstream's names. Q15: addresses are counted as well. */
import type { Finding } from '../../allocator/index.ts';
import type { MetricRegistry } from '../../metrics/index.ts';

export class RepairCounts {
  readonly #addresses;
  readonly #ports;
  readonly #failures;

  constructor(metrics: MetricRegistry) {
    const errors = (name: string, what: string): ReturnType<MetricRegistry['counter']> =>
      metrics.counter({ name, help: `${what} that did not fit together, by what was wrong.`, labels: ['type'] });
    this.#addresses = errors('apiserver_clusterip_repair_ip_errors_total', 'Cluster IPs');
    this.#ports = errors('apiserver_nodeport_repair_port_errors_total', 'Node ports');
    this.#failures = ['clusterip', 'nodeport'].map((what) =>
      metrics
        .counter({ name: `apiserver_${what}_repair_reconcile_errors_total`, help: 'Repair passes that failed.' })
        .with(),
    );
  }

  found({ kind, action }: Finding): void {
    (action === 'PortAllocation' ? this.#ports : this.#addresses).with({ type: kind }).inc();
  }

  failed(): void {
    for (const counter of this.#failures) counter.inc();
  }
}
