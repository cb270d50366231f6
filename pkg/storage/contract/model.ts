import type { KeyValue, RangeOptions, RangeResult, StoreEvent, WriteResult } from '../store.ts';

/**
 * The store as the dullest program that could be it: a list of events from which all else is derived. Nothing is ever
 * forgotten; the compaction floor only decides what may be asked.
 */
export class StoreModel {
  revision: number;
  floor = 0;
  now = 0;
  readonly log: StoreEvent[] = [];
  readonly leases = new Map<number, { readonly endsAt: number }>();
  readonly #leaseOf = new Map<string, number>();
  readonly #firstRevision: number;

  constructor(revision: number) {
    this.revision = revision;
    this.#firstRevision = revision;
  }

  /** What stood at a revision. */
  stateAt(revision: number): Map<string, KeyValue> {
    const state = new Map<string, KeyValue>();
    for (const event of this.log.slice(0, revision - this.#firstRevision)) {
      if (event.type === 'put') state.set(event.kv.key, event.kv);
      else state.delete(event.key);
    }
    return state;
  }

  /** Events under a prefix from a revision on. */
  eventsFrom(prefix: string, revision: number): StoreEvent[] {
    return this.log
      .slice(Math.max(0, revision - this.#firstRevision - 1))
      .filter((event) => (event.type === 'put' ? event.kv.key : event.key).startsWith(prefix));
  }

  range(prefix: string, { startKey = '', limit = 0, revision = 0, keysOnly, countOnly }: RangeOptions): RangeResult {
    const at = revision === 0 ? this.revision : revision;
    const all = [...this.stateAt(at).values()]
      .filter(({ key }) => key.startsWith(prefix) && key >= startKey)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    if (countOnly === true) return { items: [], count: all.length, more: false, revision: at };
    const some = limit === 0 ? all : all.slice(0, limit);
    const items = keysOnly === true ? some.map((kv) => ({ ...kv, value: '' })) : some;
    return { items, count: all.length, more: some.length < all.length, revision: at };
  }

  put(key: string, value: string, expected: number | undefined, lease: number): WriteResult {
    const current = this.stateAt(this.revision).get(key);
    if (current?.modRevision !== expected) return refused(current);
    this.revision += 1;
    const createRevision = current?.createRevision ?? this.revision;
    const kv: KeyValue = { key, value, createRevision, modRevision: this.revision };
    this.log.push(current === undefined ? { type: 'put', kv } : { type: 'put', kv, previous: current });
    this.#leaseOf.set(key, lease);
    return accepted(this.revision, current);
  }

  delete(key: string, expected: number): WriteResult {
    const current = this.stateAt(this.revision).get(key);
    if (current === undefined || current.modRevision !== expected) return refused(current);
    this.revision += 1;
    this.log.push({ type: 'delete', key, revision: this.revision, previous: current });
    this.#leaseOf.delete(key);
    return accepted(this.revision, current);
  }

  /** Lets time pass; leases that run out take their keys along, in order of deadline, grant and key. */
  advance(ms: number): void {
    this.now += ms;
    const ended = [...this.leases].filter(([, { endsAt }]) => endsAt <= this.now);
    for (const [lease] of ended.sort(([, a], [, b]) => a.endsAt - b.endsAt)) {
      this.leases.delete(lease);
      const keys = [...this.#leaseOf].flatMap(([key, attached]) => (attached === lease ? [key] : []));
      for (const key of keys.sort()) {
        this.delete(key, this.stateAt(this.revision).get(key)?.modRevision ?? 0);
      }
    }
  }
}

function refused(current: KeyValue | undefined): WriteResult {
  return current === undefined ? { ok: false } : { ok: false, current };
}

function accepted(revision: number, previous: KeyValue | undefined): WriteResult {
  return previous === undefined ? { ok: true, revision } : { ok: true, revision, previous };
}
