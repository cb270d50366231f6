import { describe, expect, it } from '@jest/globals';
import { node } from '../testing/build/objects.ts';
import type { NodeStory } from '../testing/build/objects.ts';
import { milliCpu } from './cpu.ts';
import { nodeShares } from './node-shares.ts';
import { isOverloaded } from './overload.ts';

const shares = (...stories: Omit<NodeStory, 'name'>[]) =>
  nodeShares(stories.map((story, at) => node({ name: `n${at}`, ...story })));
const control = { 'node-role.kubernetes.io/control-plane': '' };

describe('nodeShares (T8)', () => {
  it('SC-T-001 cannot say without two zones', () => {
    expect(shares()).toBeUndefined();
    expect(shares({ zone: 'a' })).toBeUndefined();
    expect(shares({ zone: 'a' }, { zone: 'a' })).toBeUndefined();
  });

  it('SC-T-002 halves', () => {
    expect(shares({ zone: 'b' }, { zone: 'a' })).toEqual(
      new Map([
        ['a', 0.5],
        ['b', 0.5],
      ]),
    );
  });

  it('SC-T-003 cannot say when a zone has no node that works', () => {
    expect(shares({ zone: 'a' }, { zone: 'b', ready: false })).toBeUndefined();
    expect(shares({ zone: 'a' }, { zone: 'b', labels: control })).toBeUndefined();
    expect(shares({ zone: 'a' }, { zone: 'b', labels: { 'node-role.kubernetes.io/master': 'x' } })).toBeUndefined();
  });

  it('SC-T-004 passes over nodes that do not work beside one that does', () => {
    const halves = new Map([
      ['a', 0.5],
      ['b', 0.5],
    ]);
    expect(shares({ zone: 'a' }, { zone: 'b' }, { zone: 'b', ready: false })).toEqual(halves);
    expect(shares({ zone: 'a' }, { zone: 'b' }, { zone: 'b', labels: control })).toEqual(halves);
  });

  it('SC-T-005 adds up', () => {
    const cpus = (zone: string, ...list: (string | number)[]) => list.map((cpu) => ({ zone, cpu }));
    expect(shares(...cpus('a', 1, '1000m', '1', 2), ...cpus('b', 3, '1.5'), ...cpus('c', '500m'))).toEqual(
      new Map([
        ['a', 0.5],
        ['b', 0.45],
        ['c', 0.05],
      ]),
    );
  });

  it('cannot say when a node lacks a zone or CPUs', () => {
    expect(shares({ zone: 'a' }, { zone: 'b' }, {})).toBeUndefined();
    expect(shares({ zone: 'a' }, { zone: 'b' }, { zone: '' })).toBeUndefined();
    expect(shares({ zone: 'a' }, { zone: 'b' }, { zone: 'b', cpu: 0 })).toBeUndefined();
  });
});

describe('isOverloaded (T20)', () => {
  it('SC-T-031 sees a zone below its minimum', () => {
    const nodes = [{ zone: 'a', cpu: '100m' }, { zone: 'b' }, { zone: 'c', cpu: 2 }];
    expect(
      isOverloaded(
        new Map([
          ['a', 1],
          ['b', 2],
          ['c', 3],
        ]),
        shares(...nodes),
      ),
    ).toBe(true);
  });

  it('SC-T-032 sees the step from 5 : 4 to 6 : 4', () => {
    const equal = shares({ zone: 'b' }, { zone: 'c' });
    expect(
      isOverloaded(
        new Map([
          ['b', 5],
          ['c', 4],
        ]),
        equal,
      ),
    ).toBe(false);
    expect(
      isOverloaded(
        new Map([
          ['b', 6],
          ['c', 4],
        ]),
        equal,
      ),
    ).toBe(true);
  });

  it('SC-T-033 takes not knowing for too much', () => {
    expect(
      isOverloaded(
        new Map([
          ['b', 5],
          ['c', 4],
        ]),
        undefined,
      ),
    ).toBe(true);
    expect(isOverloaded(new Map(), undefined)).toBe(false);
  });

  it('sees a zone without hints', () => {
    expect(isOverloaded(new Map([['b', 5]]), shares({ zone: 'b' }, { zone: 'c' }))).toBe(true);
  });
});

describe('milliCpu', () => {
  it.each<[string | number | undefined, number]>([
    ['2', 2000],
    ['1.5', 1500],
    ['100m', 100],
    ['1.1', 1100],
    ['1234567n', 2],
    ['1500u', 2],
    ['1k', 1_000_000],
    ['1e1', 10_000],
    ['1Ki', 1_024_000],
    ['.5', 500],
    [4, 4000],
    ['', 0],
    [undefined, 0],
    ['many', 0],
    ['0.0001', 1],
  ])('reads %s as %s', (text, milli) => {
    expect(milliCpu(text)).toBe(milli);
  });
});
