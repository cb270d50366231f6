import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Buffer } from 'node:buffer';
import { keyRange, prefixEnd } from './key-range.ts';

const before = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

describe('prefixEnd', () => {
  it('raises the last character that can be raised', () => {
    expect(['/ns1/', 'a', '\u{d7ff}', 'a\u{10ffff}', '\u{10ffff}', ''].map(prefixEnd)).toEqual([
      '/ns10',
      'b',
      '\u{e000}',
      'b',
      undefined,
      undefined,
    ]);
  });

  it('lies behind every string with the prefix and before every other that lies behind it, in byte order', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3 }).filter((s) => s.isWellFormed());
    fc.assert(
      fc.property(text, text, (prefix, other) => {
        const end = prefixEnd(prefix);
        const inRange = !before(other, prefix) && (end === undefined || before(other, end));
        expect(inRange).toBe(other.startsWith(prefix));
        const inside = prefix + other;
        expect(end === undefined || before(inside, end)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('keyRange', () => {
  it('L6 starts at the start key, but never before the prefix', () => {
    expect(keyRange('/p/')).toEqual({ start: '/p/', end: '/p0' });
    expect(keyRange('/p/', '/a')).toEqual({ start: '/p/', end: '/p0' });
    expect(keyRange('/p/', '/p/x\0')).toEqual({ start: '/p/x\0', end: '/p0' });
  });
});
