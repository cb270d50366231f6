import * as fc from 'fast-check';
import type { StoreModel } from './model.ts';
import type { PlannedWrite, World } from './model-steps.contract.ts';
import { Advance, Compact, Get, Grant, Range, Restart, Watch, WriteTogether } from './model-steps.contract.ts';

type Command = fc.AsyncCommand<StoreModel, World>;

const KEYS = ['/a/1', '/a/2', '/a/10', '/a1/1', '/b/1', '/b/\u{e9}', '/b/__proto__'];
const PREFIXES = ['', '/', '/a', '/a/', '/a/1', '/b/', '/zz'];

const keyArb = fc.constantFrom(...KEYS);
const prefixArb = fc.constantFrom(...PREFIXES);
/** Negative: that far behind the present. Positive: ahead. */
const offsetArb = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -12, max: 0 }) },
  { weight: 1, arbitrary: fc.nat(2) },
);
const leaseArb = fc.constantFrom('none', 'none', 'some', 'unknown');

/** Everything that can happen to a store; without `restarts`, nothing that ends its process. */
export function commandArbs(restarts: boolean): fc.Arbitrary<Command>[] {
  const write = fc.record({
    kind: fc.constantFrom<PlannedWrite['kind']>('create', 'create', 'update', 'update', 'delete'),
    key: keyArb,
    value: fc.string({ maxLength: 5 }),
    stale: fc.boolean().map((no) => (no ? 0 : 1)),
    lease: leaseArb,
  });
  const range = fc.record({
    prefix: prefixArb,
    startKey: fc.option(
      fc.oneof(
        keyArb,
        keyArb.map((key) => `${key}\0`),
        prefixArb,
      ),
      { nil: '' },
    ),
    limit: fc.nat(4),
    offset: offsetArb,
    keysOnly: fc.boolean(),
    countOnly: fc.boolean(),
  });
  const all: fc.Arbitrary<Command>[] = [
    fc.array(write, { minLength: 1, maxLength: 6 }).map((writes) => new WriteTogether(writes)),
    range.map((options) => new Range(options)),
    fc.tuple(keyArb, offsetArb).map(([key, offset]) => new Get(key, offset)),
    offsetArb.map((offset) => new Compact(offset)),
    fc.tuple(prefixArb, offsetArb).map(([prefix, offset]) => new Watch(prefix, offset)),
    fc.integer({ min: 1, max: 30 }).map((ttl) => new Grant(ttl)),
    fc.integer({ min: 0, max: 20 }).map((seconds) => new Advance(seconds)),
  ];
  if (restarts) all.push(fc.constantFrom<'close' | 'crash'>('close', 'crash').map((how) => new Restart(how)));
  return all;
}
