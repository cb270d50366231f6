/**
 * Where a destination can be listened on. Where the kernel sends virtual addresses to us (render/portals.ts), any port of
 * the host's own address does: `host`. Otherwise a virtual address can be bound only where some interface carries it; without
 * privileges Linux lends every process the whole of 127.0.0.0/8, so 10.96.0.10 is offered as 127.96.0.10; anything else
 * gets a free port on loopback.
 */
import { portRangeSize, type PortRange } from '../../ip/index.ts';
import type { Destination, Family } from '../model/index.ts';

export type Place = 'host' | 'address' | 'loopback-alias' | 'loopback';

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export const defaultPlaces: readonly Place[] = ['address', 'loopback-alias', 'loopback'];

export interface Hosts {
  /** Where node ports are. */
  readonly nodePort: string;
  /** The address with the default route, if any (U28). */
  readonly own?: string;
  /** What stands for a virtual address on loopback; undefined: nothing. Default its 127.0.0.0/8 namesake. */
  readonly aliasOf?: (ip: string) => string | undefined;
  /** Where any port would do, one of these. Default any. */
  readonly freePorts?: PortRange;
}

/** Candidates in order of preference. */
export function placesFor(
  destination: Destination,
  family: Family,
  places: readonly Place[],
  hosts: Hosts,
): ListenAddress[] {
  const { kind, port } = destination;
  const ip = kind === 'node-port' ? hosts.nodePort : destination.ip;
  return places.flatMap((place) => {
    if (place === 'host') return hosts.own === undefined ? [] : free(hosts.own, port, hosts.freePorts);
    if (place === 'address') return [{ host: ip, port }];
    if (place === 'loopback') return free(family === 'IPv4' ? '127.0.0.1' : '::1', port, hosts.freePorts);
    const alias = family === 'IPv4' && kind !== 'node-port' ? (hosts.aliasOf ?? loopbackAlias)(ip) : undefined;
    return alias === undefined ? [] : [{ host: alias, port }];
  });
}

/** Enough to find a free one among taken ones, without trying a long range to its end for each Service. */
const mostTries = 256;

/** Different ports begin at different places of the range, so that few are tried in vain. */
function free(host: string, port: number, range: PortRange | undefined): ListenAddress[] {
  if (range === undefined) return [{ host, port: 0 }];
  const size = portRangeSize(range);
  return Array.from({ length: Math.min(size, mostTries) }, (_, index) => ({
    host,
    port: range.first + ((port * 31 + index) % size),
  }));
}

/** The address with its first octet replaced by 127. */
export function loopbackAlias(ip: string): string {
  return `127.${ip.slice(ip.indexOf('.') + 1)}`;
}
