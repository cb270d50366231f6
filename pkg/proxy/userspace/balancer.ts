/**
 * The choice of an endpoint for one service port: round robin over a list shuffled whenever its members change (U20),
 * with one memory of pinned clients for all the addresses of the port (A1, A9).
 */
import type { Endpoint, PortPlan } from '../model/index.ts';

export interface BalancerOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Which of the plan's two lists applies to a connection. */
export type Scope = 'cluster' | 'local';

interface Pin {
  readonly endpoint: string;
  usedAt: number;
}

export class Balancer {
  readonly #options: BalancerOptions;
  readonly #rings: Record<Scope, Ring> = { cluster: new Ring(), local: new Ring() };
  readonly #pins = new Map<string, Pin>();
  #affinityMs = 0;

  constructor(options: BalancerOptions) {
    this.#options = options;
  }

  /** Takes over lists and affinity; pins that ran out are forgotten here, so memory follows the live clients. */
  update(plan: PortPlan): void {
    this.#rings.cluster.replace(plan.cluster, this.#options.random);
    this.#rings.local.replace(plan.local, this.#options.random);
    this.#affinityMs = plan.service.affinitySeconds * 1000;
    for (const [client, pin] of this.#pins) if (!this.#isFresh(pin)) this.#pins.delete(client);
  }

  /** The endpoint this client is pinned to, if that still counts, else the next in turn. Undefined: nobody is there. */
  pick(scope: Scope, client: string): Endpoint | undefined {
    const pin = this.#pins.get(client);
    const pinned = pin !== undefined && this.#isFresh(pin) ? this.#rings[scope].find(pin.endpoint) : undefined;
    if (pin === undefined || pinned === undefined) return this.next(scope, client);
    pin.usedAt = this.#options.now();
    return pinned;
  }

  /** The next in turn, whatever the client was pinned to: how a connection goes on after a failed dial (U21, A9). */
  next(scope: Scope, client: string): Endpoint | undefined {
    const endpoint = this.#rings[scope].next();
    if (endpoint !== undefined && this.#affinityMs > 0) {
      this.#pins.set(client, { endpoint: endpoint.text, usedAt: this.#options.now() });
    }
    return endpoint;
  }

  /** How many could be picked. */
  size(scope: Scope): number {
    return this.#rings[scope].size;
  }

  #isFresh(pin: Pin): boolean {
    return this.#options.now() - pin.usedAt < this.#affinityMs;
  }
}

class Ring {
  #members = new Map<string, Endpoint>();
  #order: readonly Endpoint[] = [];
  #index = 0;

  get size(): number {
    return this.#order.length;
  }

  replace(list: readonly Endpoint[], random: () => number): void {
    const same = list.length === this.#members.size && list.every(({ text }) => this.#members.has(text));
    if (same) return;
    this.#members = new Map(list.map((endpoint) => [endpoint.text, endpoint]));
    this.#order = shuffled(list, random);
    this.#index = 0;
  }

  find(text: string): Endpoint | undefined {
    return this.#members.get(text);
  }

  next(): Endpoint | undefined {
    const endpoint = this.#order[this.#index % this.#order.length];
    this.#index = (this.#index + 1) % Math.max(1, this.#order.length);
    return endpoint;
  }
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
