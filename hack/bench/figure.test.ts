import { describe, expect, it } from '@jest/globals';
import { spreadOf, toLine, toText } from './figure.ts';

const figure = { bench: 'list', what: 'a list', unit: 'ms', better: 'lower', ours: [30, 10, 20] } as const;

describe('figures', () => {
  it('B2 reports the median between minimum and maximum', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(spreadOf([])).toBeUndefined();
  });

  it('B1 writes the ratio so that above 1 is better for us', () => {
    expect(toLine({ ...figure, theirs: [40] }, 'etcd').ratio).toBe(2);
    expect(toLine({ ...figure, better: 'higher', theirs: [40] }, 'etcd').ratio).toBe(0.5);
  });

  it('B2 says a missing peer in words and gives no ratio', () => {
    const line = toLine({ ...figure, theirs: [] }, 'etcd');
    expect(Object.keys(line)).not.toContain('ratio');
    expect(Object.keys(line)).not.toContain('peer');
    expect(toText(line)).toContain('no peer to compare with');
  });
});
