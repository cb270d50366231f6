import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { keyOf, splitKey } from './object-key.ts';
import { compareVersions, isAtLeast } from './resource-version.ts';

describe('compareVersions', () => {
  it('IN26 orders as integers of any size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.bigInt({ min: 0n, max: 10n ** 40n }), (a, b) => {
        const order = compareVersions(String(a), String(b)) ?? Number.NaN;
        expect(Math.sign(order)).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(compareVersions(`00${a}`, String(a))).toBe(0);
      }),
    );
  });

  it('IN26 knows no order for anything else, not even for itself', () => {
    for (const odd of ['', 'x', '1a', '-1', '1.0', ' 1', '١']) {
      expect([compareVersions(odd, '1'), compareVersions('1', odd), compareVersions(odd, odd)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(isAtLeast(odd, odd)).toBe(false);
    }
    expect([isAtLeast('10', '9'), isAtLeast('9', '9'), isAtLeast('9', '10')]).toEqual([true, true, false]);
  });
});

describe('keyOf', () => {
  it('IN37 joins and splits', () => {
    expect(keyOf({ metadata: { namespace: 'a', name: 'b' } })).toBe('a/b');
    expect(keyOf({ metadata: { name: 'n1' } })).toBe('n1');
    expect([splitKey('a/b'), splitKey('n1')]).toEqual([
      { namespace: 'a', name: 'b' },
      { namespace: '', name: 'n1' },
    ]);
  });
});
