import { keyRange } from '../key-range.ts';
import type { KeyValue, RangeOptions, RangeResult, StoreEvent } from '../store.ts';
import type { WatchHistory } from '../watchers.ts';
import { StoreCorruptedError } from './errors.ts';
import type { KeyRow, Tables } from './tables.ts';
import type { Version } from './version.ts';
import { toEvent, toKeyValue } from './version.ts';

/** Revisions a catching-up watcher reads in one go. */
const REPLAY_STRETCH = 500;

/** What the last commit left: the window of readable revisions. */
export interface Committed {
  revision: number;
  compactRevision: number;
  /** The tables hold a commit that is not durable yet, so their latest rows are not to be shown. */
  ahead: boolean;
}

/** Reads of committed data. The caller has checked that the revision lies in the window. */
export class Reader implements WatchHistory {
  readonly #tables: Tables;
  readonly #committed: Readonly<Committed>;

  constructor(tables: Tables, committed: Readonly<Committed>) {
    this.#tables = tables;
    this.#committed = committed;
  }

  get revision(): number {
    return this.#committed.revision;
  }

  get compactRevision(): number {
    return this.#committed.compactRevision;
  }

  /** What stood under the key at that revision. */
  get(key: string, revision: number): KeyValue | undefined {
    return toKeyValue(this.#versionAt(this.#tables.latest(key), revision));
  }

  /** The range at that revision. */
  range(prefix: string, options: RangeOptions, revision: number): RangeResult {
    const range = keyRange(prefix, options.startKey);
    if (revision !== this.revision || this.#committed.ahead)
      return this.#pastRange(this.#tables.keys(range), options, revision);
    if (options.countOnly === true) {
      return { items: [], count: this.#tables.countLive(range), more: false, revision };
    }
    const limit = options.limit ?? 0;
    const versions = this.#tables.live(range, limit === 0 ? -1 : limit);
    const complete = limit === 0 || versions.length < limit;
    const count = complete ? versions.length : this.#tables.countLive(range);
    return { items: toItems(versions, options), count, more: count > versions.length, revision };
  }

  replay(prefix: string, fromRevision: number): { events: readonly StoreEvent[]; through: number } {
    const through = Math.min(this.revision, fromRevision + REPLAY_STRETCH - 1);
    const versions = this.#tables.between(fromRevision, through, keyRange(prefix));
    return { events: versions.map((version) => toEvent(version, this.#before(version))), through };
  }

  #pastRange(keys: readonly KeyRow[], options: RangeOptions, revision: number): RangeResult {
    const limit = options.countOnly === true ? 0 : options.limit || Infinity;
    const versions: Version[] = [];
    let count = 0;
    for (const { key, revision: latest, live } of keys) {
      const unchanged = latest <= revision;
      if (unchanged && live === 0) continue;
      const wanted = versions.length < limit;
      const version = unchanged && !wanted ? undefined : this.#versionAt(this.#tables.latest(key), revision);
      if (!unchanged && toKeyValue(version) === undefined) continue;
      count += 1;
      if (wanted && version !== undefined) versions.push(version);
    }
    const more = options.countOnly !== true && count > versions.length;
    return { items: toItems(versions, options), count, more, revision };
  }

  /** Walks back from a version to the one that stood at the revision. */
  #versionAt(latest: Version | undefined, revision: number): Version | undefined {
    let version = latest;
    while (version !== undefined && version.revision > revision) version = this.#before(version);
    return version;
  }

  #before({ revision, previous }: Version): Version | undefined {
    if (previous === 0) return undefined;
    const version = this.#tables.at(previous);
    // Compaction keeps what is read at or above the floor, so all it can have taken is an old deletion.
    if (version === undefined && previous >= this.compactRevision) {
      throw new StoreCorruptedError(`the row of revision ${previous}, before revision ${revision}, is missing`);
    }
    return version;
  }
}

function toItems(versions: readonly Version[], { keysOnly = false }: RangeOptions): KeyValue[] {
  return versions.flatMap((version) => {
    const kv = toKeyValue(version);
    if (kv === undefined) return [];
    return [keysOnly ? { ...kv, value: '' } : kv];
  });
}
