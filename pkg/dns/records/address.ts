/** Addresses between their three forms: text in objects, octets in answers, labels in names. */
import { formatIp, ipv6, parseIp } from '../../ip/index.ts';
import type { Name, Octets } from '../wire/index.ts';
import { nameOf, ROOT } from '../wire/index.ts';

/** Octets of a strictly written address; undefined for any other text. */
export function parseAddress(text: string): Octets | undefined {
  const ip = parseIp(text);
  if (ip === undefined) return undefined;
  if (ip.family === 'IPv4') {
    const { value } = ip;
    return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
  }
  let octets = '';
  for (let shift = 120n; shift >= 0n; shift -= 8n) octets += String.fromCharCode(Number((ip.value >> shift) & 0xffn));
  return octets;
}

/** Canonical text. */
export function addressText(octets: Octets): string {
  if (isIPv4(octets)) return Array.from(octets, (octet) => octet.charCodeAt(0)).join('.');
  let value = 0n;
  for (const octet of octets) value = (value << 8n) | BigInt(octet.charCodeAt(0));
  return formatIp(ipv6(value));
}

export function isIPv4(octets: Octets): boolean {
  return octets.length === 4;
}

/** H3: the label of an endpoint without a hostname. */
export function dashedAddress(text: string): string {
  const dashed = text.replaceAll(/[.:]/g, '-');
  return dashed.endsWith('-') ? `${dashed}0` : dashed;
}

/** D1: the address a pod label spells, compared by value (D4); undefined when it spells none. */
export function undashedAddress(label: string): Octets | undefined {
  const looksLikeIPv4 = label.split('-').length === 4 && !label.includes('--');
  return parseAddress(label.replaceAll('-', looksLikeIPv4 ? '.' : ':'));
}

const IN_ADDR = ['in-addr', 'arpa'];
const IP6 = ['ip6', 'arpa'];

/** `7.7.96.10.in-addr.arpa.` for 10.96.7.7; also of the first octets of an address (then a zone name). */
export function reverseName(family: 'IPv4' | 'IPv6', parts: readonly number[]): Name {
  const labels = parts.map((part) => part.toString(family === 'IPv4' ? 10 : 16)).reverse();
  return nameOf([...labels, ...(family === 'IPv4' ? IN_ADDR : IP6)]) ?? ROOT;
}

/** The reverse name of a whole address. */
export function reverseNameOf(octets: Octets): Name {
  const numbers = Array.from(octets, (octet) => octet.charCodeAt(0));
  if (isIPv4(octets)) return reverseName('IPv4', numbers);
  return reverseName(
    'IPv6',
    numbers.flatMap((number) => [number >>> 4, number & 0xf]),
  );
}

/** What a lower-case reverse name denotes: the leading octets (or nibbles) of addresses, all of them if complete. */
export interface ReversePrefix {
  readonly family: 'IPv4' | 'IPv6';
  readonly parts: readonly number[];
}

/** P4: decimal octets without leading zeros, or nibbles; undefined when a label is neither or there are too many. */
export function parseReverse(labels: readonly string[]): ReversePrefix | undefined {
  const parts = labels.slice(0, -2).reverse();
  const suffix = labels.slice(-2).join('.');
  if (suffix === IN_ADDR.join('.')) {
    if (parts.length > 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
      return undefined;
    }
    return { family: 'IPv4', parts: parts.map(Number) };
  }
  if (suffix !== IP6.join('.') || parts.length > 32 || !parts.every((part) => /^[0-9a-f]$/.test(part)))
    return undefined;
  return { family: 'IPv6', parts: parts.map((part) => Number.parseInt(part, 16)) };
}

/** The whole address a prefix denotes, or undefined when it is partial. */
export function wholeAddress({ family, parts }: ReversePrefix): Octets | undefined {
  if (family === 'IPv4') return parts.length === 4 ? String.fromCharCode(...parts) : undefined;
  return parts.length === 32 ? nibblesToOctets(parts) : undefined;
}

/** Pairs nibbles; an odd one at the end is left out. */
export function nibblesToOctets(nibbles: readonly number[]): Octets {
  let octets = '';
  for (let at = 0; at + 1 < nibbles.length; at += 2) {
    octets += String.fromCharCode(((nibbles[at] ?? 0) << 4) | (nibbles[at + 1] ?? 0));
  }
  return octets;
}
