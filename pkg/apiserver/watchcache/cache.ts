/**
 * Everything the server knows of one resource: the current objects in key order, and a window of recent events that
 * lets watches resume and lists read an older version. Fed by the store's watch, in commit order; read by everybody.
 */
import { OrderedMap, type ReadonlyOrderedMap } from '../../collections/ordered-map.ts';
import type { Clock } from '../../clock/index.ts';
import type { KeyValue, StoreEvent } from '../../storage/store.ts';
import { Entry, stampRevision } from './entry.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface Change {
  readonly type: ChangeType;
  readonly revision: number;
  /** The new state; for DELETED the last content under the deleting revision. */
  readonly entry: Entry;
  readonly previous?: Entry;
}

interface Recorded {
  readonly change: Change;
  readonly atMs: number;
  /** All objects right after the change. */
  readonly after: ReadonlyOrderedMap<Entry>;
}

export interface Subscriber {
  changed(change: Change): void;
  /** The whole store has been delivered up to this revision. */
  progressed?(revision: number): void;
  /** The cache can no longer promise gapless delivery. */
  lost(): void;
}

/** L24: what must be remembered at least, and at most. */
const minEvents = 100;
const maxEvents = 100_000;
const minAgeMs = 75_000;
const maxBytes = 96 * 1024 * 1024;

export class WatchCache {
  /** `/registry/pods/`, slash included (K4). */
  readonly prefix: string;
  readonly #clock: Clock;
  readonly #objects = new OrderedMap<Entry>();
  #history: Recorded[] = [];
  #historyStart = 0;
  #historyBytes = 0;
  /** Oldest revision a watch may start from: nothing newer than it has been forgotten. */
  #floor = 0;
  #loaded: ReadonlyOrderedMap<Entry>;
  readonly #subscribers = new Set<Subscriber>();
  /** What happens before the snapshot is there; undefined afterwards. */
  #early: StoreEvent[] | undefined = [];

  constructor(prefix: string, clock: Clock) {
    this.prefix = prefix;
    this.#clock = clock;
    this.#loaded = this.#objects.snapshot();
  }

  /** Fills the cache with a snapshot of the store; events that came while it was being read follow. */
  load(items: readonly KeyValue[], revision: number): void {
    for (const { key, value, modRevision } of items) {
      const own = key.slice(this.prefix.length);
      this.#objects.set(own, new Entry(own, modRevision, stampRevision(value, modRevision)));
    }
    this.#floor = revision;
    this.#loaded = this.#objects.snapshot();
    const early = this.#early;
    this.#early = undefined;
    for (const event of early ?? []) if (revisionOf(event) > revision) this.apply(event);
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
    if (revision < this.#floor) return undefined;
    const index = this.#firstAfter(revision) - 1;
    if (index >= this.#historyStart) return this.#history[index]?.after;
    // Nothing remembered at or before `revision`: the state from which the window starts.
    return this.#loaded;
  }

  /** The oldest version that can still be resumed from (L22's text shows it). */
  get floor(): number {
    return this.#floor;
  }

  /** Changes after `revision`, oldest first; undefined when some of them are forgotten. */
  changesAfter(revision: number): Change[] | undefined {
    if (revision < this.#floor) return undefined;
    return this.#history.slice(this.#firstAfter(revision)).map(({ change }) => change);
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
    if (change.type === 'DELETED') this.#objects.delete(change.entry.key);
    else this.#objects.set(change.entry.key, change.entry);
    this.#remember(change);
    for (const subscriber of this.#subscribers) subscriber.changed(change);
  }

  progress(revision: number): void {
    for (const subscriber of this.#subscribers) subscriber.progressed?.(revision);
  }

  /** Ends every watch; used when the feed breaks and at shutdown. */
  drop(): void {
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

  #remember(change: Change): void {
    this.#history.push({ change, atMs: this.#clock.monotonic(), after: this.#objects.snapshot() });
    this.#historyBytes += sizeOf(change);
    this.#forget();
  }

  #forget(): void {
    const oldestWanted = this.#clock.monotonic() - minAgeMs;
    for (;;) {
      const count = this.#history.length - this.#historyStart;
      const oldest = this.#history[this.#historyStart];
      if (oldest === undefined || count <= minEvents) break;
      if (oldest.atMs >= oldestWanted && count <= maxEvents && this.#historyBytes <= maxBytes) break;
      this.#historyStart += 1;
      this.#historyBytes -= sizeOf(oldest.change);
      this.#floor = oldest.change.revision;
      this.#loaded = oldest.after;
    }
    if (this.#historyStart > 1024 && this.#historyStart * 2 > this.#history.length) {
      this.#history = this.#history.slice(this.#historyStart);
      this.#historyStart = 0;
    }
  }

  /** Index of the first remembered change newer than `revision`. */
  #firstAfter(revision: number): number {
    let low = this.#historyStart;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#history[middle]?.change.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const revisionOf = (event: StoreEvent): number => (event.type === 'put' ? event.kv.modRevision : event.revision);

const sizeOf = (change: Change): number => change.entry.json.length + 512;
