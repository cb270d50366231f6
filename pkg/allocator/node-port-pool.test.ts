import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { portRangeSize } from '../ip/index.ts';
import { formatPool, inPool, nodePortPool, offsetOf, stretches } from './node-port-pool.ts';

const ranges = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 60 }))
    .map(([first, more]) => ({ first, last: first + more })),
  { maxLength: 5 },
);
const numbers = Array.from({ length: 400 }, (_, at) => at);

describe('node port pool', () => {
  it('is the upstream range when there is one and nothing is reserved', () => {
    const pool = nodePortPool([{ first: 30_000, last: 32_767 }]);
    expect([pool.size, pool.band, formatPool(pool)]).toEqual([2768, 86, '30000-32767']);
  });

  it('holds exactly the numbers of its ranges less the reserved ones', () => {
    fc.assert(
      fc.property(ranges, ranges, (given, reserved) => {
        const pool = nodePortPool(given, reserved);
        const within = (list: readonly { first: number; last: number }[], port: number): boolean =>
          list.some(({ first, last }) => port >= first && port <= last);
        const wanted = numbers.filter((port) => within(given, port) && !within(reserved, port));
        expect(numbers.filter((port) => inPool(pool, port))).toEqual(wanted);
        expect(pool.size).toBe(wanted.length);
        expect(pool.ranges.reduce((sum, range) => sum + portRangeSize(range), 0)).toBe(wanted.length);
      }),
    );
  });

  it('lays the ranges end to end as offsets', () => {
    fc.assert(
      fc.property(ranges, fc.nat(100), fc.nat(100), (given, from, length) => {
        const pool = nodePortPool(given);
        const line = numbers.filter((port) => inPool(pool, port));
        const found = stretches(pool, from, from + length).flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, at) => first + at),
        );
        expect(found).toEqual(line.slice(from, from + length + 1));
        for (const [offset, port] of line.entries()) expect(offsetOf(pool, port)).toBe(offset);
      }),
    );
    expect(offsetOf(nodePortPool([{ first: 5, last: 9 }]), 10)).toBe(-1);
  });

  it('shows every range in the words of a refusal', () => {
    const pool = nodePortPool(
      [
        { first: 30_000, last: 30_099 },
        { first: 31_000, last: 31_009 },
      ],
      [{ first: 30_050, last: 30_050 }],
    );
    expect(formatPool(pool)).toBe('30000-30049,30051-30099,31000-31009');
  });
});
