/**
 * What controllers know of an API server: typed verbs over a ResourceType. The transport underneath is HTTP for a
 * cluster and a function call for a server in this process; nobody above can tell.
 */
import type { KubeObject } from '../api/types.ts';
import type { ResourceType } from '../api/resources.ts';

export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  /** Runs on each listed item as soon as it is decoded; a long list is then never held whole (IN43). Not for watches. */
  readonly transform?: (item: KubeObject) => KubeObject;
  readonly signal?: AbortSignal;
}

export interface ListResult<T> {
  readonly items: T[];
  readonly resourceVersion: string;
  readonly continue?: string;
}

export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  readonly subresource?: string;
  /** Why. Never sent; for whoever stands between, who may withhold the write and has to say what was withheld. */
  readonly because?: string;
  readonly signal?: AbortSignal;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
  /** As for other writes. */
  readonly because?: string;
  readonly signal?: AbortSignal;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

/** Every method rejects with a StatusError when the server refuses, and with the transport's error when it is away. */
export interface Client {
  get<T = KubeObject>(type: ResourceType, key: ObjectKey, options?: { readonly signal?: AbortSignal }): Promise<T>;
  list<T = KubeObject>(type: ResourceType, options?: ListOptions): Promise<ListResult<T>>;
  /** Ends when the server ends the stream; ERROR events are yielded, not thrown. */
  watch<T = KubeObject>(type: ResourceType, options?: WatchOptions): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T>;
  update<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T>;
  patch<T = KubeObject>(
    type: ResourceType,
    key: ObjectKey,
    patchType: PatchType,
    patch: unknown,
    options?: WriteOptions & { readonly force?: boolean },
  ): Promise<T>;
  delete(type: ResourceType, key: ObjectKey, options?: DeleteOptions): Promise<void>;
  /** Any path, for probes and subresources outside the table above. */
  raw(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }>;
}

/** One HTTP exchange. Implementations: undici to a cluster, a direct call into a server in this process. */
export interface Transport {
  request(request: TransportRequest): Promise<TransportResponse>;
  close(): Promise<void>;
}

export interface TransportRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Watch streams must not queue behind, nor time out like, unary calls. */
  readonly streaming: boolean;
  readonly signal?: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}
