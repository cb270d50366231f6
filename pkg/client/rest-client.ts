/**
 * The typed verbs over one Transport. It knows paths, queries and Status bodies; it waits for the rate limit and for
 * `Retry-After`, and repeats a read whose connection broke. Everything else (conflicts, backoff, relists) is decided
 * by whoever called (CL8–CL10).
 */
import type { KubeObject } from '../api/types.ts';
import { apiVersionOf, pathOf } from '../api/resources.ts';
import type { ResourceType } from '../api/resources.ts';
import { systemClock } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import { silentLogger } from '../logging/logger.ts';
import type { Logger } from '../logging/logger.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import { parseJson, readText } from './body.ts';
import type {
  Client,
  DeleteOptions,
  ListOptions,
  ListResult,
  ObjectKey,
  PatchType,
  Transport,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './client.ts';
import { Exchange } from './exchange.ts';
import type { Asking } from './exchange.ts';
import { readListBody } from './list-body.ts';
import type { RateLimitOptions } from './rate-limit.ts';
import { listQuery, renderQuery, watchQuery, writeQuery } from './query.ts';
import { readWatchEvents } from './watch-events.ts';

export interface RestClientOptions {
  readonly transport: Transport;
  /** Times and waits; the machine's by default. */
  readonly clock?: Clock;
  /** Absent: no limit on our side, as fits a server in this process. */
  readonly rateLimit?: RateLimitOptions;
  /** `<suite>/<version> (<os>/<arch>) <component>`. */
  readonly userAgent?: string;
  /** CL4: for a get, a delete, a write. 30 s by default; 0 means no limit. */
  readonly timeoutMs?: number;
  /** CL4: for a list. 60 s by default. */
  readonly listTimeoutMs?: number;
  /** LE16: for everything that changes something; `timeoutMs` by default. */
  readonly mutationTimeoutMs?: number;
  /** How often a request comes again after `Retry-After`; 10 by default (CL8). */
  readonly maxRetries?: number;
  /** Ask for gzip on lists; the transport must undo it. Off by default. */
  readonly compressLists?: boolean;
  readonly log?: Logger;
  readonly metrics?: MetricRegistry;
  /** Value of the metrics' `host` label. */
  readonly host?: string;
}

const patchMediaTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

export class RestClient implements Client {
  readonly #exchange: Exchange;
  readonly #listTimeoutMs: number;
  readonly #mutationTimeoutMs: number;
  readonly #timeoutMs: number;
  readonly #compressLists: boolean;

  constructor(options: RestClientOptions) {
    this.#exchange = new Exchange({
      transport: options.transport,
      clock: options.clock ?? systemClock,
      rateLimit: options.rateLimit,
      userAgent: options.userAgent ?? 'fairlead',
      maxRetries: options.maxRetries ?? 10,
      log: options.log ?? silentLogger,
      metrics: options.metrics,
      host: options.host,
    });
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#listTimeoutMs = options.listTimeoutMs ?? 60_000;
    this.#mutationTimeoutMs = options.mutationTimeoutMs ?? this.#timeoutMs;
    this.#compressLists = options.compressLists ?? false;
  }

  get<T = KubeObject>(type: ResourceType, key: ObjectKey, options: { signal?: AbortSignal } = {}): Promise<T> {
    return this.#json<T>({
      ...subject(type, key.name),
      method: 'GET',
      path: pathOf(type, key.namespace, key.name),
      timeoutMs: this.#timeoutMs,
      signal: options.signal,
    });
  }

  async list<T = KubeObject>(type: ResourceType, options: ListOptions = {}): Promise<ListResult<T>> {
    const fillIn = withKind<T>(type, options.transform as ((item: T) => T) | undefined);
    const asking: Asking = {
      ...subject(type),
      method: 'GET',
      path: pathOf(type, options.namespace) + renderQuery(listQuery(options)),
      headers: this.#compressLists ? { 'accept-encoding': 'gzip' } : {},
      timeoutMs: this.#listTimeoutMs,
      signal: options.signal,
    };
    const { items, metadata } = await this.#exchange.answer(asking, (body, signal) =>
      readListBody<T>(body, { signal, transform: fillIn }),
    );
    const more = metadata.continue ? { continue: metadata.continue } : {};
    return { items, resourceVersion: metadata.resourceVersion ?? '', ...more };
  }

  async *watch<T = KubeObject>(type: ResourceType, options: WatchOptions = {}): AsyncGenerator<WatchEvent<T>, void> {
    const path = pathOf(type, options.namespace) + renderQuery(watchQuery(options));
    using stream = await this.#exchange.open({
      ...subject(type),
      method: 'WATCH',
      path,
      timeoutMs: 0,
      signal: options.signal,
    });
    yield* readWatchEvents<T>(stream.body, stream.signal);
  }

  create<T extends KubeObject>(type: ResourceType, object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace, name } = object.metadata;
    const owner = options.subresource === undefined ? undefined : name;
    return this.#json<T>({
      ...subject(type, name),
      ...this.#write(options),
      method: 'POST',
      path: pathOf(type, namespace, owner, options.subresource) + renderQuery(writeQuery(options)),
      body: JSON.stringify(identified(type, object)),
    });
  }

  update<T extends KubeObject>(type: ResourceType, object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace, name } = object.metadata;
    return this.#json<T>({
      ...subject(type, name),
      ...this.#write(options),
      method: 'PUT',
      path: pathOf(type, namespace, name, options.subresource) + renderQuery(writeQuery(options)),
      body: JSON.stringify(identified(type, object)),
    });
  }

  patch<T = KubeObject>(
    type: ResourceType,
    key: ObjectKey,
    patchType: PatchType,
    patch: unknown,
    options: WriteOptions & { readonly force?: boolean } = {},
  ): Promise<T> {
    return this.#json<T>({
      ...subject(type, key.name),
      ...this.#write(options),
      method: 'PATCH',
      path: pathOf(type, key.namespace, key.name, options.subresource) + renderQuery(writeQuery(options)),
      headers: { 'content-type': patchMediaTypes[patchType] },
      body: JSON.stringify(patch),
    });
  }

  async delete(type: ResourceType, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    const { signal, dryRun, because: _, ...rest } = options;
    const body = { ...rest, ...(dryRun === true ? { dryRun: ['All'] } : {}) };
    const asking: Asking = {
      ...subject(type, key.name),
      ...this.#write({ signal }),
      method: 'DELETE',
      path: pathOf(type, key.namespace, key.name),
    };
    const given = Object.values(body).some((value) => value !== undefined);
    await this.#exchange.answer(given ? { ...asking, body: JSON.stringify(body) } : asking, readText);
  }

  async raw(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }> {
    const asking: Asking = { method, path, timeoutMs: this.#timeoutMs, signal: undefined };
    const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    return this.#exchange.once({ ...asking, ...text }, async (response, signal) => ({
      status: response.status,
      text: await readText(response.body, signal),
    }));
  }

  #json<T>(asking: Asking): Promise<T> {
    return this.#exchange.answer(asking, async (body, signal) => parseJson(await readText(body, signal)) as T);
  }

  #write(options: { readonly signal?: AbortSignal | undefined }): Pick<Asking, 'timeoutMs' | 'signal'> {
    return { timeoutMs: this.#mutationTimeoutMs, signal: options.signal };
  }
}

function subject(type: ResourceType, name?: string): Pick<Asking, 'group' | 'resource' | 'name'> {
  return { group: type.group, resource: type.resource, ...(name === undefined ? {} : { name }) };
}

/** Bodies name their kind; an object that came from a list may not. */
function identified(type: ResourceType, object: KubeObject): KubeObject {
  if (object.apiVersion !== undefined && object.kind !== undefined) return object;
  return { ...object, apiVersion: apiVersionOf(type), kind: type.kind };
}

/** Items of a list come without the two fields that watched objects have; from here on they are alike. */
function withKind<T>(type: ResourceType, transform?: (item: T) => T): (item: T) => T {
  const apiVersion = apiVersionOf(type);
  return (item) => {
    const object = item as KubeObject;
    object.kind ??= type.kind;
    object.apiVersion ??= apiVersion;
    return transform === undefined ? item : transform(item);
  };
}
