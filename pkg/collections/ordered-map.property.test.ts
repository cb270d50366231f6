import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ReadonlyOrderedMap } from './ordered-map.ts';
import { OrderedMap } from './ordered-map.ts';

/** A step works on a run of keys, so that a few steps grow and shrink the tree by whole levels. */
interface Step {
  readonly kind: 'set' | 'delete' | 'snapshot';
  readonly from: number;
  readonly length: number;
  /** 1 walks the keys in order, other odd numbers scatter them. */
  readonly stride: number;
}

const UNIVERSE = 4096;
/** In key order, so that a run of stride 1 fills and empties neighbouring nodes. */
const nameOf = (n: number): string => `/registry/ns${n >> 9}/name-${1000 + (n & 511)}`;

const stepArb: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('set', 'set', 'delete', 'delete', 'snapshot'),
  from: fc.oneof(fc.constant(0), fc.nat(UNIVERSE - 1)),
  length: fc.oneof(fc.nat(8), fc.nat(UNIVERSE)),
  stride: fc.constantFrom(1, 7, 1543),
});

const prefixArb = fc.oneof(
  fc.constantFrom('', '/', '/registry/ns1', '/registry/ns1/', '/registry/ns12/', '/registry/ns3/name-12', 'zz'),
  fc.string({ maxLength: 3 }),
);
const fromArb = fc.oneof(fc.constant(''), fc.nat(UNIVERSE).map(nameOf), fc.string({ maxLength: 20 }));

type Model = Map<string, number>;

function sorted(model: Model, from: string, prefix: string): [string, number][] {
  return [...model]
    .filter(([key]) => key >= from && key.startsWith(prefix))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function expectSame(real: ReadonlyOrderedMap<number>, model: Model, from: string, prefix: string): void {
  const expected = sorted(model, from, prefix);
  expect([...real.iterate(from, prefix)].join('\n')).toBe(expected.join('\n'));
  expect(real.countPrefix(prefix, from)).toBe(expected.length);
  expect(real.size).toBe(model.size);
}

describe('OrderedMap against Map and sort', () => {
  it('agrees after every run of writes, and so do all snapshots at the end', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 12 }), prefixArb, fromArb, (steps, prefix, from) => {
        const map = new OrderedMap<number>();
        const model: Model = new Map();
        const kept: { real: ReadonlyOrderedMap<number>; model: Model }[] = [];
        for (const [time, step] of steps.entries()) {
          for (let i = 0; i < step.length; i += 1) {
            const key = nameOf((step.from + i * step.stride) % UNIVERSE);
            const before = model.get(key);
            if (step.kind === 'set') model.set(key, time);
            if (step.kind === 'delete') model.delete(key);
            if (step.kind === 'set' && map.set(key, time) !== before) throw new Error(`set ${key} at step ${time}`);
            if (step.kind === 'delete' && map.delete(key) !== before) throw new Error(`delete ${key} at step ${time}`);
          }
          if (step.kind === 'snapshot') kept.push({ real: map.snapshot(), model: new Map(model) });
          expectSame(map, model, from, prefix);
        }
        for (const { real, model: then } of [...kept, { real: map.snapshot(), model }]) {
          expectSame(real, then, '', '');
          expectSame(real, then, from, prefix);
          const probe = nameOf(steps.length);
          expect([real.get(probe), real.has(probe)]).toEqual([then.get(probe), then.has(probe)]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('agrees when whole levels fill in order and empty from any side', () => {
    const keys = Array.from({ length: UNIVERSE }, (_, n) => nameOf(n));
    const full = new OrderedMap(keys.map((key, n) => [key, n]));
    const orders = [keys, keys.toReversed(), [...keys.slice(1100, 2100), ...keys.slice(0, 1100), ...keys.slice(2100)]];
    for (const order of orders) {
      const map = new OrderedMap(full);
      const model: Model = new Map(full);
      for (const [i, key] of order.entries()) {
        map.delete(key);
        model.delete(key);
        if (i % 256 === 0) expectSame(map, model, keys[i] ?? '', '');
        if (map.get(order[i + 1] ?? '') !== model.get(order[i + 1] ?? '')) throw new Error(`lost after ${key}`);
      }
      expect([...map]).toEqual([]);
    }
    expect(full.size).toBe(UNIVERSE);
  });

  it('agrees for arbitrary keys', () => {
    const keyArb = fc.string({ unit: 'binary', maxLength: 4 });
    const opArb = fc.tuple(fc.boolean(), keyArb);
    fc.assert(
      fc.property(fc.array(opArb, { maxLength: 200 }), keyArb, keyArb, (ops, prefix, from) => {
        const map = new OrderedMap<number>();
        const model: Model = new Map();
        for (const [i, [put, key]] of ops.entries()) {
          if (put) {
            map.set(key, i);
            model.set(key, i);
          } else {
            map.delete(key);
            model.delete(key);
          }
        }
        expectSame(map, model, from, prefix);
        expectSame(map, model, '', '');
      }),
    );
  });
});
