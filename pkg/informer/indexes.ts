import type { KubeObject } from '../api/types.ts';
import { keyOf } from './object-key.ts';

/** The values an object is found under. Pure; sees the transformed object (IN38). */
export type IndexFunction<T> = (object: T) => readonly string[];

export type Indexers<T> = Readonly<Record<string, IndexFunction<T>>>;

/** Most values lead to one object (a Pod's own label), so one is kept without a map around it (IN42). */
type Bucket<T> = T | Map<string, T>;

/** Every index of one store. Values and index names are user data, hence maps throughout (IN37). */
export class Indexes<T extends KubeObject> {
  readonly #functions: readonly (readonly [name: string, values: IndexFunction<T>])[];
  readonly #indexes: ReadonlyMap<string, Map<string, Bucket<T>>>;

  constructor(indexers: Indexers<T>) {
    this.#functions = Object.entries(indexers);
    this.#indexes = new Map(this.#functions.map(([name]) => [name, new Map<string, Bucket<T>>()]));
  }

  add(key: string, object: T): void {
    for (const [name, valuesOf] of this.#functions) {
      const index = this.#of(name);
      for (const value of valuesOf(object)) put(index, value, key, object);
    }
  }

  remove(key: string, object: T): void {
    for (const [name, valuesOf] of this.#functions) {
      const index = this.#of(name);
      for (const value of valuesOf(object)) drop(index, value, key);
    }
  }

  /** The objects under a value, in the order they came. */
  find(name: string, value: string): T[] {
    const bucket = this.#of(name).get(value);
    if (bucket === undefined) return [];
    return bucket instanceof Map ? [...bucket.values()] : [bucket];
  }

  /** Every value that leads to something. */
  values(name: string): string[] {
    return [...this.#of(name).keys()];
  }

  #of(name: string): Map<string, Bucket<T>> {
    const index = this.#indexes.get(name);
    if (index === undefined) {
      const known = [...this.#indexes.keys()].join(', ') || 'none';
      throw new Error(`there is no index ${name}; this informer has: ${known}`);
    }
    return index;
  }
}

function put<T extends KubeObject>(index: Map<string, Bucket<T>>, value: string, key: string, object: T): void {
  const bucket = index.get(value);
  if (bucket === undefined) index.set(value, object);
  else if (bucket instanceof Map) bucket.set(key, object);
  else if (keyOf(bucket) === key) index.set(value, object);
  else
    index.set(
      value,
      new Map([
        [keyOf(bucket), bucket],
        [key, object],
      ]),
    );
}

function drop<T extends KubeObject>(index: Map<string, Bucket<T>>, value: string, key: string): void {
  const bucket = index.get(value);
  if (bucket instanceof Map) {
    bucket.delete(key);
    if (bucket.size === 0) index.delete(value);
  } else if (bucket !== undefined && keyOf(bucket) === key) index.delete(value);
}
