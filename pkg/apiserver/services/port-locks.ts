/**
 * Node ports between servers on one store. A port is locked before the Service that takes it is written, and let go
 * afterwards: whoever locks it next sees that Service. A server that dies in between leaves its lock to a lease.
 */
import type { Clock } from '../../clock/index.ts';
import type { Store } from '../../storage/store.ts';
import { registryPrefix } from '../watchcache/feed.ts';

/** Ports that are ours until they are let go. */
export interface LockedPorts {
  release(): Promise<void>;
}

/** Longer than any request lives. */
const lockSeconds = 120;
const leaseReuseMs = 30_000;
/** A lock that is held is mostly about to be let go. */
const tries = 40;
const pauseMs = 25;

export class PortLocks {
  readonly #store: Store;
  readonly #clock: Clock;
  #lease: { readonly id: number; readonly until: number } | undefined;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** All of them, or the port that somebody else holds. */
  async lock(ports: readonly number[]): Promise<LockedPorts | number> {
    const held: { readonly key: string; readonly revision: number }[] = [];
    const release = async (): Promise<void> => {
      await Promise.all(held.map(({ key, revision }) => this.#store.delete(key, revision)));
    };
    const lease = await this.#currentLease();
    try {
      // In one order for everybody, so that two requests do not wait for each other.
      for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
        const key = `${registryPrefix}fairlead.dev/portlocks/${port}`;
        const revision = await this.#take(key, lease);
        if (revision === undefined) {
          await release();
          return port;
        }
        held.push({ key, revision });
      }
    } catch (error) {
      await release();
      throw error;
    }
    return { release };
  }

  async #take(key: string, lease: number): Promise<number | undefined> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      // A value of its own, so that a write whose answer got lost is recognised.
      const result = await this.#store.create(key, JSON.stringify({ holder: crypto.randomUUID() }), { lease });
      if (result.ok) return result.revision;
      await new Promise<void>((resolve) => this.#clock.after(pauseMs, resolve));
    }
    return undefined;
  }

  async #currentLease(): Promise<number> {
    const now = this.#clock.monotonic();
    if (this.#lease === undefined || now > this.#lease.until) {
      this.#lease = { id: await this.#store.grantLease(lockSeconds), until: now + leaseReuseMs };
    }
    return this.#lease.id;
  }
}
