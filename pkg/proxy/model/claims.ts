/**
 * Who answers for an address when two Services name the same one (G43). External IPs are not allocated by anybody, so
 * this happens; the first in emission order wins, except that a cluster IP, which is allocated, is never taken away by
 * somebody's external IP.
 */
import {
  compareServicePorts,
  compareText,
  destinationsOf,
  servicePortKey,
  type Destination,
  type ServicePort,
} from './service-port.ts';

interface Claim {
  readonly port: ServicePort;
  readonly destination: Destination;
}

export interface Conflict {
  readonly destination: Destination;
  readonly loser: ServicePort;
  readonly winner: ServicePort;
}

/** What can be held once: an address with port and protocol, or a node port with its protocol. */
export function claimKey(destination: Destination, port: ServicePort): string {
  return `${destination.ip}|${destination.port}|${port.protocol}`;
}

/** Whose claim is better stands first. */
export function compareClaims(a: Claim, b: Claim): number {
  const allocated = Number(b.destination.kind === 'cluster-ip') - Number(a.destination.kind === 'cluster-ip');
  return allocated || compareServicePorts(a.port, b.port);
}

export class Claims {
  readonly #byAddress = new Map<string, readonly Claim[]>();
  readonly #contested = new Set<string>();

  /** Replaces a Service's claims; answers the `namespace/name` of every Service that may win or lose by it. */
  replace(before: readonly ServicePort[], after: readonly ServicePort[]): Set<string> {
    const rivals = new Set<string>();
    for (const port of before) {
      for (const destination of destinationsOf(port)) {
        this.#store(claimKey(destination, port), (claims) => claims.filter((claim) => claim.port !== port), rivals);
      }
    }
    for (const port of after) {
      for (const destination of destinationsOf(port)) {
        const add = (claims: readonly Claim[]): Claim[] => [...claims, { port, destination }].sort(compareClaims);
        this.#store(claimKey(destination, port), add, rivals);
      }
    }
    return rivals;
  }

  /** The destinations of `port` that somebody else holds, or itself under another heading. */
  lostBy(port: ServicePort): Destination[] {
    const mine = servicePortKey(port);
    return destinationsOf(port).filter((destination) => {
      const winner = this.#byAddress.get(claimKey(destination, port))?.[0];
      if (winner === undefined) return false;
      return servicePortKey(winner.port) !== mine || winner.destination.kind !== destination.kind;
    });
  }

  /** Every lost claim, in a stable order. */
  conflicts(): Conflict[] {
    return [...this.#contested].sort(compareText).flatMap((key) => {
      const [first, ...losers] = this.#byAddress.get(key) ?? [];
      if (first === undefined) return [];
      return losers.map(({ port, destination }) => ({ destination, loser: port, winner: first.port }));
    });
  }

  #store(key: string, change: (claims: readonly Claim[]) => readonly Claim[], rivals: Set<string>): void {
    const before = this.#byAddress.get(key) ?? [];
    const after = change(before);
    if (after.length > 0) this.#byAddress.set(key, after);
    else this.#byAddress.delete(key);
    if (after.length > 1) this.#contested.add(key);
    else this.#contested.delete(key);
    if (before.length + after.length > 1) {
      for (const { port } of [...before, ...after]) rivals.add(`${port.namespace}/${port.name}`);
    }
  }
}
