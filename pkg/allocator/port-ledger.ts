/** The node ports of one request: what the world holds, what this request has taken so far. */
import { pickFree } from './band.ts';
import { formatPool, inPool, offsetOf, stretches } from './node-port-pool.ts';
import { taken } from './outcome.ts';
import type { AllocationWorld, Claim } from './world.ts';

type Kind = 'nodePort' | 'healthCheckNodePort';

export class PortLedger {
  readonly take: Claim[] = [];
  readonly #world: AllocationWorld;
  readonly #mine = new Set<number>();
  readonly #wanted: ReadonlySet<number>;

  /** `wanted`: numbers the request names somewhere, which our own choice must leave to it. */
  constructor(world: AllocationWorld, wanted: readonly number[]) {
    this.#world = world;
    this.#wanted = new Set(wanted);
  }

  /** Undefined when the port is now ours, else why not. A number is one number, whatever the protocol (A64). */
  reserve(kind: Kind, port: number): string | undefined {
    const { nodePorts, ports } = this.#world;
    if (!inPool(nodePorts, port)) {
      return `provided port is not in the valid range. The range of valid ports is ${formatPool(nodePorts)}`;
    }
    if (this.#mine.has(port) || ports.isTaken(port)) return taken.port;
    this.#add(kind, port, 'static');
    return undefined;
  }

  /** A port of our choice (A22, A65), or undefined when the pool is exhausted. */
  pick(kind: Kind): number | undefined {
    const { size, band } = this.#world.nodePorts;
    for (const desperate of [false, true]) {
      const nextFree = (from: bigint, to: bigint): bigint | undefined =>
        this.#nextFree(Number(from), Number(to), desperate);
      const offset =
        size === 0 ? undefined : pickFree(0n, BigInt(size - 1), BigInt(band), nextFree, this.#world.random);
      if (offset === undefined) continue;
      const [stretch] = stretches(this.#world.nodePorts, Number(offset), Number(offset));
      if (stretch === undefined) continue;
      this.#add(kind, stretch.first, 'dynamic');
      return stretch.first;
    }
    return undefined;
  }

  #add(kind: Kind, port: number, how: 'static' | 'dynamic'): void {
    this.#mine.add(port);
    this.take.push({ kind, port, how });
  }

  /** Lowest free offset of the pool from `from` to `to`. */
  #nextFree(from: number, to: number, desperate: boolean): bigint | undefined {
    for (const { first, last } of stretches(this.#world.nodePorts, from, to)) {
      for (let at = first; at <= last; at += 1) {
        const free = this.#world.ports.nextFree(at, last, desperate);
        if (free === undefined) break;
        if (!this.#mine.has(free) && !this.#wanted.has(free)) return BigInt(offsetOf(this.#world.nodePorts, free));
        at = free;
      }
    }
    return undefined;
  }
}
