/** Writes the objects of a new cluster through the server's own front door, and leaves alone what exists. */
import { pathOf } from '../../api/resources.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Handler } from '../handler.ts';
import type { ApiRequest, UserInfo } from '../http/exchange.ts';
import { isStream } from '../http/exchange.ts';
import { keyOf, type ObjectStore } from '../registry/object-store.ts';
import type { Registry } from '../registry/registry.ts';

/** The server acting on its own behalf. */
export const systemUser: UserInfo = { username: 'system:apiserver', groups: ['system:masters'] };

const patience = 8;

export class OwnClient {
  readonly #handle: Handler;
  readonly #registry: Registry;
  readonly #objects: ObjectStore;
  readonly #agent: string;

  constructor(handle: Handler, registry: Registry, objects: ObjectStore, agent: string) {
    this.#handle = handle;
    this.#registry = registry;
    this.#objects = objects;
    this.#agent = agent;
  }

  async createIfAbsent(object: KubeObject): Promise<void> {
    const { apiVersion = 'v1', kind = '' } = object;
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
    const resource = this.#registry.byKind(group ?? '', kind);
    if (resource === undefined) throw new Error(`no resource for ${apiVersion} ${kind}`);
    const path = pathOf({ ...resource, group: group ?? '', version: version ?? '' }, object.metadata.namespace);
    for (let attempt = 1; this.find(object) === undefined; attempt += 1) {
      const status = await this.send('POST', path, object);
      if (status === 201 || status === 409) return;
      // Another server that makes the same holds its address already; in a moment its object is there.
      const passing = this.#objects.shared && attempt < patience;
      if (!passing) throw new Error(`creating ${kind} ${object.metadata.name}: answered ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
      await this.#objects.refresh();
    }
  }

  /** Looked up in the cache, so that a start on existing data writes and checks nothing. */
  find({ apiVersion = 'v1', kind = '', metadata }: KubeObject): KubeObject | undefined {
    const group = apiVersion.includes('/') ? apiVersion.split('/', 1)[0] : '';
    const resource = this.#registry.byKind(group ?? '', kind);
    if (resource === undefined) return undefined;
    return this.#objects.get(resource, keyOf(resource, metadata.namespace ?? '', metadata.name ?? ''))?.parse();
  }

  /** A merge patch. */
  async patch(path: string, body: unknown): Promise<void> {
    const status = await this.send('PATCH', path, body, 'application/merge-patch+json');
    if (status !== 200) throw new Error(`patching ${path}: answered ${status}`);
  }

  /** The HTTP status of one request. `target` is a path and perhaps a query. */
  async send(method: string, target: string, body?: unknown, contentType = 'application/json'): Promise<number> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const [path = '', query] = target.split('?', 2);
    const request: ApiRequest = {
      method,
      path,
      query: new URLSearchParams(query),
      headers: { 'content-type': contentType, 'user-agent': this.#agent },
      readBody: async () => Buffer.from(text),
      signal: new AbortController().signal,
      peer: systemUser,
    };
    const response = await this.#handle(request);
    return isStream(response.body) ? 0 : response.status;
  }
}
