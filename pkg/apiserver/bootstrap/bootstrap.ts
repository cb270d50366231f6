/** Writes the objects of a new cluster through the server's own front door, and leaves alone what exists. */
import { pathOf } from '../../api/resources.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Handler } from '../handler.ts';
import type { ApiRequest, UserInfo } from '../http/exchange.ts';
import { isStream } from '../http/exchange.ts';
import { keyOf, type ObjectStore } from '../registry/object-store.ts';
import type { Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';

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
    for (let attempt = 1; !this.#exists(resource, object); attempt += 1) {
      const status = await this.send('POST', path, object);
      if (status === 201 || status === 409) return;
      // Another server that makes the same holds its address already; in a moment its object is there.
      const passing = this.#objects.shared && attempt < patience;
      if (!passing) throw new Error(`creating ${kind} ${object.metadata.name}: answered ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
      await this.#objects.refresh();
    }
  }

  /** Looked up first, so that a start on existing data writes and checks nothing. */
  #exists(resource: Resource, { metadata }: KubeObject): boolean {
    return this.#objects.get(resource, keyOf(resource, metadata.namespace ?? '', metadata.name ?? '')) !== undefined;
  }

  /** The HTTP status of one request. */
  async send(method: string, path: string, body?: unknown): Promise<number> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const request: ApiRequest = {
      method,
      path,
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/json', 'user-agent': this.#agent },
      readBody: async () => Buffer.from(text),
      signal: new AbortController().signal,
      peer: systemUser,
    };
    const response = await this.#handle(request);
    return isStream(response.body) ? 0 : response.status;
  }
}
