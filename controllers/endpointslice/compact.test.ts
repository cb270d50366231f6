import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { EndpointSlice } from '../../pkg/api/types.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { runs } from '../../pkg/testing/build/arbitrary.ts';
import { slice } from '../../pkg/testing/build/objects.ts';
import { compact, isSparse } from './compact.ts';

/** Slices `s0`, `s1` … with so many endpoints each, no two alike. */
function slicesOf(sizes: readonly number[]): EndpointSlice[] {
  let number = 0;
  const endpoints = (count: number) =>
    Array.from({ length: count }, () => ({ addresses: [`10.0.${(number += 1) >> 8}.${number & 255}`] }));
  return sizes.map((size, at) => slice({ name: `s${at}`, endpoints: endpoints(size) }));
}

const sizesOf = (lists: readonly { readonly endpoints?: readonly object[] | null }[]): number[] =>
  lists.map(({ endpoints }) => (endpoints ?? []).length);

const play = (sizes: number[], writes: number, max = 100) =>
  compact(deepFreeze(slicesOf(sizes)), { max, ports: [], writes });

const addressesOf = (
  lists: readonly { readonly endpoints?: readonly { readonly addresses: readonly string[] }[] | null }[],
) => lists.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses)).sort();

describe('compaction of slices (U4)', () => {
  it('brings ten slices of which three would do together, receivers written before givers are deleted', () => {
    const drafts = play(Array<number>(10).fill(30), 100);
    expect(sizesOf(drafts?.update ?? [])).toEqual([100, 100, 100]);
    expect(drafts?.remove.map(({ slice, because }) => `${slice.metadata.name} ${because}`)).toEqual(
      ['s9', 's8', 's7', 's6', 's5', 's4', 's3'].map((name) => `${name} compacted`),
    );
    expect(drafts?.create).toEqual([]);
  });

  it('lets two slices be that are both needed, and three of which two are', () => {
    expect(play([60, 60], 100)).toBeUndefined();
    expect(play([60, 60, 60], 100)).toBeUndefined();
    expect(play([0], 100)).toBeUndefined();
    expect(isSparse(101, 3, 100)).toBe(false);
    expect(isSparse(100, 2, 100)).toBe(true);
  });

  it('empties the emptiest first, into the fullest', () => {
    const drafts = play([1, 90, 3, 2], 2);
    expect(drafts?.remove.map(({ slice }) => slice.metadata.name)).toEqual(['s0']);
    expect(sizesOf(drafts?.update ?? [])).toEqual([91]);
    expect(drafts?.unchanged.map(({ metadata }) => metadata.name)).toEqual(['s2', 's3']);
  });

  it('spends no more than it is given', () => {
    expect(play([10, 10, 10, 10], 1)).toBeUndefined();
    expect(play([10, 10, 10, 10], 2)?.remove).toHaveLength(1);
    expect(play([10, 10, 10, 10], 3)?.remove).toHaveLength(2);
  });

  it('loses nothing, doubles nothing, keeps to capacity and budget, and ends, for any slices', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
    const options = { max: fc.integer({ min: 1, max: 9 }), writes: fc.integer({ min: 2, max: 9 }) };
    fc.assert(
      fc.property(sizes, options.max, options.writes, (given, max, writes) => {
        let slices = slicesOf(given.map((size) => Math.min(size, max)));
        const all = addressesOf(slices);
        for (let round = 0; ; round += 1) {
          const drafts = compact(deepFreeze(slices), { max, ports: [], writes });
          if (drafts === undefined) break;
          expect(round).toBeLessThan(given.length);
          expect(drafts.update.length + drafts.remove.length).toBeLessThanOrEqual(writes);
          expect(Math.max(...sizesOf(drafts.update))).toBeLessThanOrEqual(max);
          const updated = drafts.update.map(({ slice: old, endpoints }) => ({
            ...(old as EndpointSlice),
            endpoints: [...endpoints],
          }));
          expect(updated.length + drafts.unchanged.length + drafts.remove.length).toBe(slices.length);
          slices = [...updated, ...drafts.unchanged];
          expect(addressesOf(slices)).toEqual(all);
        }
      }),
      runs(500),
    );
  });
});
