/**
 * The recent changes of one resource, in segments. A segment begins with a snapshot of all objects, and the state after
 * any of its changes is that snapshot with the changes up to there made again. One snapshot for a few dozen changes
 * is nearly free; one for each would cost several times what the change itself does, as it keeps a path of the tree.
 */
import { OrderedMap, type ReadonlyOrderedMap } from '../../collections/ordered-map.ts';
import type { Clock } from '../../clock/index.ts';
import type { Change } from './change.ts';
import type { Entry } from './entry.ts';
import type { HistoryBudget } from './history-budget.ts';

interface Segment {
  /** All objects before the first change. */
  readonly before: ReadonlyOrderedMap<Entry>;
  readonly changes: Change[];
  bytes: number;
  lastMs: number;
}

/** L24: what is remembered at least, as far as the budget reaches, and at most. */
const minEvents = 100;
const maxEvents = 100_000;
const minAgeMs = 75_000;

/** A segment is forgotten as a whole, so it must not be much of the history. */
const segmentChanges = 64;

export class History {
  readonly #clock: Clock;
  readonly #budget: HistoryBudget;
  /** Oldest first. */
  readonly #segments: Segment[] = [];
  #count = 0;
  #bytes = 0;
  #floor = 0;

  constructor(clock: Clock, budget: HistoryBudget) {
    this.#clock = clock;
    this.#budget = budget;
  }

  /** Says at which revision the objects stand before the first change. */
  startAt(revision: number): void {
    this.#floor = revision;
  }

  /** Forgets everything: the story has a hole before this revision. */
  restartAt(revision: number): void {
    this.#segments.length = 0;
    this.#budget.use(-this.#bytes);
    this.#count = 0;
    this.#bytes = 0;
    this.#floor = revision;
  }

  /** Nothing newer than this revision has been forgotten. */
  get floor(): number {
    return this.#floor;
  }

  /** Memory that goes when all of it is forgotten. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `before` gives all objects as they are before the change. */
  add(change: Change, before: () => ReadonlyOrderedMap<Entry>): void {
    const segment = this.#open(before);
    this.forgetAged();
    const bytes = keptAliveBy(change);
    segment.changes.push(change);
    segment.lastMs = this.#clock.monotonic();
    segment.bytes += bytes;
    this.#count += 1;
    this.#bytes += bytes;
    this.#budget.use(bytes);
  }

  /** Changes after `revision`, oldest first; undefined when some of them are forgotten. */
  changesAfter(revision: number): Change[] | undefined {
    if (revision < this.#floor) return undefined;
    const first = this.#segments.findLastIndex(({ changes }) => isAtOrBefore(changes[0], revision));
    return this.#segments
      .slice(Math.max(first, 0))
      .flatMap(({ changes }, index) => (index === 0 ? changes.slice(firstAfter(changes, revision)) : changes));
  }

  /** The objects as they were at `revision`: 'now' if nothing changed since, undefined if that is too long ago (L8). */
  at(revision: number): ReadonlyOrderedMap<Entry> | 'now' | undefined {
    if (revision < this.#floor) return undefined;
    const last = this.#segments.at(-1)?.changes.at(-1);
    if (last === undefined || last.revision <= revision) return 'now';
    const segment = this.#segments.findLast(({ changes }) => isAtOrBefore(changes[0], revision));
    if (segment === undefined) return this.#segments[0]?.before;
    const objects = new OrderedMap(segment.before);
    for (const change of segment.changes.slice(0, firstAfter(segment.changes, revision))) redo(objects, change);
    return objects.snapshot();
  }

  /** Forgets what nobody is promised any more. */
  forgetAged(): void {
    const oldestWanted = this.#clock.monotonic() - minAgeMs;
    for (let oldest = this.#segments[0]; oldest !== undefined; oldest = this.#segments[0]) {
      const rest = this.#count - oldest.changes.length;
      const expendable = oldest.lastMs < oldestWanted || this.#count > maxEvents;
      if (rest < minEvents || !expendable || !this.forgetOldest()) return;
    }
  }

  /** Forgets the oldest segment, but never the one that is being filled. */
  forgetOldest(): boolean {
    if (this.#segments.length < 2) return false;
    const oldest = this.#segments.shift();
    if (oldest === undefined) return false;
    this.#floor = oldest.changes.at(-1)?.revision ?? this.#floor;
    this.#count -= oldest.changes.length;
    this.#bytes -= oldest.bytes;
    this.#budget.use(-oldest.bytes);
    return true;
  }

  #open(before: () => ReadonlyOrderedMap<Entry>): Segment {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.changes.length < segmentChanges && last.bytes < this.#budget.segmentBytes)
      return last;
    const segment = { before: before(), changes: [], bytes: 0, lastMs: 0 };
    this.#segments.push(segment);
    return segment;
  }
}

function redo(objects: OrderedMap<Entry>, { type, entry }: Change): void {
  if (type === 'DELETED') objects.delete(entry.key);
  else objects.set(entry.key, entry);
}

const isAtOrBefore = (change: Change | undefined, revision: number): boolean =>
  change !== undefined && change.revision <= revision;

/** Index of the first change newer than `revision`. */
function firstAfter(changes: readonly Change[], revision: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAtOrBefore(changes[middle], revision)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What a change costs beyond the objects that stand: the content that it replaced or removed, and its own record with
 * what the snapshot keeps of the tree. The new content is an object that stands, until another change counts it as replaced.
 */
function keptAliveBy({ type, entry, previous }: Change): number {
  return recordBytes + (previous?.bytes ?? 0) + (type === 'DELETED' ? entry.bytes : 0);
}

/** Measured with changes of random keys, most of which have a leaf of the tree to themselves; others cost 150. */
const recordBytes = 850;
