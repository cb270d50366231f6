/** A20: which addresses of a network Services may have, as inclusive integer bounds. */
import { type Cidr, cidrBounds } from './cidr.ts';

export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * IPv4 leaves out network and broadcast address (nothing remains of /31 and /32), IPv6 only the subnet-router address.
 * Undefined when nothing is left, and for IPv6 wider than /64, which the allocator refuses.
 */
export function usableRange(cidr: Cidr): AddressRange | undefined {
  if (cidr.family === 'IPv6' && cidr.bits < 64) return undefined;
  const { first, last } = cidrBounds(cidr);
  const range = { first: first + 1n, last: cidr.family === 'IPv4' ? last - 1n : last };
  return range.last >= range.first ? range : undefined;
}

export const rangeSize = (range: AddressRange): bigint => range.last - range.first + 1n;

export const inRange = (range: AddressRange, number: bigint): boolean => number >= range.first && number <= range.last;
