/**
 * The least API server that controllers can be tried against: versions, preconditions, generations and watches as a
 * real one has them, no validation, no defaults, no admission. One process, one order of events.
 */
import type { ResourceType } from '../../api/resources.ts';
import { alreadyExists, conflict, expired, modifiedConflict, notFound } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Client, DeleteOptions, ListResult, ObjectKey, WatchEvent, WatchOptions } from '../../client/index.ts';
import type { Clock } from '../../clock/index.ts';

interface LogEntry {
  readonly version: number;
  readonly event: WatchEvent<KubeObject>;
}

interface Collection {
  readonly objects: Map<string, KubeObject>;
  readonly log: LogEntry[];
  readonly watchers: Set<() => void>;
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const keyOf = ({ namespace, name }: { namespace?: string; name?: string }): string =>
  `${namespace ?? ''}/${name ?? ''}`;

export class MemoryClient implements Client {
  readonly #clock: Clock;
  readonly #collections = new Map<string, Collection>();
  #version = 100;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async get<T>(type: ResourceType, key: ObjectKey): Promise<T> {
    return copy(this.#find(type, key)) as T;
  }

  async list<T>(type: ResourceType): Promise<ListResult<T>> {
    const items = [...this.#of(type).objects.values()].map((object) => copy(object) as T);
    return { items, resourceVersion: String(this.#version) };
  }

  async *watch<T>(
    type: ResourceType,
    { resourceVersion = '', signal }: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<T>> {
    const { log, watchers } = this.#of(type);
    const from = Number(resourceVersion);
    if (!(from > 0)) throw expired('a watch begins at a version');
    const first = log.findIndex(({ version }) => version > from);
    for (let at = first < 0 ? log.length : first; ;) {
      for (let entry = log[at]; entry !== undefined; entry = log[at]) {
        at += 1;
        yield copy(entry.event) as WatchEvent<T>;
      }
      if (signal?.aborted) return;
      await this.#news(watchers, signal);
    }
  }

  async create<T extends KubeObject>(type: ResourceType, object: T): Promise<T> {
    const { objects } = this.#of(type);
    const { generateName = '', ...metadata } = object.metadata;
    const version = this.#next();
    const name = metadata.name ?? `${generateName}${String(version).padStart(5, 'x')}`;
    if (objects.has(keyOf({ ...metadata, name }))) throw alreadyExists(type, name);
    const stored = normal({
      ...copy(object),
      metadata: {
        ...copy(metadata),
        ...(generateName === '' ? {} : { generateName }),
        name,
        uid: metadata.uid ?? `uid-${version}`,
        generation: 1,
        creationTimestamp: metadata.creationTimestamp ?? this.#time(),
        resourceVersion: String(version),
      },
    });
    return this.#store(type, 'ADDED', stored, version) as T;
  }

  async update<T extends KubeObject>(type: ResourceType, object: T): Promise<T> {
    const { resourceVersion, uid } = object.metadata;
    const old = this.#find(type, object.metadata);
    const { name = '' } = old.metadata;
    if (uid !== undefined && uid !== old.metadata.uid) throw conflict(type, name, 'another uid');
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion)
      throw modifiedConflict(type, name);
    // What the server set is the server's to keep.
    const kept = Object.entries(old.metadata).filter(([key]) => ['uid', 'creationTimestamp'].includes(key));
    const { resourceVersion: _, generation: __, ...metadata } = copy(object.metadata);
    const next = normal({ ...copy(object), metadata: { ...metadata, ...Object.fromEntries(kept) } });
    if (visible(next, true) === visible(old, true)) return copy(old) as T;
    const version = this.#next();
    const generation = (old.metadata.generation ?? 0) + (visible(next, false) === visible(old, false) ? 0 : 1);
    next.metadata = { ...next.metadata, generation, resourceVersion: String(version) };
    return this.#store(type, 'MODIFIED', next, version) as T;
  }

  async delete(type: ResourceType, key: ObjectKey, { preconditions = {} }: DeleteOptions = {}): Promise<void> {
    const old = this.#find(type, key);
    const { uid, resourceVersion } = preconditions;
    if (uid !== undefined && uid !== old.metadata.uid) throw conflict(type, key.name, 'another uid');
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
      throw modifiedConflict(type, key.name);
    }
    const version = this.#next();
    const metadata = { ...old.metadata, resourceVersion: String(version) };
    if ((metadata.finalizers ?? []).length > 0) {
      const deletionTimestamp = this.#time();
      const generation = (metadata.generation ?? 0) + 1;
      this.#store(type, 'MODIFIED', { ...old, metadata: { ...metadata, deletionTimestamp, generation } }, version);
    } else {
      this.#store(type, 'DELETED', { ...old, metadata }, version);
    }
  }

  patch<T>(): Promise<T> {
    return Promise.reject(new Error('patches are beyond this server'));
  }

  raw(): Promise<{ status: number; text: string }> {
    return Promise.reject(new Error('paths are beyond this server'));
  }

  #store(
    type: ResourceType,
    change: 'ADDED' | 'MODIFIED' | 'DELETED',
    object: KubeObject,
    version: number,
  ): KubeObject {
    const { objects, log, watchers } = this.#of(type);
    if (change === 'DELETED') objects.delete(keyOf(object.metadata));
    else objects.set(keyOf(object.metadata), object);
    log.push({ version, event: { type: change, object } });
    for (const wake of watchers) wake();
    return copy(object);
  }

  #news(watchers: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        watchers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      watchers.add(wake);
      signal?.addEventListener('abort', wake);
    });
  }

  #find(type: ResourceType, key: { namespace?: string; name?: string }): KubeObject {
    const object = this.#of(type).objects.get(keyOf(key));
    if (object === undefined) throw notFound(type, key.name ?? '');
    return object;
  }

  #of({ group, resource }: ResourceType): Collection {
    const name = `${group}/${resource}`;
    const known = this.#collections.get(name) ?? { objects: new Map(), log: [], watchers: new Set() };
    this.#collections.set(name, known);
    return known;
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  #next(): number {
    return (this.#version += 1);
  }
}

/** S38: an empty list of ports comes back as null. */
function normal<T extends KubeObject>(object: T): T {
  return object.kind === 'EndpointSlice' && Array.isArray(object['ports']) && object['ports'].length === 0
    ? { ...object, ports: null }
    : object;
}

/** S32: what an update has to change to count, and, without metadata but labels, to count as a new generation. */
function visible({ metadata, ...content }: KubeObject, all: boolean): string {
  const { resourceVersion: _, generation: __, ...rest } = metadata;
  return JSON.stringify([sorted(all ? rest : { labels: metadata.labels }), sorted(content)]);
}

/** Keys in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}
