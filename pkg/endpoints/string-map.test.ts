import { describe, expect, it } from '@jest/globals';
import { sameEntries, valueOf, withoutKeys } from './string-map.ts';

const inherited = [...Object.getOwnPropertyNames(Object.prototype), '__proto__'];
const hostile = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Record<string, string>;

describe('string maps', () => {
  it('see own keys only', () => {
    for (const key of inherited) {
      expect(valueOf({}, key)).toBeUndefined();
      expect(sameEntries({}, JSON.parse(`{${JSON.stringify(key)}:"x"}`) as Record<string, string>)).toBe(false);
    }
    expect(valueOf(hostile, 'constructor')).toBe('b');
  });

  it('copy hostile keys as they are', () => {
    const copy = withoutKeys(hostile, new Set(['toString']));
    expect(Object.keys(copy)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('compare with and without some keys', () => {
    expect(sameEntries({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true);
    expect(sameEntries({ a: '1' }, { a: '2' })).toBe(false);
    expect(sameEntries({ a: '1' }, { b: '1' })).toBe(false);
    expect(sameEntries({ a: '1', x: '2' }, { a: '1', y: '3' }, new Set(['x', 'y']))).toBe(true);
    expect(sameEntries(undefined, {})).toBe(true);
  });
});
