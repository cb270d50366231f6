/**
 * IPv6 as a 128-bit bigint (DI2). The strict reader takes at most four digits a group; the tolerant one any number of
 * leading zeros, as old servers did. Zones (`%eth0`) belong to no stored address and are refused by both.
 */
import { formatIPv4, parseIPv4, parseIPv4Tolerant } from './ipv4.ts';

const colon = 58;
const dot = 46;
const groupCount = 8;

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The groups before and after `::`, or undefined. At most eight groups are ever collected. */
function readGroups(text: string, tolerant: boolean): { groups: number[]; gap: number } | undefined {
  const groups: number[] = [];
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === colon && text.charCodeAt(1) === colon) {
    gap = 0;
    at = 2;
    if (text.length === 2) return { groups, gap };
  }
  while (groups.length < groupCount) {
    const first = at;
    let value = 0;
    for (; at < text.length; at += 1) {
      const digit = hexDigit(text.charCodeAt(at));
      if (digit < 0) break;
      value = value * 16 + digit;
      if (value > 0xffff) return undefined;
    }
    if (at === first || (!tolerant && at - first > 4)) return undefined;
    if (text.charCodeAt(at) === dot) {
      // A dotted tail fills the last two groups.
      if ((gap < 0 && groups.length !== groupCount - 2) || groups.length > groupCount - 2) return undefined;
      const tail = tolerant ? parseIPv4Tolerant(text, first) : parseIPv4(text, first);
      if (tail === undefined) return undefined;
      groups.push(tail >>> 16, tail & 0xffff);
      return { groups, gap };
    }
    groups.push(value);
    if (at === text.length) return { groups, gap };
    if (text.charCodeAt(at) !== colon || at + 1 === text.length) return undefined;
    at += 1;
    if (text.charCodeAt(at) === colon) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at += 1;
      if (at === text.length) return { groups, gap };
    }
  }
  return undefined;
}

function read(text: string, tolerant: boolean): bigint | undefined {
  const found = readGroups(text, tolerant);
  if (found === undefined) return undefined;
  const { groups, gap } = found;
  const missing = groupCount - groups.length;
  // `::` stands for at least one group of zeros.
  if (gap < 0 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const [index, group] of groups.entries()) {
    if (index === gap) value <<= BigInt(16 * missing);
    value = (value << 16n) | BigInt(group);
  }
  return gap === groups.length ? value << BigInt(16 * missing) : value;
}

/** `2001:db8::1` → bigint; undefined for anything that is no IPv6 text. Dotted tails are read strictly. */
export const parseIPv6 = (text: string): bigint | undefined => read(text, false);

/** As parseIPv6, with any number of leading zeros in groups and in a dotted tail. */
export const parseIPv6Tolerant = (text: string): bigint | undefined => read(text, true);

/** `::ffff:0:0/96`: IPv4 in IPv6 clothing. */
export const isIPv4Mapped = (value: bigint): boolean => value >> 32n === 0xffffn;

/** RFC 5952 text; the dotted form only for mapped addresses, as Go prints them (DI3). */
export function formatIPv6(value: bigint): string {
  if (isIPv4Mapped(value)) return `::ffff:${formatIPv4(Number(value & 0xffffffffn))}`;
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((value >> shift) & 0xffffn));
  const { start, length } = longestZeroRun(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

/** The first of the longest runs. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] === 0) continue;
    if (index - start > best.length) best = { start, length: index - start };
    start = index + 1;
  }
  return best;
}
