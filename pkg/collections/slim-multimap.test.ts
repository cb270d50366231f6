import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SlimMultimap } from './slim-multimap.ts';

describe('SlimMultimap', () => {
  it('agrees with a map of sets after any adds and deletes', () => {
    const values = ['a', 'b', 'c'].map((name) => ({ name }));
    const step = fc.record({ add: fc.boolean(), key: fc.nat(3), value: fc.constantFrom(...values) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const slim = new SlimMultimap<number, { name: string }>();
        const model = new Map<number, Set<{ name: string }>>();
        for (const { add, key, value } of steps) {
          const before = model.get(key) ?? new Set();
          const after = new Set(before);
          if (add) after.add(value);
          else after.delete(value);
          if (add) expect(slim.add(key, value)).toBe(before.size === 0);
          else expect(slim.delete(key, value)).toBe(before.size === 1 && after.size === 0);
          if (after.size === 0) model.delete(key);
          else model.set(key, after);
          expect(new Set(slim.get(key))).toEqual(after);
        }
        expect(new Set(slim.keys())).toEqual(new Set(model.keys()));
        expect([slim.size, slim.has(0)]).toEqual([model.size, model.has(0)]);
      }),
    );
  });
});
