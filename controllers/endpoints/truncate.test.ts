import { describe, expect, it } from '@jest/globals';
import type { EndpointAddress, EndpointSubset } from '../../pkg/api/types.ts';
import { truncate } from './truncate.ts';

const addresses = (count: number): EndpointAddress[] =>
  Array.from({ length: count }, (_, at) => ({ ip: `10.0.0.${at}` }));

function subsets(ready: number[], notReady: number[]): EndpointSubset[] {
  return ready.map((count, at) => ({ addresses: addresses(count), notReadyAddresses: addresses(notReady[at] ?? 0) }));
}

const counts = (list: readonly EndpointSubset[]): [number, number][] =>
  list.map((subset) => [(subset.addresses ?? []).length, (subset.notReadyAddresses ?? []).length]);

describe('truncate', () => {
  it('SC-E-034 leaves a thousand addresses alone', () => {
    const given = subsets([50, 100, 100, 100, 100], [50, 100, 100, 100, 100]);
    expect(truncate(given)).toEqual({ subsets: given, overCapacity: false });
  });

  it('SC-E-035 shares out the room that ready addresses leave', () => {
    const { subsets: left, overCapacity } = truncate(subsets([90, 110, 50, 10, 20], [101, 200, 200, 201, 298]));
    expect(overCapacity).toBe(true);
    expect(counts(left)).toEqual([
      [90, 73],
      [110, 144],
      [50, 144],
      [10, 145],
      [20, 214],
    ]);
  });

  it('SC-E-035 shares out the room among ready addresses when they alone are too many', () => {
    const { subsets: left } = truncate(subsets([205, 400, 402, 400, 693], [100, 200, 10, 20, 30]));
    expect(counts(left)).toEqual([
      [98, 0],
      [191, 0],
      [192, 0],
      [191, 0],
      [328, 0],
    ]);
  });

  it('keeps the lowest addresses of each subset (E18)', () => {
    const [first] = truncate(subsets([1001], [5])).subsets;
    expect(first).toEqual({ addresses: addresses(1000) });
  });

  it('H4 drops subsets that nothing is left of, which a server would refuse', () => {
    expect(counts(truncate(subsets([1001, 0], [0, 7])).subsets)).toEqual([[1000, 0]]);
    const many = subsets([...Array<number>(334).fill(3), 1], []);
    const left = truncate(many).subsets;
    expect(
      counts(left)
        .flat()
        .reduce((sum, count) => sum + count, 0),
    ).toBe(1000);
    expect(left.every((subset) => (subset.addresses ?? []).length > 0)).toBe(true);
  });
});
