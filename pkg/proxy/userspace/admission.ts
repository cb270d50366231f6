/** Which list of a port a newcomer may use, by where it came from and what it asked for. */
import {
  cidrContains,
  isLoopback,
  parseAddress,
  type Address,
  type Cidr,
  type Destination,
  type ServicePort,
} from '../model/index.ts';
import type { Scope } from './balancer.ts';

export interface Surroundings {
  /** Ranges of pods on this node: their traffic to external destinations is short-circuited (G38). */
  readonly podCIDRs: readonly Cidr[];
  /** This node's own addresses, likewise; loopback counts without being listed. */
  readonly nodeAddresses: ReadonlySet<string>;
}

/** Undefined: refuse (load balancer source ranges, G16). */
export function admit(
  service: ServicePort,
  destination: Destination,
  clientIP: string,
  surroundings: Surroundings,
): Scope | undefined {
  if (destination.kind === 'cluster-ip') return service.internalLocal ? 'local' : 'cluster';
  const client = parseAddress(clientIP);
  if (client === undefined) return undefined;
  if (destination.kind === 'load-balancer' && !isInRanges(service.sourceRanges, client)) return undefined;
  return service.externalLocal && !isFromHere(client, surroundings) ? 'local' : 'cluster';
}

const isInRanges = (ranges: readonly Cidr[], client: Address): boolean =>
  ranges.length === 0 || ranges.some((range) => cidrContains(range, client));

function isFromHere(client: Address, { podCIDRs, nodeAddresses }: Surroundings): boolean {
  return isLoopback(client) || nodeAddresses.has(client.text) || podCIDRs.some((range) => cidrContains(range, client));
}
