/**
 * Everything the server knows of one resource: the current objects in key order, and a window of recent events that
 * lets watches resume and lists read an older version. Fed by the store's watch, in commit order; read by everybody.
 */
import { OrderedMap, type ReadonlyOrderedMap } from '../../collections/ordered-map.ts';
import type { Clock } from '../../clock/index.ts';
import type { KeyValue, StoreEvent } from '../../storage/store.ts';
import type { Change } from './change.ts';
import { Entry, stampRevision } from './entry.ts';
import { HistoryBudget } from './history-budget.ts';
import { History } from './history.ts';

export interface Subscriber {
  changed(change: Change): void;
  /** The whole store has been delivered up to this revision. */
  progressed?(revision: number): void;
  /** The cache can no longer promise gapless delivery. */
  lost(): void;
}

export class WatchCache {
  /** `/registry/pods/`, slash included (K4). */
  readonly prefix: string;
  readonly #budget: HistoryBudget;
  readonly #objects = new OrderedMap<Entry>();
  readonly #history: History;
  readonly #subscribers = new Set<Subscriber>();
  /** What happens before the snapshot is there; undefined afterwards. */
  #early: StoreEvent[] | undefined = [];

  /** `budget`: what the histories of several caches may take together. */
  constructor(prefix: string, clock: Clock, budget: HistoryBudget = new HistoryBudget()) {
    this.prefix = prefix;
    this.#budget = budget;
    this.#history = new History(clock, budget);
    budget.join(this.#history);
  }

  /** Fills the cache with a snapshot of the store; events that came while it was being read follow. */
  load(items: readonly KeyValue[], revision: number): void {
    for (const { key, value, modRevision } of items) {
      const own = key.slice(this.prefix.length);
      this.#objects.set(own, new Entry(own, modRevision, stampRevision(value, modRevision)));
    }
    this.#history.startAt(revision);
    const early = this.#early;
    this.#early = undefined;
    for (const event of early ?? []) if (revisionOf(event) > revision) this.apply(event);
  }

  /**
   * Makes the cache equal to a new snapshot when events may have been missed. Whoever needs every one of them is told
   * that it is lost; the differences follow, for those who stay.
   */
  reload(items: readonly KeyValue[], revision: number): void {
    for (const subscriber of Array.from(this.#subscribers)) subscriber.lost();
    const gone = new Set(Array.from(this.#objects.snapshot().iterate(), ([key]) => key));
    const events: StoreEvent[] = [];
    for (const kv of items) {
      const own = kv.key.slice(this.prefix.length);
      gone.delete(own);
      const known = this.#objects.get(own);
      if (known === undefined || known.json !== stampRevision(kv.value, kv.modRevision))
        events.push({ type: 'put', kv });
    }
    const deletions = Array.from(gone, (own): StoreEvent => {
      const key = this.prefix + own;
      return { type: 'delete', key, revision, previous: { key, value: '', createRevision: 0, modRevision: 0 } };
    });
    for (const event of [...events.sort((a, b) => revisionOf(a) - revisionOf(b)), ...deletions]) this.apply(event);
    this.#history.restartAt(revision);
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): Entry | undefined {
    return this.#objects.get(key);
  }

  current(): ReadonlyOrderedMap<Entry> {
    return this.#objects.snapshot();
  }

  /** The objects as they were at `revision`; undefined when that is too long ago (L8). */
  at(revision: number): ReadonlyOrderedMap<Entry> | undefined {
    const objects = this.#history.at(revision);
    return objects === 'now' ? this.current() : objects;
  }

  /** The oldest version that can still be resumed from (L22's text shows it). */
  get floor(): number {
    return this.#history.floor;
  }

  /** Changes after `revision`, oldest first; undefined when some of them are forgotten. */
  changesAfter(revision: number): Change[] | undefined {
    return this.#history.changesAfter(revision);
  }

  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  apply(event: StoreEvent): void {
    if (this.#early !== undefined) {
      this.#early.push(event);
      return;
    }
    const change = this.#toChange(event);
    if (change === undefined) return;
    this.#history.add(change, () => this.#objects.snapshot());
    if (change.type === 'DELETED') this.#objects.delete(change.entry.key);
    else this.#objects.set(change.entry.key, change.entry);
    for (const subscriber of this.#subscribers) subscriber.changed(change);
  }

  progress(revision: number): void {
    for (const subscriber of this.#subscribers) subscriber.progressed?.(revision);
  }

  /** Ends every watch; used when the feed breaks and at shutdown. */
  drop(): void {
    this.#budget.leave(this.#history);
    const leaving = Array.from(this.#subscribers);
    this.#subscribers.clear();
    for (const subscriber of leaving) subscriber.lost();
  }

  #toChange(event: StoreEvent): Change | undefined {
    if (event.type === 'delete') {
      const previous = this.#objects.get(event.key.slice(this.prefix.length));
      if (previous === undefined) return undefined;
      return { type: 'DELETED', revision: event.revision, entry: previous.at(event.revision), previous };
    }
    const { key, value, modRevision } = event.kv;
    const own = key.slice(this.prefix.length);
    const previous = this.#objects.get(own);
    const entry = new Entry(own, modRevision, stampRevision(value, modRevision));
    return previous === undefined
      ? { type: 'ADDED', revision: modRevision, entry }
      : { type: 'MODIFIED', revision: modRevision, entry, previous };
  }
}

const revisionOf = (event: StoreEvent): number => (event.type === 'put' ? event.kv.modRevision : event.revision);
