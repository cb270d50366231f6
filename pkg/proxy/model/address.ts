/**
 * Addresses and ranges as the proxy needs them: one family, canonical text, membership. Parsing is upstream's tolerant
 * one (G12): leading zeros in an IPv4 octet are decimal, an IPv4-mapped IPv6 address is the IPv4 address.
 */
import { familyBits, formatIp, ipNumber, ipOfNumber, parseIpTolerant, type IpFamily } from '../../ip/index.ts';

export type Family = IpFamily;

export interface Address {
  readonly family: Family;
  /** Canonical: dotted decimal, or RFC 5952. */
  readonly text: string;
  readonly value: bigint;
}

export interface Cidr {
  readonly family: Family;
  /** Canonical, host bits cleared: what every rule prints. */
  readonly text: string;
  readonly base: bigint;
  readonly prefix: number;
}

/** Undefined for anything that is not one address. */
export function parseAddress(text: string): Address | undefined {
  const ip = parseIpTolerant(text);
  return ip === undefined ? undefined : { family: ip.family, text: formatIp(ip), value: ipNumber(ip) };
}

/** Undefined unless `ADDRESS/PREFIX` with a decimal prefix that fits the family. */
export function parseCidr(text: string): Cidr | undefined {
  const [address, prefixText, ...rest] = text.split('/');
  if (address === undefined || prefixText === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefixText)) {
    return undefined;
  }
  const parsed = parseAddress(address);
  const prefix = Number(prefixText);
  if (parsed === undefined || prefix > familyBits(parsed.family)) return undefined;
  const hostBits = BigInt(familyBits(parsed.family) - prefix);
  const base = (parsed.value >> hostBits) << hostBits;
  return { family: parsed.family, text: `${formatIp(ipOfNumber(parsed.family, base))}/${prefix}`, base, prefix };
}

export function cidrContains(cidr: Cidr, address: Address): boolean {
  const hostBits = BigInt(familyBits(cidr.family) - cidr.prefix);
  return cidr.family === address.family && cidr.base >> hostBits === address.value >> hostBits;
}

export function isLoopback(address: Address): boolean {
  return address.family === 'IPv4' ? address.value >> 24n === 127n : address.value === 1n;
}

/** `10.0.0.1:80`, `[fd00::1]:80`: the form that orders and names endpoints (G20). */
export function joinHostPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
