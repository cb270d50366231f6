import { OrderedMap } from '../../collections/ordered-map.ts';
import type { KeyValue, RangeOptions, RangeResult, StoreEvent } from '../store.ts';
import type { WatchHistory } from '../watchers.ts';
import { keyOf, revisionOf } from '../write.ts';

/** What stood under a key from that revision on; no kv: nothing did. */
interface Version {
  readonly revision: number;
  readonly kv: KeyValue | undefined;
}

/**
 * All that the memory store remembers: what stands now, every version down to the compaction floor, and the log of
 * events. The log has one event per revision, so a revision is an index into it.
 */
export class History implements WatchHistory {
  readonly #current = new OrderedMap<KeyValue>();
  /** Per key, oldest first; deleted keys too, until compaction forgets them. */
  readonly #versions = new OrderedMap<Version[]>();
  #log: StoreEvent[] = [];
  #revision = 1;
  #compactRevision = 0;
  #characters = 0;

  get revision(): number {
    return this.#revision;
  }

  get compactRevision(): number {
    return this.#compactRevision;
  }

  /** Memory taken by keys and values, all versions, at two bytes a character: an upper bound for plain text. */
  get sizeBytes(): number {
    return this.#characters * 2;
  }

  /** What stands under the key now. */
  get(key: string): KeyValue | undefined {
    return this.#current.get(key);
  }

  /** What stood under the key at a readable revision. */
  getAt(key: string, revision: number): KeyValue | undefined {
    return revision === this.#revision ? this.get(key) : versionAt(this.#versions.get(key), revision);
  }

  /** The range at a readable revision. */
  range(prefix: string, options: RangeOptions, revision: number): RangeResult {
    const from = options.startKey ?? '';
    if (revision !== this.#revision) return page(this.#itemsAt(prefix, from, revision), options, revision);
    const count = this.#current.countPrefix(prefix, from);
    const limit = limitOf(options, count);
    const items: KeyValue[] = [];
    if (limit > 0) {
      for (const [, kv] of this.#current.iterate(from, prefix)) {
        items.push(options.keysOnly === true ? { ...kv, value: '' } : kv);
        if (items.length === limit) break;
      }
    }
    return { items, count, more: options.countOnly !== true && count > items.length, revision };
  }

  /** Commits the event, which carries the next revision. */
  append(event: StoreEvent): void {
    const key = keyOf(event);
    const kv = event.type === 'put' ? event.kv : undefined;
    this.#revision = revisionOf(event);
    this.#log.push(event);
    if (kv === undefined) this.#current.delete(key);
    else this.#current.set(key, kv);
    const versions = this.#versions.get(key);
    const version = { revision: this.#revision, kv };
    if (versions === undefined) this.#versions.set(key, [version]);
    else versions.push(version);
    this.#characters += charactersOf(key, version);
  }

  replay(prefix: string, fromRevision: number): { events: readonly StoreEvent[]; through: number } {
    const start = Math.max(0, fromRevision - this.#firstLogged());
    const events = this.#log.slice(start).filter((event) => keyOf(event).startsWith(prefix));
    return { events, through: this.#revision };
  }

  /** Forgets events before the floor and the versions that only they needed. */
  compact(floor: number): void {
    const dropped = this.#log.splice(0, Math.max(0, floor - this.#firstLogged()));
    this.#compactRevision = floor;
    for (const event of dropped) this.#prune(keyOf(event), floor);
  }

  #firstLogged(): number {
    return this.#revision + 1 - this.#log.length;
  }

  #itemsAt(prefix: string, from: string, revision: number): KeyValue[] {
    const items: KeyValue[] = [];
    for (const [, versions] of this.#versions.iterate(from, prefix)) {
      const kv = versionAt(versions, revision);
      if (kv !== undefined) items.push(kv);
    }
    return items;
  }

  /** Keeps what stood at the floor and came after; the events in the log carry their previous values themselves. */
  #prune(key: string, floor: number): void {
    const versions = this.#versions.get(key);
    if (versions === undefined) return;
    while ((versions[1]?.revision ?? Infinity) <= floor) this.#drop(key, versions);
    const [first] = versions;
    if (first !== undefined && first.kv === undefined && first.revision < floor) this.#drop(key, versions);
    if (versions.length === 0) this.#versions.delete(key);
  }

  #drop(key: string, versions: Version[]): void {
    const version = versions.shift();
    if (version !== undefined) this.#characters -= charactersOf(key, version);
  }
}

function versionAt(versions: readonly Version[] | undefined, revision: number): KeyValue | undefined {
  return versions?.findLast((version) => version.revision <= revision)?.kv;
}

function page(all: readonly KeyValue[], options: RangeOptions, revision: number): RangeResult {
  const some = all.slice(0, limitOf(options, all.length));
  const items = options.keysOnly === true ? some.map((kv) => ({ ...kv, value: '' })) : some;
  return { items, count: all.length, more: options.countOnly !== true && all.length > items.length, revision };
}

function limitOf({ limit = 0, countOnly = false }: RangeOptions, count: number): number {
  if (countOnly) return 0;
  return limit === 0 ? count : limit;
}

function charactersOf(key: string, { kv }: Version): number {
  return key.length + (kv?.value.length ?? 0);
}
