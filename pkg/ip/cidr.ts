/** A network: address with the host bits cleared, and a prefix length. */
import { formatIp, type Ip, ipNumber, ipOfNumber, ipv6, parseIp, parseIpTolerant, unmapped } from './address.ts';
import { familyBits, type IpFamily } from './family.ts';
import { parseIPv4Tolerant } from './ipv4.ts';

export interface Cidr {
  readonly family: IpFamily;
  readonly network: Ip;
  readonly bits: number;
}

/** An address with a prefix length, host bits kept: what stands in the text before masking. */
export interface Prefix {
  readonly address: Ip;
  readonly bits: number;
}

const hostBits = (cidr: Cidr): number => familyBits(cidr.family) - cidr.bits;

/** Clears the host bits. */
export function maskPrefix({ address, bits }: Prefix): Cidr {
  const host = BigInt(familyBits(address.family) - bits);
  return { family: address.family, network: ipOfNumber(address.family, (ipNumber(address) >> host) << host), bits };
}

/** Digits only, the way both Go readers take a prefix length; strict refuses leading zeros. */
function readBits(text: string, limit: number, tolerant: boolean): number | undefined {
  if (!(tolerant ? /^[0-9]+$/ : /^(0|[1-9][0-9]*)$/).test(text)) return undefined;
  const bits = Number(text);
  return bits <= limit ? bits : undefined;
}

/** Strict: no leading zeros anywhere, no zone. Host bits may be set; compare with maskPrefix. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  if (address === undefined) return undefined;
  const bits = readBits(text.slice(slash + 1), familyBits(address.family), false);
  return bits === undefined ? undefined : { address, bits };
}

/** What upstream's tolerant reader makes of a CIDR text. */
export interface TolerantPrefix extends Prefix {
  readonly network: Cidr;
  /** 32, or 128 when the text was in IPv6 form, mapped addresses included. */
  readonly width: number;
}

/**
 * Tolerant: leading zeros in address and prefix length. A mapped address counts as IPv4 as long as the prefix covers
 * the mapping (`::ffff:1.2.3.4/120` is 1.2.3.0/24), and as IPv6 below that.
 */
export function parsePrefixTolerant(text: string): TolerantPrefix | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const host = text.slice(0, slash);
  const dotted = parseIPv4Tolerant(host) !== undefined;
  const address = parseIpTolerant(host);
  if (address === undefined) return undefined;
  const width = dotted ? 32 : 128;
  const bits = readBits(text.slice(slash + 1), width, true);
  if (bits === undefined) return undefined;
  return { address, bits, width, network: networkOf(address, bits, width) };
}

function networkOf(address: Ip, bits: number, width: number): Cidr {
  if (address.family === 'IPv6' || width === 32) return maskPrefix({ address, bits });
  const wide = maskPrefix({ address: ipv6((0xffffn << 32n) | ipNumber(address)), bits });
  const network = unmapped(wide.network);
  return network.family === 'IPv4' ? { family: 'IPv4', network, bits: bits - 96 } : wide;
}

/** A network in canonical form and nothing else: no host bits, no leading zeros, lower case (O41). */
export function parseCidr(text: string): Cidr | undefined {
  const prefix = parsePrefix(text);
  if (prefix === undefined) return undefined;
  const cidr = maskPrefix(prefix);
  return formatCidr(cidr) === text ? cidr : undefined;
}

export const formatCidr = (cidr: Cidr): string => `${formatIp(cidr.network)}/${cidr.bits}`;

/** First and last address, network and broadcast included. */
export function cidrBounds(cidr: Cidr): { first: bigint; last: bigint } {
  const first = ipNumber(cidr.network);
  return { first, last: first + (1n << BigInt(hostBits(cidr))) - 1n };
}

/** How many addresses the network spans: 2^hostbits. */
export const cidrSize = (cidr: Cidr): bigint => 1n << BigInt(hostBits(cidr));

export function cidrContains(cidr: Cidr, ip: Ip): boolean {
  if (cidr.family !== ip.family) return false;
  const host = BigInt(hostBits(cidr));
  return ipNumber(ip) >> host === ipNumber(cidr.network) >> host;
}

/** Equal or inside. */
export const cidrCovers = (outer: Cidr, inner: Cidr): boolean =>
  outer.bits <= inner.bits && cidrContains(outer, inner.network);

export const cidrsOverlap = (a: Cidr, b: Cidr): boolean => cidrCovers(a, b) || cidrCovers(b, a);
