import { describe, expect, it } from '@jest/globals';
import { Interner } from './interner.ts';
import { Lru } from './lru.ts';

describe('Lru', () => {
  it('forgets what was not used for longest', () => {
    const lru = new Lru<string, number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    expect(lru.get('a')).toBe(1);
    lru.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => lru.get(key))).toEqual([1, undefined, 3]);
    lru.set('a', 4);
    lru.delete('c');
    expect([lru.get('a'), lru.get('c'), lru.size]).toEqual([4, undefined, 1]);
  });
});

describe('Interner', () => {
  it('gives equal text and starts over when full', () => {
    const interner = new Interner(2);
    expect(['a', 'b', 'a', 'c', 'a'].map((text) => interner.intern(text))).toEqual(['a', 'b', 'a', 'c', 'a']);
  });
});
