import type { ResourceType } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import type {
  Client,
  DeleteOptions,
  ListOptions,
  ListResult,
  ObjectKey,
  PatchType,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from '../client/index.ts';

/** Passes everything on. What stands between a controller and its client says only what it does otherwise. */
export class PassThroughClient implements Client {
  readonly #inner: Client;

  constructor(inner: Client) {
    this.#inner = inner;
  }

  get<T = KubeObject>(type: ResourceType, key: ObjectKey, options?: { readonly signal?: AbortSignal }): Promise<T> {
    return this.#inner.get<T>(type, key, options);
  }

  list<T = KubeObject>(type: ResourceType, options?: ListOptions): Promise<ListResult<T>> {
    return this.#inner.list<T>(type, options);
  }

  watch<T = KubeObject>(type: ResourceType, options?: WatchOptions): AsyncIterable<WatchEvent<T>> {
    return this.#inner.watch<T>(type, options);
  }

  create<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
    return this.#inner.create(type, object, options);
  }

  update<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
    return this.#inner.update(type, object, options);
  }

  patch<T = KubeObject>(
    type: ResourceType,
    key: ObjectKey,
    patchType: PatchType,
    patch: unknown,
    options?: WriteOptions & { readonly force?: boolean },
  ): Promise<T> {
    return this.#inner.patch<T>(type, key, patchType, patch, options);
  }

  delete(type: ResourceType, key: ObjectKey, options?: DeleteOptions): Promise<void> {
    return this.#inner.delete(type, key, options);
  }

  raw(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }> {
    return this.#inner.raw(method, path, body);
  }
}
