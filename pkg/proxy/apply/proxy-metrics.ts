/** What a node proxy counts, under kube-proxy's names (M20–M29). */
import type { Clock } from '../../clock/clock.ts';
import { exponentialBuckets, type MetricRegistry } from '../../metrics/index.ts';
import type { Family } from '../model/index.ts';
import type { SyncResult } from './kernel-proxy.ts';
import type { KernelMode } from './tools.ts';

const prefix = 'kubeproxy_';
const perFamily = ['ip_family'];
const syncBuckets = exponentialBuckets(0.001, 2, 15);
/** M22: quarters of a second for the best, then seconds, then what is hopeless. */
const programmingBuckets = [
  0.25,
  0.5,
  ...Array.from({ length: 59 }, (_, index) => index + 1),
  ...Array.from({ length: 12 }, (_, index) => 60 + 5 * index),
  ...Array.from({ length: 7 }, (_, index) => 120 + 30 * index),
];

export type ChangeKind = 'service' | 'endpoint';

export class ProxyMetrics {
  readonly #clock: Clock;
  readonly #mode: KernelMode;
  readonly #families: ReturnType<typeof familiesOf>;

  constructor(registry: MetricRegistry, mode: KernelMode, clock: Clock) {
    this.#clock = clock;
    this.#mode = mode;
    this.#families = familiesOf(registry, mode);
  }

  /** M23: an object arrived; counted whether or not it makes a difference. */
  changed(kind: ChangeKind): void {
    const { changes, pending } = this.#families;
    changes[kind].with().inc();
    pending[kind].with().inc();
  }

  queued(family: Family): void {
    this.#families.queuedAt.with({ ip_family: family }).set(this.#clock.now() / 1000);
  }

  synced({ family, full, durationMs, programmingMs, noLocalEndpoints, rules, flows }: SyncResult): void {
    const { pending, sync, syncFull, syncPartial, programming, syncedAt, noLocal, deletedFlows, flowSync } =
      this.#families;
    const labels = { ip_family: family };
    for (const kind of ['service', 'endpoint'] as const) pending[kind].with().set(0);
    sync.with(labels).observe(durationMs / 1000);
    (full ? syncFull : syncPartial).with(labels).observe(durationMs / 1000);
    for (const ms of programmingMs) programming.with(labels).observe(ms / 1000);
    syncedAt.with(labels).set(this.#clock.now() / 1000);
    for (const policy of ['internal', 'external'] as const)
      noLocal.with({ ...labels, traffic_policy: policy }).set(noLocalEndpoints[policy]);
    if (flows !== undefined) {
      deletedFlows.with(labels).inc(flows.deleted);
      flowSync.with(labels).observe(flows.durationMs / 1000);
    }
    const { rulesTotal, rulesLast } = this.#families;
    for (const table of ['filter', 'nat'] as const) {
      if (rules === undefined || rulesTotal === undefined || rulesLast === undefined) continue;
      rulesTotal.with({ ...labels, table }).set(rules[table].total);
      rulesLast.with({ ...labels, table }).set(rules[table].written);
    }
  }

  failed(family: Family, full: boolean): void {
    const { failures, partialFailures } = this.#families;
    failures?.with({ ip_family: family }).inc();
    if (!full && this.#mode === 'iptables') partialFailures?.with({ ip_family: family }).inc();
  }

  answered(what: 'healthz' | 'livez', status: number): void {
    this.#families[what].with({ code: `${status}` }).inc();
  }
}

/** M32: a mode has its own failures only. */
function familiesOf(registry: MetricRegistry, mode: KernelMode) {
  const counter = (name: string, help: string, labels: readonly string[] = []) =>
    registry.counter({ name: prefix + name, help, labels });
  const gauge = (name: string, help: string, labels: readonly string[] = []) =>
    registry.gauge({ name: prefix + name, help, labels });
  const seconds = (name: string, help: string, buckets = syncBuckets) =>
    registry.histogram({ name: prefix + name, help, labels: perFamily, buckets });
  const rules = 'sync_proxy_rules_';
  const pendingHelp = 'since the last sync';
  const ofIptables = mode !== 'nftables';
  return {
    sync: seconds(`${rules}duration_seconds`, 'How long syncs took'),
    syncFull: seconds('sync_full_proxy_rules_duration_seconds', 'How long full syncs took'),
    syncPartial: seconds('sync_partial_proxy_rules_duration_seconds', 'How long partial syncs took'),
    syncedAt: gauge(`${rules}last_timestamp_seconds`, 'When rules were last written', perFamily),
    queuedAt: gauge(`${rules}last_queued_timestamp_seconds`, 'When a sync was last asked for', perFamily),
    programming: seconds(
      'network_programming_duration_seconds',
      'From the change of a Pod to the rule in the kernel',
      programmingBuckets,
    ),
    changes: {
      service: counter(`${rules}service_changes_total`, 'Changes of Services'),
      endpoint: counter(`${rules}endpoint_changes_total`, 'Changes of EndpointSlices'),
    },
    pending: {
      service: gauge(`${rules}service_changes_pending`, `Changes of Services ${pendingHelp}`),
      endpoint: gauge(`${rules}endpoint_changes_pending`, `Changes of EndpointSlices ${pendingHelp}`),
    },
    noLocal: gauge(`${rules}no_local_endpoints_total`, 'Service ports whose policy Local leaves nobody here', [
      ...perFamily,
      'traffic_policy',
    ]),
    failures: ofIptables
      ? counter(`${rules}iptables_restore_failures_total`, 'Syncs that failed', perFamily)
      : counter(`${rules}nftables_sync_failures_total`, 'Syncs that failed', perFamily),
    partialFailures:
      mode === 'iptables'
        ? counter(`${rules}iptables_partial_restore_failures_total`, 'Partial syncs that failed', perFamily)
        : undefined,
    rulesTotal: ofIptables
      ? gauge(`${rules}iptables_total`, 'Rules that are ours', [...perFamily, 'table'])
      : undefined,
    rulesLast: ofIptables
      ? gauge(`${rules}iptables_last`, 'Rules written by the last sync', [...perFamily, 'table'])
      : undefined,
    deletedFlows: counter('conntrack_reconciler_deleted_entries_total', 'UDP flows that were cut', perFamily),
    flowSync: seconds('conntrack_reconciler_sync_duration_seconds', 'How long looking for stale UDP flows took'),
    healthz: counter('proxy_healthz_total', 'Answers of /healthz', ['code']),
    livez: counter('proxy_livez_total', 'Answers of /livez', ['code']),
  };
}
