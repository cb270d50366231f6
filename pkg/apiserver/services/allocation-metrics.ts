/** R10: what is given out and what is left, under upstream's names. */
import type { Claim, NodePortPool } from '../../allocator/index.ts';
import type { ServiceCIDR } from '../../api/types.ts';
import { cidrContains, parseCidr, rangeSize, usableRange } from '../../ip/index.ts';
import type { MetricRegistry } from '../../metrics/index.ts';
import type { WatchCache } from '../watchcache/cache.ts';
import type { Claims } from './claims.ts';

const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class AllocationMetrics {
  readonly #claims: Claims;
  readonly #ips;
  readonly #ports;

  constructor(metrics: MetricRegistry, claims: Claims, pool: NodePortPool, serviceCidrs: WatchCache) {
    this.#claims = claims;
    this.#ips = addressFamilies(metrics);
    this.#ports = portFamilies(metrics, claims, pool);
    metrics
      .gauge({ name: 'fairlead_clusterip_allocator_resting_ips', help: 'Cluster IPs in quarantine.' })
      .with()
      .readBy(() => claims.resting);
    this.#follow(serviceCidrs);
  }

  /** Something was given out; `seconds` from the decision to the record. */
  given(take: readonly Claim[], seconds: number): void {
    for (const claim of take) {
      if (claim.kind !== 'clusterIP') this.#ports.total.with({ scope: claim.how }).inc();
      else {
        const cidr = this.#cidrOf(claim);
        this.#ips.total.with({ cidr, scope: claim.how }).inc();
        this.#ips.duration.with({ cidr }).observe(seconds);
      }
    }
  }

  /** The claim lost a race to somebody else. */
  lost(claim: Extract<Claim, { kind: 'clusterIP' }>): void {
    this.#ips.errors.with({ cidr: this.#cidrOf(claim), scope: claim.how }).inc();
  }

  /** A request was refused for what it wanted of a range. */
  refused(what: 'ip' | 'port', scope: Claim['how']): void {
    if (what === 'port') this.#ports.errors.with({ scope }).inc();
    // Which range refused is nobody's answer when none had the address.
    else for (const cidr of this.#texts()) this.#ips.errors.with({ cidr, scope }).inc();
  }

  #cidrOf({ ip }: Extract<Claim, { kind: 'clusterIP' }>): string {
    const holds = (text: string): boolean => {
      const cidr = parseCidr(text);
      return cidr !== undefined && cidrContains(cidr, ip);
    };
    return this.#texts().find(holds) ?? '';
  }

  #texts(): string[] {
    return [...new Set(this.#claims.cidrs().flatMap(({ spec }) => spec?.cidrs ?? []))];
  }

  /** A series for each range there is, and none for those that are gone. */
  #follow(serviceCidrs: WatchCache): void {
    const add = (text: string): void => {
      const cidr = parseCidr(text);
      const usable = cidr === undefined ? undefined : usableRange(cidr);
      if (cidr === undefined) return;
      const used = (): number => this.#claims.countIn(cidr);
      this.#ips.allocated.with({ cidr: text }).readBy(used);
      const size = usable === undefined ? 0 : Number(rangeSize(usable));
      this.#ips.available.with({ cidr: text }).readBy(() => size - used());
    };
    for (const text of this.#texts()) add(text);
    serviceCidrs.subscribe({
      changed: ({ type, entry }) => {
        const texts = (entry.parse() as ServiceCIDR).spec?.cidrs ?? [];
        const left = new Set(this.#texts());
        for (const text of texts) {
          if (type !== 'DELETED') add(text);
          else if (!left.has(text)) for (const family of Object.values(this.#ips)) family.remove({ cidr: text });
        }
      },
      lost: () => undefined,
    });
  }
}

function addressFamilies(metrics: MetricRegistry) {
  const prefix = 'kube_apiserver_clusterip_allocator_';
  const scoped = { labels: ['cidr', 'scope'] };
  return {
    allocated: metrics.gauge({ name: `${prefix}allocated_ips`, help: 'Cluster IPs given out.', labels: ['cidr'] }),
    available: metrics.gauge({ name: `${prefix}available_ips`, help: 'Cluster IPs left.', labels: ['cidr'] }),
    total: metrics.counter({ name: `${prefix}allocation_total`, help: 'Cluster IPs given out so far.', ...scoped }),
    errors: metrics.counter({ name: `${prefix}allocation_errors_total`, help: 'Cluster IPs refused.', ...scoped }),
    duration: metrics.histogram({
      name: `${prefix}allocation_duration_seconds`,
      help: 'Time to find and record a cluster IP.',
      labels: ['cidr'],
      buckets: durations,
    }),
  };
}

function portFamilies(metrics: MetricRegistry, claims: Claims, pool: NodePortPool) {
  const prefix = 'kube_apiserver_nodeport_allocator_';
  metrics
    .gauge({ name: `${prefix}allocated_ports`, help: 'Node ports given out.' })
    .with()
    .readBy(() => claims.ports);
  metrics
    .gauge({ name: `${prefix}available_ports`, help: 'Node ports left.' })
    .with()
    .readBy(() => pool.size - claims.ports);
  const labels = ['scope'];
  return {
    total: metrics.counter({ name: `${prefix}allocation_total`, help: 'Node ports given out so far.', labels }),
    errors: metrics.counter({ name: `${prefix}allocation_errors_total`, help: 'Node ports refused.', labels }),
  };
}
