import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { addressBand, nodePortBand, pickFree, randomBelow } from './band.ts';

describe('bands', () => {
  it('A21: a sixteenth of the range, from 16 to 256, nothing up to 16', () => {
    const table: [bits: number, band: bigint][] = [
      [4, 0n],
      [5, 16n],
      [8, 16n],
      [9, 32n],
      [10, 64n],
      [12, 256n],
      [16, 256n],
      [64, 256n],
    ];
    for (const [bits, band] of table) expect([bits, addressBand(2n ** BigInt(bits))]).toEqual([bits, band]);
  });

  it('A65: a thirty-second of the ports, from 16 to 128; 86 of the default range', () => {
    expect([10, 16, 17, 512, 513, 544, 2768, 4096, 65_536].map(nodePortBand)).toEqual([
      0, 0, 16, 16, 16, 17, 86, 128, 128,
    ]);
  });
});

describe('picking', () => {
  const range = fc.record({
    first: fc.bigInt(0n, 2n ** 40n),
    size: fc.integer({ min: 1, max: 60 }),
    taken: fc.uniqueArray(fc.integer({ min: 0, max: 59 })),
    draws: fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 4, maxLength: 4 }),
  });

  it('A22: finds a free number while there is one, in the static band only when the rest is full', () => {
    fc.assert(
      fc.property(range, ({ first, size, taken, draws }) => {
        const band = BigInt(Math.floor(size / 4));
        const last = first + BigInt(size) - 1n;
        const used = new Set(taken.map((offset) => first + BigInt(offset)));
        const nextFree = (from: bigint, to: bigint): bigint | undefined => {
          for (let at = from; at <= to; at += 1n) if (!used.has(at)) return at;
          return undefined;
        };
        const free = Array.from({ length: size }, (_, at) => first + BigInt(at)).filter((at) => !used.has(at));
        const upper = free.filter((at) => at >= first + band);
        const picked = pickFree(first, last, band, nextFree, () => draws.shift() ?? 0);
        expect(picked === undefined).toBe(free.length === 0);
        if (picked !== undefined) expect(upper.length > 0 ? upper : free).toContain(picked);
      }),
    );
  });

  it('starts anywhere in the upper part and wraps at its end', () => {
    const nextFree = (from: bigint, to: bigint): bigint | undefined => (from <= 104n && 104n <= to ? 104n : undefined);
    // From 108 the search reaches the end at 109 and comes round to 104; the band 100–102 is not touched.
    expect(pickFree(100n, 109n, 3n, nextFree, () => 5 / 7 + 0.001)).toBe(104n);
  });

  it('draws evenly over small and huge limits', () => {
    const draws = [0, 0.25, 0.5, 0.75, 0.999_999_999_9];
    expect(draws.map((draw) => randomBelow(4n, () => draw))).toEqual([0n, 1n, 2n, 3n, 3n]);
    for (const draw of draws) {
      const value = randomBelow(2n ** 64n - 1n, () => draw);
      expect(value >= 0n && value < 2n ** 64n - 1n).toBe(true);
    }
    expect(randomBelow(2n ** 64n, () => 0.5)).toBe((2n ** 63n) | (2n ** 31n));
  });
});
