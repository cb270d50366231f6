/** An IP address as a value: parsed once at the edge (P7), compared and ordered as a number, never as text (A32). */
import type { IpFamily } from './family.ts';
import { formatIPv4, parseIPv4, parseIPv4Tolerant } from './ipv4.ts';
import { formatIPv6, isIPv4Mapped, parseIPv6, parseIPv6Tolerant } from './ipv6.ts';

export type Ip =
  | { readonly family: 'IPv4'; readonly value: number }
  | { readonly family: 'IPv6'; readonly value: bigint };

export const ipv4 = (value: number): Ip => ({ family: 'IPv4', value });
export const ipv6 = (value: bigint): Ip => ({ family: 'IPv6', value });

/** Dotted quads are decided by the first separator, as upstream does: `1.2.3.4:5` is a bad IPv4, not a bad IPv6. */
function looksLikeIPv4(text: string): boolean | undefined {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 46) return true;
    if (code === 58) return false;
  }
  return undefined;
}

function wrap4(value: number | undefined): Ip | undefined {
  return value === undefined ? undefined : ipv4(value);
}

function wrap6(value: bigint | undefined): Ip | undefined {
  return value === undefined ? undefined : ipv6(value);
}

/** Strict: no leading zeros, no zone. `::ffff:1.2.3.4` is an IPv6 address here. */
export function parseIp(text: string): Ip | undefined {
  const dotted = looksLikeIPv4(text);
  if (dotted === undefined) return undefined;
  return dotted ? wrap4(parseIPv4(text)) : wrap6(parseIPv6(text));
}

/** Upstream's reader of old fields: leading zeros are decimal, and `::ffff:1.2.3.4` **is** the IPv4 address. */
export function parseIpTolerant(text: string): Ip | undefined {
  const dotted = looksLikeIPv4(text);
  if (dotted === undefined) return undefined;
  if (dotted) return wrap4(parseIPv4Tolerant(text));
  const value = parseIPv6Tolerant(text);
  return value === undefined ? undefined : unmapped(ipv6(value));
}

/** The IPv4 address inside a mapped IPv6 one; every other address as it is. */
export function unmapped(ip: Ip): Ip {
  return ip.family === 'IPv6' && isIPv4Mapped(ip.value) ? ipv4(Number(ip.value & 0xffffffffn)) : ip;
}

/** Canonical text: the name of the IPAddress object. */
export function formatIp(ip: Ip): string {
  return ip.family === 'IPv4' ? formatIPv4(ip.value) : formatIPv6(ip.value);
}

/** Canonical text of any tolerated spelling, or undefined. */
export function canonicalIp(text: string): string | undefined {
  const ip = parseIpTolerant(text);
  return ip === undefined ? undefined : formatIp(ip);
}

export const sameIp = (a: Ip, b: Ip): boolean => a.family === b.family && a.value === b.value;

/** IPv4 before IPv6, then by value. */
export function compareIps(a: Ip, b: Ip): number {
  if (a.family !== b.family) return a.family === 'IPv4' ? -1 : 1;
  if (a.value === b.value) return 0;
  return a.value < b.value ? -1 : 1;
}

/** The address as an integer of its family's width. */
export const ipNumber = (ip: Ip): bigint => BigInt(ip.value);

/** The inverse of ipNumber. */
export const ipOfNumber = (family: IpFamily, number: bigint): Ip =>
  family === 'IPv4' ? ipv4(Number(number)) : ipv6(number);
