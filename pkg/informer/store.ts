import type { KubeObject } from '../api/types.ts';
import { Indexes } from './indexes.ts';
import type { Indexers } from './indexes.ts';
import { keyOf } from './object-key.ts';
import { compareVersions, isAtLeast } from './resource-version.ts';

/** How everybody but the reflector sees a store. Each call answers from one consistent state (IN39). */
export interface Reader<T> {
  readonly size: number;
  /** Highest version applied, bookmarks included; empty before the first fill (IN44). */
  readonly lastVersion: string;
  /** The first fill has been applied. */
  readonly hasSynced: boolean;
  /** By `namespace/name`. Objects are shared and must not be changed (IN28). */
  get(key: string): T | undefined;
  list(): readonly T[];
  /** The objects that an index function put under this value. Throws for an index that was not asked for. */
  byIndex(index: string, value: string): readonly T[];
  /** Every value of an index that leads to something. */
  indexValues(index: string): readonly string[];
  keys(): readonly string[];
}

/** What one write did to one key: add has no `old`, delete has no `current`. */
export interface Change<T> {
  readonly key: string;
  readonly old?: T;
  readonly current?: T;
  /** IN34: the object vanished while nobody was watching; `old` may not be its last state. */
  readonly unknownFinalState?: boolean;
}

/** Items worked on before other work gets a turn (IN43). */
const stretch = 1000;

/** The cache of one reflector: one writer, any number of readers. */
export class Store<T extends KubeObject> implements Reader<T> {
  readonly #indexers: Indexers<T>;
  #objects = new Map<string, T>();
  #indexes: Indexes<T>;
  #lastVersion = '';
  #hasSynced = false;

  constructor(indexers: Indexers<T> = {}) {
    this.#indexers = indexers;
    this.#indexes = new Indexes(indexers);
  }

  get size(): number {
    return this.#objects.size;
  }
  get lastVersion(): string {
    return this.#lastVersion;
  }
  get hasSynced(): boolean {
    return this.#hasSynced;
  }
  get(key: string): T | undefined {
    return this.#objects.get(key);
  }
  list(): readonly T[] {
    return [...this.#objects.values()];
  }
  keys(): readonly string[] {
    return [...this.#objects.keys()];
  }
  byIndex(index: string, value: string): readonly T[] {
    return this.#indexes.find(index, value);
  }
  indexValues(index: string): readonly string[] {
    return this.#indexes.values(index);
  }

  /**
   * IN22: this is now the state of its key. `stale` when the store knows a newer state of the same object (IN26), and
   * then nothing changes. No changes when the state is known already (F17).
   */
  put(object: T): readonly Change<T>[] | 'stale' {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    if (old !== undefined && isSameObject(old, object)) {
      const order = compareVersions(versionOf(object), versionOf(old));
      if (order !== undefined && order < 0) return 'stale';
      if (order === 0) return [];
    }
    if (old !== undefined) this.#indexes.remove(key, old);
    this.#objects.set(key, object);
    this.#indexes.add(key, object);
    return changesOf(key, old, object);
  }

  /** Takes the key of a deleted object out; `object` is its final state. Unknown keys change nothing. */
  remove(object: T): readonly Change<T>[] | 'stale' {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    if (old === undefined) return [];
    const same = isSameObject(old, object);
    const order = same ? compareVersions(versionOf(object), versionOf(old)) : undefined;
    if (order !== undefined && order < 0) return 'stale';
    this.#objects.delete(key);
    this.#indexes.remove(key, old);
    return [same ? { key, old: object } : { key, old, unknownFinalState: true }];
  }

  /**
   * IN25: the whole content anew, seen by readers in one step. The new state is built aside in stretches, so nothing
   * else may write meanwhile. An object that did not change keeps its identity. Deletions come first in the answer.
   */
  async replace(objects: readonly T[], version: string): Promise<readonly Change<T>[]> {
    const next = new Map<string, T>();
    const indexes = new Indexes(this.#indexers);
    const changes: Change<T>[] = [];
    for (const [at, listed] of objects.entries()) {
      const key = keyOf(listed);
      const old = this.#objects.get(key);
      const object = old !== undefined && isUnchanged(old, listed) ? old : listed;
      const repeated = next.get(key);
      if (repeated !== undefined) indexes.remove(key, repeated);
      next.set(key, object);
      indexes.add(key, object);
      if (object !== old) changes.push(...changesOf(key, old, object));
      if (at % stretch === stretch - 1) await breath();
    }
    const gone: Change<T>[] = [];
    for (const [key, old] of this.#objects) if (!next.has(key)) gone.push({ key, old, unknownFinalState: true });
    this.#objects = next;
    this.#indexes = indexes;
    this.#lastVersion = version;
    this.#hasSynced = true;
    return [...gone, ...changes];
  }

  /** Nothing older than this version is missing any more. Never goes back, except by `replace`. */
  advance(version: string): void {
    if (version !== '' && !isAtLeast(this.#lastVersion, version)) this.#lastVersion = version;
  }
}

const versionOf = (object: KubeObject): string => object.metadata.resourceVersion ?? '';

const isSameObject = (a: KubeObject, b: KubeObject): boolean => a.metadata.uid === b.metadata.uid;

const isUnchanged = (old: KubeObject, listed: KubeObject): boolean =>
  isSameObject(old, listed) && versionOf(old) !== '' && versionOf(old) === versionOf(listed);

/** IN35: another object under the same key is a deletion and an addition, never an update. */
function changesOf<T extends KubeObject>(key: string, old: T | undefined, current: T): Change<T>[] {
  if (old === undefined) return [{ key, current }];
  if (isSameObject(old, current)) return [{ key, old, current }];
  return [
    { key, old, unknownFinalState: true },
    { key, current },
  ];
}

/** Lets the event loop turn once. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
