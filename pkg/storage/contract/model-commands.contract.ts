import { expect } from '@jest/globals';
import * as fc from 'fast-check';
import type { RangeOptions, WriteResult } from '../store.ts';
import { CompactedError, FutureRevisionError, LeaseNotFoundError, StoreUnavailableError } from '../store.ts';
import type { StoreModel } from './model.ts';
import type { Recorder, Subject } from './subject.ts';
import { record } from './subject.ts';

/** A subject that can be stopped and started over what it kept. */
export interface RestartableSubject extends Subject {
  /** 'crash' leaves behind what a killed process would. */
  readonly restart?: (how: 'close' | 'crash') => Promise<RestartableSubject>;
}

/** The real store with its open watches. */
export interface World {
  subject: RestartableSubject;
  watches: { readonly prefix: string; readonly from: number; readonly sink: Recorder }[];
}

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

type WriteKind = 'create' | 'update' | 'delete';

/** Everything that can happen to a store; without `restarts`, nothing that ends its process. */
export function commandArbs(restarts: boolean): fc.Arbitrary<Command>[] {
  const write = fc.record({
    kind: fc.constantFrom<WriteKind>('create', 'create', 'update', 'update', 'delete'),
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

/** A command that is always possible and ends with model and store agreeing. */
abstract class Step implements Command {
  check(): boolean {
    return true;
  }

  async run(model: StoreModel, world: World): Promise<void> {
    await this.act(model, world);
    const { store } = world.subject;
    expect(await store.status()).toMatchObject({ revision: model.revision, compactRevision: model.floor });
    expect(await store.range('')).toEqual(model.range('', {}));
    for (const { prefix, from, sink } of world.watches) {
      await sink.until(() => sink.progressed === model.revision);
      expect({ prefix, from, events: sink.received }).toEqual({ prefix, from, events: model.eventsFrom(prefix, from) });
    }
  }

  abstract act(model: StoreModel, world: World): Promise<void>;
  abstract toString(): string;
}

interface PlannedWrite {
  readonly kind: WriteKind;
  readonly key: string;
  readonly value: string;
  /** Subtracted from the expected revision. */
  readonly stale: number;
  readonly lease: string;
}

/** Writes issued without waiting for each other: one batch where the driver makes batches. */
class WriteTogether extends Step {
  readonly #writes: readonly PlannedWrite[];

  constructor(writes: readonly PlannedWrite[]) {
    super();
    this.#writes = writes;
  }

  async act(model: StoreModel, { subject: { store } }: World): Promise<void> {
    const expected: (WriteResult | 'no such lease')[] = [];
    const calls = this.#writes.map((write) => {
      const { kind, key, value } = write;
      const lease = this.#leaseOf(write, model);
      const options = lease === 0 ? {} : { lease };
      const current = model.stateAt(model.revision).get(key);
      const revision = (current?.modRevision ?? 0) - write.stale;
      if (kind === 'delete') {
        expected.push(model.delete(key, revision));
        return () => store.delete(key, revision);
      }
      if (lease !== 0 && !model.leases.has(lease)) expected.push('no such lease');
      else if (kind === 'update' && current === undefined) expected.push({ ok: false });
      else expected.push(model.put(key, value, kind === 'create' ? undefined : revision, lease));
      if (kind === 'create') return () => store.create(key, value, options);
      return () => store.update(key, value, revision, options);
    });
    const settled = await Promise.allSettled(calls.map((call) => call()));
    const results = settled.map((result) => {
      if (result.status === 'fulfilled') return result.value;
      return result.reason instanceof LeaseNotFoundError ? 'no such lease' : result.reason;
    });
    expect(results).toEqual(expected);
  }

  #leaseOf({ lease }: PlannedWrite, model: StoreModel): number {
    if (lease === 'unknown') return 99_999;
    return lease === 'some' ? (model.leases.keys().next().value ?? 0) : 0;
  }

  toString(): string {
    return `write ${JSON.stringify(this.#writes)}`;
  }
}

/** The error that a revision deserves, if any. */
function refusal(model: StoreModel, revision: number): typeof CompactedError | typeof FutureRevisionError | undefined {
  if (revision > model.revision) return FutureRevisionError;
  return revision > 0 && revision < model.floor ? CompactedError : undefined;
}

class Range extends Step {
  readonly #options: RangeOptions & { readonly prefix: string; readonly offset: number };

  constructor(options: RangeOptions & { readonly prefix: string; readonly offset: number }) {
    super();
    this.#options = options;
  }

  async act(model: StoreModel, { subject: { store } }: World): Promise<void> {
    const { prefix, offset, ...rest } = this.#options;
    const revision = Math.max(0, model.revision + offset);
    const error = refusal(model, revision);
    const range = store.range(prefix, { ...rest, revision });
    if (error !== undefined) await expect(range).rejects.toThrow(error);
    else expect(await range).toEqual(model.range(prefix, { ...rest, revision }));
  }

  toString(): string {
    return `range ${JSON.stringify(this.#options)}`;
  }
}

class Get extends Step {
  readonly #key: string;
  readonly #offset: number;

  constructor(key: string, offset: number) {
    super();
    this.#key = key;
    this.#offset = offset;
  }

  async act(model: StoreModel, { subject: { store } }: World): Promise<void> {
    const revision = Math.max(1, model.revision + this.#offset);
    const error = refusal(model, revision);
    const get = store.get(this.#key, revision);
    if (error !== undefined) await expect(get).rejects.toThrow(error);
    else expect((await get).kv).toEqual(model.stateAt(revision).get(this.#key));
  }

  toString(): string {
    return `get ${this.#key} at ${this.#offset}`;
  }
}

class Compact extends Step {
  readonly #offset: number;

  constructor(offset: number) {
    super();
    this.#offset = offset;
  }

  async act(model: StoreModel, { subject: { store } }: World): Promise<void> {
    const revision = model.revision + this.#offset;
    if (revision > model.revision) {
      await expect(store.compact(revision)).rejects.toThrow(FutureRevisionError);
      return;
    }
    await store.compact(revision);
    model.floor = Math.max(model.floor, revision);
  }

  toString(): string {
    return `compact to ${this.#offset}`;
  }
}

class Watch extends Step {
  readonly #prefix: string;
  readonly #offset: number;

  constructor(prefix: string, offset: number) {
    super();
    this.#prefix = prefix;
    this.#offset = offset;
  }

  async act(model: StoreModel, world: World): Promise<void> {
    const from = Math.max(1, model.revision + this.#offset);
    const { sink } = record(world.subject.store, this.#prefix, from);
    if (from >= model.floor) {
      world.watches.push({ prefix: this.#prefix, from, sink });
      return;
    }
    await sink.until(() => sink.failure !== undefined);
    expect(sink.failure).toBeInstanceOf(CompactedError);
  }

  toString(): string {
    return `watch ${this.#prefix} from ${this.#offset}`;
  }
}

class Grant extends Step {
  readonly #ttl: number;

  constructor(ttl: number) {
    super();
    this.#ttl = ttl;
  }

  async act(model: StoreModel, { subject: { store } }: World): Promise<void> {
    const lease = await store.grantLease(this.#ttl);
    expect(model.leases.has(lease)).toBe(false);
    model.leases.set(lease, { endsAt: model.now + this.#ttl * 1000 });
  }

  toString(): string {
    return `grant ${this.#ttl} s`;
  }
}

class Advance extends Step {
  readonly #seconds: number;

  constructor(seconds: number) {
    super();
    this.#seconds = seconds;
  }

  async act(model: StoreModel, { subject }: World): Promise<void> {
    model.advance(this.#seconds * 1000);
    await subject.advance(this.#seconds * 1000);
  }

  toString(): string {
    return `advance ${this.#seconds} s`;
  }
}

class Restart extends Step {
  readonly #how: 'close' | 'crash';

  constructor(how: 'close' | 'crash') {
    super();
    this.#how = how;
  }

  async act(_model: StoreModel, world: World): Promise<void> {
    const next = await world.subject.restart?.(this.#how);
    if (next === undefined) throw new Error('this driver does not restart');
    for (const { sink } of world.watches) expect(sink.failure).toBeInstanceOf(StoreUnavailableError);
    world.subject = next;
    world.watches = [];
  }

  toString(): string {
    return `restart after ${this.#how}`;
  }
}
