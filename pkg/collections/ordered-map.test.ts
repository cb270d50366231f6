import { describe, expect, it } from '@jest/globals';
import { OrderedMap } from './ordered-map.ts';

const keysOf = (entries: Iterable<[string, unknown]>): string[] => Array.from(entries, ([key]) => key);

describe('OrderedMap', () => {
  it('is empty at first', () => {
    const map = new OrderedMap<number>();
    expect([map.size, map.get('a'), map.has('a'), map.delete('a'), [...map], map.countPrefix('')]).toEqual([
      0,
      undefined,
      false,
      undefined,
      [],
      0,
    ]);
  });

  it('tells a stored undefined from an absent key', () => {
    const map = new OrderedMap<undefined>([['a', undefined]]);
    expect([map.has('a'), map.has('b'), map.size]).toEqual([true, false, 1]);
    expect([map.snapshot().has('a'), map.snapshot().has('b')]).toEqual([true, false]);
  });

  it('returns the value a write replaces or takes out', () => {
    const map = new OrderedMap<number>();
    expect([map.set('a', 1), map.set('a', 2), map.delete('a'), map.delete('a')]).toEqual([undefined, 1, 2, undefined]);
  });

  it('L2 orders by code unit, not by locale', () => {
    const map = new OrderedMap(['b', 'a', 'Z', '_', '\u00e9', 'e\u0301', '-', '/', '0'].map((key) => [key, 0]));
    expect(keysOf(map)).toEqual(['-', '/', '0', 'Z', '_', 'a', 'b', 'e\u0301', '\u00e9']);
  });

  it('K4 keeps ns1/ apart from ns10/', () => {
    const map = new OrderedMap(['/ns1/a', '/ns1/b', '/ns10/a', '/ns1', '/ns2/a'].map((key) => [key, 0]));
    expect(keysOf(map.iterate('', '/ns1/'))).toEqual(['/ns1/a', '/ns1/b']);
    expect(map.countPrefix('/ns1/')).toBe(2);
    expect(map.countPrefix('/ns1')).toBe(4);
  });

  it('L6 starts at the key after the last one seen', () => {
    const map = new OrderedMap(['/a', '/ab', '/b', '/c'].map((key) => [key, 0]));
    expect(keysOf(map.iterate('/a\0', '/'))).toEqual(['/ab', '/b', '/c']);
    expect(map.countPrefix('/', '/a\0')).toBe(3);
  });

  it('finds nothing when the start lies beyond the prefix', () => {
    const map = new OrderedMap(['/a/1', '/b/1'].map((key) => [key, 0]));
    expect(keysOf(map.iterate('/b/', '/a/'))).toEqual([]);
    expect(map.countPrefix('/a/', '/b/')).toBe(0);
  });

  it('holds keys that name parts of Object.prototype', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'];
    const map = new OrderedMap(names.map((name) => [name, name]));
    expect(keysOf(map)).toEqual(names);
    expect(new OrderedMap<string>().get('__proto__')).toBeUndefined();
  });

  it('walks the entries of the moment of the call while writes go on', () => {
    const map = new OrderedMap(Array.from({ length: 500 }, (_, i) => [`k${1000 + i}`, i]));
    const seen: number[] = [];
    for (const [key, value] of map.iterate()) {
      map.delete(key);
      map.set(`later${value}`, value);
      map.set(`k${1000 + value + 1}`, -1);
      seen.push(value);
    }
    expect(seen).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  it('keeps a snapshot while the map moves on', () => {
    const map = new OrderedMap([['a', 1]]);
    const before = map.snapshot();
    map.set('b', 2);
    map.delete('a');
    expect([[...before], [...map]]).toEqual([[['a', 1]], [['b', 2]]]);
  });
});
