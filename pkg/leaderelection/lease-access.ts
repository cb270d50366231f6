/** The requests of an election, each turned into what the core can be told. */
import type { Lease } from '../api/types.ts';
import { leases } from '../api/resources.ts';
import { isStatusError } from '../api/status.ts';
import type { Client } from '../client/index.ts';
import { Deadline } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Observation } from './election.ts';
import type { LeaseName } from './lease-record.ts';

export class LeaseAccess {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #name: LeaseName;
  readonly #timeoutMs: number;

  /** LE3: each request has `timeoutMs`, whatever the client's own limits are. */
  constructor(client: Client, clock: Clock, name: LeaseName, timeoutMs: number) {
    this.#client = client;
    this.#clock = clock;
    this.#name = name;
    this.#timeoutMs = timeoutMs;
  }

  read(signal: AbortSignal): Promise<Observation> {
    return this.#ask(signal, async (limited) => ({
      kind: 'read',
      lease: await this.#client.get<Lease>(leases, this.#name, { signal: limited }),
    }));
  }

  create(lease: Lease, signal: AbortSignal): Promise<Observation> {
    return this.#write(signal, (limited) => this.#client.create(leases, lease, { signal: limited }));
  }

  update(lease: Lease, signal: AbortSignal): Promise<Observation> {
    return this.#write(signal, (limited) => this.#client.update(leases, lease, { signal: limited }));
  }

  #write(signal: AbortSignal, send: (signal: AbortSignal) => Promise<Lease>): Promise<Observation> {
    // LE11: dated before it leaves.
    const sentAt = this.#clock.monotonic();
    return this.#ask(signal, async (limited) => ({ kind: 'written', lease: await send(limited), sentAt }));
  }

  async #ask(signal: AbortSignal, request: (signal: AbortSignal) => Promise<Observation>): Promise<Observation> {
    using deadline = new Deadline(this.#clock, this.#timeoutMs, signal);
    try {
      return await request(deadline.signal);
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return { kind: 'read', lease: undefined };
      return { kind: isStatusError(error) && error.code === 409 ? 'refused' : 'failed' };
    }
  }
}
