import type { Cidr } from '../../ip/index.ts';
import { familyBits, ipNumber } from '../../ip/index.ts';
import type { Name } from '../wire/index.ts';
import { nameText } from '../wire/index.ts';
import type { ReversePrefix } from './address.ts';
import { reverseName } from './address.ts';

export interface ReverseZone {
  readonly name: Name;
  readonly text: string;
  /** A miss goes to the forwarder (P5). */
  readonly fallthrough: boolean;
  /** When the zone is wider than the CIDR it was made from: only these addresses are ours (P10). */
  readonly within: Cidr | undefined;
}

/**
 * P10: the zones that cover a CIDR. Reverse zones are cut at octets (IPv4) or nibbles (IPv6), so a CIDR in between
 * becomes several zones of the next finer cut. The finest cut would make a zone of every address; there the next
 * coarser zone is taken, and `within` keeps the rest out.
 */
export function reverseZonesOfCidr(cidr: Cidr, fallthrough: boolean): ReverseZone[] {
  const width = familyBits(cidr.family);
  const step = cidr.family === 'IPv4' ? 8 : 4;
  const finer = Math.ceil(cidr.bits / step) * step;
  const cut = finer === width ? width - step : finer;
  const count = 1 << Math.max(0, cut - cidr.bits);
  const first = ipNumber(cidr.network) >> BigInt(width - cut);
  return Array.from({ length: count }, (_, index) => {
    const name = reverseName(cidr.family, splitBits(first + BigInt(index), cut, step));
    return { name, text: nameText(name), fallthrough, within: cut < cidr.bits ? cidr : undefined };
  });
}

/** Whether the zone answers for a whole address. */
export function coversAddress(zone: ReverseZone, { family, parts }: ReversePrefix): boolean {
  const { within } = zone;
  if (within === undefined) return true;
  const step = family === 'IPv4' ? 8 : 4;
  const value = parts.reduce((sum, part) => (sum << BigInt(step)) | BigInt(part), 0n);
  const shift = BigInt(familyBits(family) - within.bits);
  return family === within.family && value >> shift === ipNumber(within.network) >> shift;
}

function splitBits(value: bigint, bits: number, step: number): number[] {
  const parts: number[] = [];
  for (let shift = bits - step; shift >= 0; shift -= step) {
    parts.push(Number((value >> BigInt(shift)) & BigInt((1 << step) - 1)));
  }
  return parts;
}
