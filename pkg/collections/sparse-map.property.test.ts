import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SparseMap } from './sparse-map.ts';

/** Numbers around page borders of two far regions, so that pages fill, empty and are skipped. */
const number = fc.oneof(
  fc.bigInt({ min: 0n, max: 70n }),
  fc.bigInt({ min: 1000n, max: 1050n }),
  fc.bigInt({ min: 2n ** 64n + 2040n, max: 2n ** 64n + 2056n }),
);

type Step = ['set' | 'delete' | 'has' | 'get', bigint] | ['fill' | 'nextFree' | 'count', bigint, bigint];

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constantFrom('set' as const, 'delete' as const, 'has' as const, 'get' as const), number),
  fc.tuple(fc.constantFrom('fill' as const, 'nextFree' as const, 'count' as const), number, fc.bigInt(0n, 2100n)),
);

const upTo = (from: bigint, length: bigint): bigint[] =>
  Array.from({ length: Number(length) }, (_, at) => from + BigInt(at));

/** The same step on a plain Map. */
function expected(model: Map<bigint, string>, [kind, from, length]: Step): unknown {
  switch (kind) {
    case 'set':
      model.set(from, `v${from}`);
      return undefined;
    case 'get':
      return model.get(from);
    case 'delete':
      return model.delete(from);
    case 'has':
      return model.has(from);
    case 'fill':
      for (const number of upTo(from, length)) model.set(number, 'filled');
      return undefined;
    case 'nextFree':
      return upTo(from, length).find((candidate) => !model.has(candidate));
    case 'count':
      return upTo(from, length).filter((member) => model.has(member)).length;
  }
}

function actual(map: SparseMap<string>, [kind, from, length]: Step): unknown {
  switch (kind) {
    case 'set':
      return map.set(from, `v${from}`);
    case 'get':
      return map.get(from);
    case 'delete':
      return map.delete(from);
    case 'has':
      return map.has(from);
    case 'fill':
      for (const number of upTo(from, length)) map.set(number, 'filled');
      return undefined;
    case 'nextFree':
      return map.nextFree(from, from + length - 1n);
    case 'count':
      return map.count(from, from + length - 1n);
  }
}

describe('SparseMap', () => {
  it('answers every sequence of steps as a plain Map does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const model = new Map<bigint, string>();
        const map = new SparseMap<string>();
        for (const one of steps) {
          expect(actual(map, one)).toEqual(expected(model, one));
          expect(map.size).toBe(model.size);
        }
        expect(new Map(map.entries())).toEqual(model);
      }),
      { numRuns: 150 },
    );
  });

  it('skips a long full stretch and counts across pages', () => {
    const map = new SparseMap<number>();
    for (let at = 0n; at < 5000n; at += 1n) map.set(at, 1);
    expect([map.nextFree(3n, 9000n), map.nextFree(0n, 4999n), map.count(1n, 4998n)]).toEqual([5000n, undefined, 4998]);
  });
});
