import { decide } from '../decide.ts';
import { initialState } from '../election.ts';
import type { Command, ElectorConfig, ElectorState, Observation } from '../election.ts';
import type { Instant } from '../lease-record.ts';
import type { Machine } from './machine.ts';

/** The elector of this package. */
export class OurMachine implements Machine {
  readonly requestTimeoutMs: number;
  readonly isFenced = true;
  readonly #config: ElectorConfig;
  readonly #guardedMs: number;
  #state: ElectorState = initialState;

  /** `guardedMs`: how long the work behind the fence takes at most, once begun. */
  constructor(config: ElectorConfig, guardedMs: number) {
    this.#config = config;
    this.#guardedMs = guardedMs;
    this.requestTimeoutMs = config.timings.renewDeadlineMs / 2;
  }

  get identity(): string {
    return this.#config.identity;
  }

  get isLeading(): boolean {
    return this.#state.phase === 'leader';
  }

  step(observation: Observation, now: Instant, chance: number): Command | undefined {
    const { state, command } = decide(this.#state, observation, { config: this.#config, now, chance });
    this.#state = state;
    return command;
  }

  /** The end of the last guarded request that the fence (`maySend`) would let out. */
  actsUntil(): number {
    if (!this.isLeading || this.#state.isDoubtful) return Number.NEGATIVE_INFINITY;
    const { leaseDurationMs, renewDeadlineMs } = this.#config.timings;
    const lastSend = Math.min(renewDeadlineMs, leaseDurationMs * 0.9 - this.#guardedMs);
    return this.#state.renewalSentAt + lastSend + this.#guardedMs;
  }

  deadlineAt(): number | undefined {
    return this.isLeading ? this.#state.renewalSentAt + this.#config.timings.renewDeadlineMs : undefined;
  }

  mayRelease({ holder }: { readonly holder: string }): boolean {
    return this.isLeading && holder === this.identity;
  }
}
