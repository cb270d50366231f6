import { describe, expect, it } from '@jest/globals';
import { allocate, moves } from './allocation.ts';

const equal = (zones: number): Map<string, number> =>
  new Map(Array.from({ length: zones }, (_, at) => [`z${at}`, 1 / zones]));

const desired = (amounts: Record<string, number>) =>
  new Map(Object.entries(amounts).map(([zone, amount]) => [zone, { desired: amount, minimum: 0, maximum: 99 }]));
const hints = (counts: Record<string, number>) => new Map(Object.entries(counts));

describe('allocate', () => {
  it('T12 is possible for these numbers of endpoints over equal zones', () => {
    const possible = (zones: number): number[] =>
      Array.from({ length: 16 }, (_, at) => at + 1).filter((n) => allocate(equal(zones), n).kind === 'allocated');
    expect(possible(2)).toEqual([2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect(possible(3)).toEqual([3, 6, 7, 9, 10, 12, 13, 14, 15, 16]);
    expect(possible(4)).toEqual([4, 8, 9, 12, 13, 14, 16]);
  });

  it('T11 gives each zone a minimum, and what is spare to any', () => {
    expect(
      allocate(
        new Map([
          ['a', 0.3],
          ['b', 0.7],
        ]),
        10,
      ),
    ).toEqual({
      kind: 'allocated',
      zones: new Map([
        ['a', { minimum: 3, desired: 3, maximum: 4 }],
        ['b', { minimum: 6, desired: 7, maximum: 7 }],
      ]),
    });
  });
});

describe('moves (T15)', () => {
  it('SC-T-017 moves nobody for a fraction', () => {
    expect(moves(desired({ a: 1.2, b: 1.1, c: 1 }), hints({ a: 1, b: 1, c: 1 }))).toEqual({
      giving: new Map(),
      receiving: new Map(),
    });
  });

  it('SC-T-018 empties an overfull zone', () => {
    expect(moves(desired({ a: 5, b: 5.6, c: 5.4 }), hints({ a: 16 }))).toEqual({
      giving: new Map([['a', 11]]),
      receiving: new Map([
        ['b', 6],
        ['c', 5],
      ]),
    });
  });

  it('SC-T-019 fills an empty zone', () => {
    expect(moves(desired({ a: 5, b: 5.6, c: 5.4 }), hints({ b: 8, c: 8 }))).toEqual({
      giving: new Map([
        ['c', 3],
        ['b', 2],
      ]),
      receiving: new Map([['a', 5]]),
    });
  });

  it('SC-T-020 moves nobody without a receiver', () => {
    expect(moves(desired({ a: 5, b: 5, c: 5 }), hints({ a: 6, b: 6, c: 6 })).giving.size).toBe(0);
  });
});
