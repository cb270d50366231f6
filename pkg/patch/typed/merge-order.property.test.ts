import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { mergeOrder } from './merge-order.ts';

const elements: fc.Arbitrary<readonly string[]> = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'));

const order = (live: readonly string[], applied: readonly string[]): readonly string[] =>
  mergeOrder(live, applied).map((step) => (step.from === 'both' ? step.element : (live[step.index] ?? '')));

describe('the order of a merged list', () => {
  it('has every element once, the applied ones as applied, the others as they were', () => {
    fc.assert(
      fc.property(elements, elements, (live, applied) => {
        const merged = order(live, applied);
        expect(merged).toHaveLength(new Set([...live, ...applied]).size);
        expect(merged.filter((element) => applied.includes(element))).toEqual(applied);
        expect(merged.filter((element) => !applied.includes(element))).toEqual(
          live.filter((element) => !applied.includes(element)),
        );
      }),
    );
  });

  it('is the live order when nothing is applied or the applied order agrees with it', () => {
    fc.assert(
      fc.property(elements, fc.func(fc.boolean()), (live, isApplied) => {
        expect(order(live, live.filter(isApplied))).toEqual(live);
      }),
    );
  });
});
