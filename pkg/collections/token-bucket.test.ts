import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
  it('gives its burst at once and then one token per interval', () => {
    const bucket = new TokenBucket(10, 2, 0);
    expect([0, 0, 0, 0].map((now) => bucket.reserve(now))).toEqual([0, 0, 100, 200]);
    expect(bucket.reserve(300)).toBe(0);
    expect(bucket.reserve(300)).toBe(100);
  });

  it('never saves more than its burst', () => {
    const bucket = new TokenBucket(1, 3, 0);
    const at = 1_000_000;
    expect([at, at, at, at].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
    expect(bucket.take(at + 999)).toBe(false);
    expect(bucket.take(at + 1000)).toBe(true);
  });

  it('ignores a clock that goes back', () => {
    const bucket = new TokenBucket(1, 1, 1000);
    expect(bucket.take(1000)).toBe(true);
    expect(bucket.take(0)).toBe(false);
    expect(bucket.take(1500)).toBe(false);
    expect(bucket.take(2000)).toBe(true);
  });

  it('takes tokens back and changes its pace', () => {
    const bucket = new TokenBucket(1, 1, 0);
    bucket.reserve(0);
    expect(bucket.reserve(0)).toBe(1000);
    bucket.giveBack();
    bucket.setRate(2, 0);
    expect(bucket.reserve(0)).toBe(500);
  });
});
