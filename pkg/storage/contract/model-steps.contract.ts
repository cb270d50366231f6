import { expect } from '@jest/globals';
import type { AsyncCommand } from 'fast-check';
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

/** A command that is always possible and ends with model and store agreeing. */
export abstract class Step implements AsyncCommand<StoreModel, World> {
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

/** One of them. */
export interface PlannedWrite {
  readonly kind: 'create' | 'update' | 'delete';
  readonly key: string;
  readonly value: string;
  /** Subtracted from the expected revision. */
  readonly stale: number;
  readonly lease: string;
}

/** Writes issued without waiting for each other: one batch where the driver makes batches. */
export class WriteTogether extends Step {
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

/** A range at a revision relative to the present. */
export class Range extends Step {
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

/** A get at a revision relative to the present. */
export class Get extends Step {
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

/** Moves the floor, or tries to. */
export class Compact extends Step {
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

/** Starts a watch that is followed from then on. */
export class Watch extends Step {
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

/** Grants a lease. */
export class Grant extends Step {
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

/** Lets time pass. */
export class Advance extends Step {
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

/** Stops the store in one way or the other and goes on with what it kept. */
export class Restart extends Step {
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
