/** The ports that may be given out: one or more ranges less what the operator keeps for the hosts. */
import { formatPortRange, inPortRange, type PortRange, portRangeSize } from '../ip/index.ts';
import { nodePortBand } from './band.ts';

export interface NodePortPool {
  /** Disjoint, ascending. */
  readonly ranges: readonly PortRange[];
  readonly size: number;
  /** How many of the lowest ports are left to explicit requests first (A65). */
  readonly band: number;
}

/** A reserved port is outside the pool: neither chosen nor accepted. Overlapping ranges are joined. */
export function nodePortPool(ranges: readonly PortRange[], reserved: readonly PortRange[] = []): NodePortPool {
  const kept = reserved.reduce<PortRange[]>((rest, hole) => rest.flatMap((range) => cut(range, hole)), join(ranges));
  const size = kept.reduce((sum, range) => sum + portRangeSize(range), 0);
  return { ranges: kept, size, band: nodePortBand(size) };
}

function join(ranges: readonly PortRange[]): PortRange[] {
  const joined: PortRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before !== undefined && range.first <= before.last + 1) {
      joined[joined.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
    } else joined.push({ first: range.first, last: range.last });
  }
  return joined;
}

function cut(range: PortRange, hole: PortRange): PortRange[] {
  if (hole.last < range.first || hole.first > range.last) return [range];
  const below = { first: range.first, last: hole.first - 1 };
  const above = { first: hole.last + 1, last: range.last };
  return [below, above].filter(({ first, last }) => first <= last);
}

export const inPool = (pool: NodePortPool, port: number): boolean =>
  pool.ranges.some((range) => inPortRange(range, port));

/** `30000-32767`, or several separated by commas: the words of the refusal. */
export const formatPool = (pool: NodePortPool): string => pool.ranges.map(formatPortRange).join(',');

/** The pool as one line of offsets, so that a band may span several ranges: what lies between two offsets. */
export function stretches(pool: NodePortPool, from: number, to: number): PortRange[] {
  const found: PortRange[] = [];
  let start = 0;
  for (const range of pool.ranges) {
    const first = range.first + Math.max(0, from - start);
    const last = range.first + Math.min(portRangeSize(range) - 1, to - start);
    if (first <= last) found.push({ first, last });
    start += portRangeSize(range);
  }
  return found;
}

/** Where a port of the pool stands on that line. */
export function offsetOf(pool: NodePortPool, port: number): number {
  let start = 0;
  for (const range of pool.ranges) {
    if (inPortRange(range, port)) return start + port - range.first;
    start += portRangeSize(range);
  }
  return -1;
}
