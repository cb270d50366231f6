/** Whether this proxy keeps up with changes (H10), and whether its node should get new traffic (H11, H12). */
import type { Clock } from '../../clock/clock.ts';
import type { Node } from '../../api/types.ts';
import type { Family } from '../model/index.ts';

/** A cluster autoscaler is about to remove the node. */
const deletionTaint = 'ToBeDeletedByClusterAutoscaler';

export interface HealthReport {
  readonly status: 200 | 503;
  readonly body: string;
}

export class ProxyHealth {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #queuedAt = new Map<Family, number>();
  #updatedAt: number;
  #eligible = true;

  /** `syncPeriodMs` is iptables' in every mode (H10). */
  constructor(clock: Clock, syncPeriodMs = 30_000) {
    this.#clock = clock;
    this.#patienceMs = 2 * syncPeriodMs;
    this.#updatedAt = clock.now();
  }

  /** A change waits; only the first of several counts. */
  queued(family: Family): void {
    if (!this.#queuedAt.has(family)) this.#queuedAt.set(family, this.#clock.monotonic());
  }

  /** A sync succeeded. */
  updated(family: Family): void {
    this.#queuedAt.delete(family);
    this.#updatedAt = this.#clock.now();
  }

  nodeChanged({ metadata, spec }: Node): void {
    const leaving = spec?.taints?.some(({ key }) => key === deletionTaint) === true;
    this.#eligible = metadata.deletionTimestamp === undefined && !leaving;
  }

  isHealthy(): boolean {
    return [...this.#queuedAt.values()].every((at) => this.#clock.monotonic() - at < this.#patienceMs);
  }

  /** For load balancers with policy Cluster: also not on a node that is going. */
  healthz(): HealthReport {
    return this.#report(this.isHealthy() && this.#eligible, { nodeEligible: this.#eligible });
  }

  /** For liveness probes. */
  livez(): HealthReport {
    return this.#report(this.isHealthy(), {});
  }

  #report(ok: boolean, more: object): HealthReport {
    const now = new Date(this.#clock.now()).toISOString();
    const lastUpdated = this.isHealthy() ? now : new Date(this.#updatedAt).toISOString();
    return { status: ok ? 200 : 503, body: JSON.stringify({ lastUpdated, currentTime: now, ...more }) };
  }
}
