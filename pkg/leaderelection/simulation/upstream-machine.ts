import type { Lease } from '../../api/types.ts';
import type { Command, ElectorConfig, Observation } from '../election.ts';
import { claimedLease, contentOf, durationMsOf, holderOf, newLease } from '../lease-record.ts';
import type { Instant } from '../lease-record.ts';
import { jitterFactor } from '../timings.ts';
import type { Machine } from './machine.ts';

/**
 * client-go's elector, restated to be compared in the same world: dates its own renewals at the answer, keeps trying
 * until the deadline although another name stands on the lease, and on the way out looks at the holder it remembers.
 */
export class UpstreamMachine implements Machine {
  readonly requestTimeoutMs: number;
  readonly isFenced = false;
  readonly #config: ElectorConfig;
  #lease: Lease | undefined;
  #content = '';
  #observedAt = Number.NEGATIVE_INFINITY;
  #leading = false;
  #stopped = false;
  /** End of the present streak of attempts; absent between streaks. */
  #giveUpAt: number | undefined;
  /** The next attempt of the streak; attempts tick in steps of the retry period. */
  #nextTickAt = 0;
  #optimistic = false;

  constructor(config: ElectorConfig) {
    this.#config = config;
    this.requestTimeoutMs = config.timings.renewDeadlineMs / 2;
  }

  get identity(): string {
    return this.#config.identity;
  }

  get isLeading(): boolean {
    return this.#leading;
  }

  actsUntil(): number {
    return this.#leading ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  deadlineAt(): number | undefined {
    return this.#leading ? this.#giveUpAt : undefined;
  }

  mayRelease(): boolean {
    return this.#lease !== undefined && holderOf(this.#lease) === this.identity;
  }

  step(observation: Observation, now: Instant, chance: number): Command | undefined {
    if (this.#stopped || observation.kind === 'watched') return undefined;
    if (this.#leading && this.#giveUpAt !== undefined && now.monotonic >= this.#giveUpAt) return this.#giveUp();
    switch (observation.kind) {
      case 'timer':
        return this.#attempt(now);
      case 'read':
        return this.#considerRead(observation.lease, now, chance);
      case 'written':
        return this.#succeed(observation.lease, now);
      case 'refused':
      case 'failed':
        return this.#fail(now, chance);
      case 'deadline':
        return undefined;
      default:
        return observation satisfies never;
    }
  }

  #attempt(now: Instant): Command {
    const { timings, identity } = this.#config;
    if (this.#leading && this.#giveUpAt === undefined) {
      this.#giveUpAt = now.monotonic + timings.renewDeadlineMs;
      this.#nextTickAt = now.monotonic;
    }
    this.#nextTickAt += timings.retryPeriodMs;
    this.#optimistic = this.#isOurs() && this.#isValid(now);
    if (!this.#optimistic || this.#lease === undefined) return { kind: 'read' };
    return { kind: 'update', lease: claimedLease(this.#lease, identity, timings.leaseDurationMs, now) };
  }

  #considerRead(lease: Lease | undefined, now: Instant, chance: number): Command {
    const { timings, identity, lease: name } = this.#config;
    if (lease === undefined) return { kind: 'create', lease: newLease(name, identity, timings.leaseDurationMs, now) };
    if (contentOf(lease) !== this.#content) this.#observe(lease, now);
    this.#content = contentOf(lease);
    this.#lease = lease;
    if (holderOf(lease) !== '' && this.#isValid(now) && !this.#isOurs()) return this.#fail(now, chance);
    return { kind: 'update', lease: claimedLease(lease, identity, timings.leaseDurationMs, now) };
  }

  #succeed(lease: Lease, now: Instant): Command {
    this.#observe(lease, now);
    this.#leading = true;
    this.#giveUpAt = undefined;
    return { kind: 'wait', ms: this.#config.timings.retryPeriodMs };
  }

  #fail(now: Instant, chance: number): Command {
    if (this.#optimistic) {
      // The optimistic write failed: the same attempt goes on with a read.
      this.#optimistic = false;
      return { kind: 'read' };
    }
    const { retryPeriodMs } = this.#config.timings;
    if (!this.#leading) return { kind: 'wait', ms: retryPeriodMs * (1 + jitterFactor * chance) };
    return { kind: 'wait', ms: Math.max(0, this.#nextTickAt - now.monotonic) };
  }

  #giveUp(): Command {
    this.#leading = false;
    this.#stopped = true;
    return { kind: 'lose', because: 'renew deadline' };
  }

  #observe(lease: Lease, now: Instant): void {
    this.#lease = lease;
    this.#observedAt = now.monotonic;
  }

  #isOurs(): boolean {
    return this.#lease !== undefined && holderOf(this.#lease) === this.identity;
  }

  #isValid(now: Instant): boolean {
    return this.#lease !== undefined && this.#observedAt + durationMsOf(this.#lease) > now.monotonic;
  }
}
