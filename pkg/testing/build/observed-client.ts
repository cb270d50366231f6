/** A client that tells what was asked of it, and lets a test refuse requests and hold back watches. */
import type { ResourceType } from '../../api/resources.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Client, DeleteOptions, ListOptions, ObjectKey, WatchEvent, WatchOptions } from '../../client/index.ts';
import { Condition } from '../../clock/index.ts';

type Verb = 'POST' | 'PUT' | 'DELETE';

interface Refusal {
  readonly verb: Verb;
  readonly resource: string;
  readonly error: Error;
  times: number;
}

export class ObservedClient implements Client {
  readonly #inner: Client;
  readonly #refusals: Refusal[] = [];
  readonly #held = new Set<string>();
  readonly #released = new Condition();
  /** `POST endpointslices`, `PUT endpoints svc`, in order, refused ones included. */
  readonly writes: string[] = [];

  constructor(inner: Client) {
    this.#inner = inner;
  }

  /** What was written since the last call. */
  takeWrites(): string[] {
    return this.writes.splice(0);
  }

  /** The next requests of this kind are answered with the error. */
  refuse(verb: Verb, { resource }: ResourceType, error: Error, times = 1): void {
    this.#refusals.push({ verb, resource, error, times });
  }

  /** Events of a collection stay away until `release`. */
  hold({ resource }: ResourceType): void {
    this.#held.add(resource);
  }

  release({ resource }: ResourceType): void {
    this.#held.delete(resource);
    this.#released.changed();
  }

  get<T>(type: ResourceType, key: ObjectKey): Promise<T> {
    return this.#inner.get<T>(type, key);
  }

  /** A collection that is held back is not even listed. */
  async list<T>(type: ResourceType, options?: ListOptions) {
    await this.#released.until(() => !this.#held.has(type.resource), options?.signal);
    return this.#inner.list<T>(type, options);
  }

  async *watch<T>(type: ResourceType, options?: WatchOptions): AsyncGenerator<WatchEvent<T>> {
    for await (const event of this.#inner.watch<T>(type, options)) {
      await this.#released.until(() => !this.#held.has(type.resource), options?.signal);
      yield event;
    }
  }

  async create<T extends KubeObject>(type: ResourceType, object: T): Promise<T> {
    this.#note('POST', type, '');
    return this.#inner.create(type, object);
  }

  async update<T extends KubeObject>(type: ResourceType, object: T): Promise<T> {
    this.#note('PUT', type, object.metadata.name ?? '');
    return this.#inner.update(type, object);
  }

  async delete(type: ResourceType, key: ObjectKey, options?: DeleteOptions): Promise<void> {
    this.#note('DELETE', type, key.name);
    return this.#inner.delete(type, key, options);
  }

  patch<T>(): Promise<T> {
    return Promise.reject(new Error('controllers do not patch'));
  }

  raw(): Promise<{ status: number; text: string }> {
    return Promise.reject(new Error('controllers know no paths'));
  }

  #note(verb: Verb, { resource }: ResourceType, name: string): void {
    this.writes.push(`${verb} ${resource} ${name}`.trimEnd());
    const refusal = this.#refusals.find((each) => each.times > 0 && each.verb === verb && each.resource === resource);
    if (refusal === undefined) return;
    refusal.times -= 1;
    throw refusal.error;
  }
}
