/**
 * Addresses and ranges as the proxy needs them: one family, canonical text, membership. Parsing is upstream's tolerant
 * one (G12): leading zeros in an IPv4 octet are decimal, an IPv4-mapped IPv6 address is the IPv4 address.
 */
export type Family = 'IPv4' | 'IPv6';

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

const octet = /^\d{1,3}$/;
const group = /^[0-9a-f]{1,4}$/i;

/** Undefined for anything that is not one address. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const value = ipv4Value(text);
    return value === undefined ? undefined : ipv4(value);
  }
  const value = ipv6Value(text);
  if (value === undefined) return undefined;
  return value >> 32n === 0xffffn ? ipv4(value & 0xffffffffn) : { family: 'IPv6', text: ipv6Text(value), value };
}

/** Undefined unless `ADDRESS/PREFIX` with a decimal prefix that fits the family. */
export function parseCidr(text: string): Cidr | undefined {
  const [address, prefixText, ...rest] = text.split('/');
  if (address === undefined || prefixText === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefixText)) {
    return undefined;
  }
  const parsed = parseAddress(address);
  const prefix = Number(prefixText);
  if (parsed === undefined || prefix > width(parsed.family)) return undefined;
  const hostBits = BigInt(width(parsed.family) - prefix);
  const base = (parsed.value >> hostBits) << hostBits;
  return { family: parsed.family, text: `${addressText(parsed.family, base)}/${prefix}`, base, prefix };
}

export function cidrContains(cidr: Cidr, address: Address): boolean {
  const hostBits = BigInt(width(cidr.family) - cidr.prefix);
  return cidr.family === address.family && cidr.base >> hostBits === address.value >> hostBits;
}

export function isLoopback(address: Address): boolean {
  return address.family === 'IPv4' ? address.value >> 24n === 127n : address.value === 1n;
}

/** `10.0.0.1:80`, `[fd00::1]:80`: the form that orders and names endpoints (G20). */
export function joinHostPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

const width = (family: Family): number => (family === 'IPv4' ? 32 : 128);

const ipv4 = (value: bigint): Address => ({ family: 'IPv4', text: ipv4Text(value), value });

const addressText = (family: Family, value: bigint): string => (family === 'IPv4' ? ipv4Text(value) : ipv6Text(value));

function ipv4Value(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let value = 0n;
  for (const part of octets) {
    const number = octet.test(part) ? Number(part) : 256;
    if (number > 255) return undefined;
    value = (value << 8n) | BigInt(number);
  }
  return value;
}

function ipv6Value(text: string): bigint | undefined {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  if (tail.includes('.')) {
    const embedded = ipv4Value(tail);
    if (embedded === undefined) return undefined;
    const words = `${(embedded >> 16n).toString(16)}:${(embedded & 0xffffn).toString(16)}`;
    return ipv6Value(text.slice(0, lastColon + 1) + words);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, rear] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (head === undefined) return undefined;
  const groups = [...head, ...(rear ?? [])];
  if (groups.some((part) => !group.test(part))) return undefined;
  const missing = 8 - groups.length;
  if (rear === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array<string>(missing).fill('0'), ...(rear ?? [])];
  return all.reduce((value, part) => (value << 16n) | BigInt(`0x${part}`), 0n);
}

function ipv4Text(value: bigint): string {
  const number = Number(value);
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/** RFC 5952: lower case, the longest run of at least two zero groups becomes `::`, the first of equals. */
function ipv6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  let start = 0;
  let length = 0;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === 0) to++;
    if (to - from > length) [start, length] = [from, to - from];
    from = Math.max(from, to);
  }
  const hex = groups.map((word) => word.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}
