/** An API server in this process with nothing around it: memory store, no port. For tests of the server itself. */
import { startApiServer, type ApiServer, type ApiServerOptions } from '../apiserver/index.ts';
import { isStream, type ApiRequest, type ApiResponse, type UserInfo } from '../apiserver/http/exchange.ts';
import { systemClock, type Clock } from '../clock/index.ts';
import { MemoryStore } from '../storage/memory/index.ts';
import type { Store } from '../storage/store.ts';

export const admin: UserInfo = { username: 'kubernetes-admin', groups: ['system:masters'] };

export interface Answer {
  readonly status: number;
  readonly headers: ApiResponse['headers'];
  readonly text: string;
  /** Parsed JSON; undefined when the body is none. */
  readonly body: Tree;
}

/** JSON that tests look into without ceremony: a missing step is undefined. */
export type Tree = { readonly [key: string]: Tree } & { readonly [index: number]: Tree } & (string | number | boolean);

export interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly user?: UserInfo;
}

export interface TestServer extends AsyncDisposable {
  readonly server: ApiServer;
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  get(path: string, options?: RequestOptions): Promise<Answer>;
  post(path: string, body: unknown, options?: RequestOptions): Promise<Answer>;
  put(path: string, body: unknown, options?: RequestOptions): Promise<Answer>;
  patch(path: string, type: keyof typeof patchTypes, body: unknown, options?: RequestOptions): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
  /** Opens a watch; events arrive in `events` as the server writes them. */
  watch(path: string): Promise<TestWatch>;
  /** Resolves when the server's own background work has come to rest. */
  settled(): Promise<void>;
}

export interface TestWatch {
  readonly events: readonly Tree[];
  readonly ended: boolean;
  /** Resolves once there are `count` events, or the stream has ended. */
  until(count: number): Promise<readonly Tree[]>;
  close(): void;
}

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** `FAIRLEAD_TEST_ETCD=http://127.0.0.1:2379 node hack/test.ts pkg/apiserver` runs all suites of the API on etcd. */
async function emptyStore(clock: Clock): Promise<Store> {
  const etcd = process.env['FAIRLEAD_TEST_ETCD'];
  if (etcd === undefined) return new MemoryStore({ clock });
  const { openEtcdStore } = await import('../storage/etcd/index.ts');
  return openEtcdStore({ endpoints: etcd.split(','), prefix: `/test-${crypto.randomUUID()}` });
}

export async function testServer(options: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  const clock = options.clock ?? systemClock;
  const store = options.store ?? (await emptyStore(clock));
  const panics: unknown[] = [];
  const server = await startApiServer({
    store,
    clock,
    serviceCidrs: ['10.96.0.0/16'],
    nodePortRange: '30000-32767',
    clusterDomain: 'cluster.local',
    tokens: [],
    endpointSliceV1beta1: false,
    lifecycle: true,
    onPanic: (error) => panics.push(error),
    onError: (error) => panics.push(error),
    ...options,
  });
  const request: TestServer['request'] = async (method, path, { body, headers = {}, user = admin } = {}) => {
    const response = await server.handle(toRequest(method, path, body, headers, user));
    const [panic] = panics.splice(0);
    if (panic !== undefined) throw panic;
    return toAnswer(response);
  };
  return {
    server,
    request,
    get: (path, more) => request('GET', path, more),
    post: (path, body, more) => request('POST', path, { ...more, body }),
    put: (path, body, more) => request('PUT', path, { ...more, body }),
    patch: (path, type, body, more) =>
      request('PATCH', path, { ...more, body, headers: { 'content-type': patchTypes[type], ...more?.headers } }),
    delete: (path, body) => request('DELETE', path, { body }),
    watch: (path) => openWatch(server, path),
    settled: async () => {
      while (!server.idle) await new Promise((resolve) => setImmediate(resolve));
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await store.close();
    },
  };
}

function toRequest(
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  peer: UserInfo,
  signal = new AbortController().signal,
): ApiRequest {
  const mark = path.indexOf('?');
  return {
    method,
    path: mark < 0 ? path : path.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1)),
    headers: { 'content-type': 'application/json', 'user-agent': 'test/1', ...headers },
    readBody: async () => bytesOf(body),
    signal,
    peer,
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

async function toAnswer({ status, headers, body }: ApiResponse): Promise<Answer> {
  const text = isStream(body) ? await collect(body) : typeof body === 'string' ? body : Buffer.from(body).toString();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  return { status, headers, text, body: parsed as Tree };
}

function collect(body: Extract<ApiResponse['body'], (...args: never[]) => unknown>): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    body({
      write: (chunk) => {
        text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
        return true;
      },
      end: () => resolve(text),
      bufferedBytes: 0,
      onDrain: () => undefined,
      onClose: () => undefined,
    });
  });
}

async function openWatch(server: ApiServer, path: string): Promise<TestWatch> {
  const abort = new AbortController();
  const response = await server.handle(toRequest('GET', path, undefined, {}, admin, abort.signal));
  const events: Tree[] = [];
  const waiters = new Set<() => void>();
  const state = { ended: false };
  const notify = (): void => {
    for (const waiter of waiters) waiter();
  };
  if (!isStream(response.body)) {
    const { body } = await toAnswer(response);
    throw new Error(`watch refused: ${response.status} ${JSON.stringify(body)}`);
  }
  response.body({
    write: (chunk) => {
      const lines = (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).trimEnd().split('\n');
      for (const line of lines) events.push(JSON.parse(line) as Tree);
      notify();
      return true;
    },
    end: () => {
      state.ended = true;
      notify();
    },
    bufferedBytes: 0,
    onDrain: () => undefined,
    onClose: (callback) => abort.signal.addEventListener('abort', callback),
  });
  return {
    events,
    get ended() {
      return state.ended;
    },
    until: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (events.length < count && !state.ended) return;
          waiters.delete(check);
          resolve(events);
        };
        waiters.add(check);
        check();
      }),
    close: () => abort.abort(),
  };
}
