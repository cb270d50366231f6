/** `/openapi/v3` and its documents, made when first asked for and again when the registry changes (O20). */
import { createHash } from 'node:crypto';
import { unknownPath } from '../../api/status.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import type { Registry } from '../registry/registry.ts';
import { openApiDocument, type ServedKind } from './document.ts';

interface Document {
  readonly body: string;
  readonly hash: string;
}

const root = '/openapi/v3';
const yearMs = 365 * 24 * 3600 * 1000;

export class OpenApi {
  readonly #registry: Registry;
  #generation = -1;
  #documents = new Map<string, Document>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Undefined: not an OpenAPI path. */
  answer(request: ApiRequest): ApiResponse | undefined {
    if (request.path !== root && !request.path.startsWith(`${root}/`)) return undefined;
    if (this.#generation !== this.#registry.generation) {
      this.#documents = new Map();
      this.#generation = this.#registry.generation;
    }
    const path = request.path.slice(root.length + 1);
    return path === '' ? this.#index(request) : this.#one(request, path);
  }

  #groupVersions(): Map<string, { group: string; version: string; kinds: ServedKind[] }> {
    const found = new Map<string, { group: string; version: string; kinds: ServedKind[] }>();
    for (const resource of this.#registry.all()) {
      for (const version of resource.versions) {
        const path = resource.group === '' ? `api/${version.version}` : `apis/${resource.group}/${version.version}`;
        const served = found.get(path) ?? { group: resource.group, version: version.version, kinds: [] };
        served.kinds.push({ resource, version });
        found.set(path, served);
      }
    }
    return found;
  }

  #index(request: ApiRequest): ApiResponse {
    const paths = Object.fromEntries(
      [...this.#groupVersions().keys()].map((path) => {
        const { hash } = this.#document(path);
        return [path, { serverRelativeURL: `${root}/${path}?hash=${hash}` }];
      }),
    );
    const body = JSON.stringify({ paths });
    return conditional(request, { body, hash: hashOf(body) }, { 'cache-control': 'no-cache, private' });
  }

  #one(request: ApiRequest, path: string): ApiResponse {
    if (!this.#groupVersions().has(path)) throw unknownPath();
    const document = this.#document(path);
    const asked = request.query.get('hash');
    if (asked !== null && asked !== document.hash) {
      const location = `${root}/${path}?hash=${document.hash}`;
      return { status: 301, headers: { location, 'cache-control': 'no-cache, private' }, body: '' };
    }
    const caching =
      asked === null
        ? { 'cache-control': 'no-cache, private' }
        : { 'cache-control': 'public, immutable', expires: new Date(Date.now() + yearMs).toUTCString() };
    return conditional(request, document, caching);
  }

  #document(path: string): Document {
    let document = this.#documents.get(path);
    if (document === undefined) {
      const served = this.#groupVersions().get(path);
      if (served === undefined) throw unknownPath();
      const body = JSON.stringify(openApiDocument(served.group, served.version, served.kinds));
      document = { body, hash: hashOf(body) };
      this.#documents.set(path, document);
    }
    return document;
  }
}

const hashOf = (body: string): string => createHash('sha512').update(body).digest('hex').toUpperCase();

function conditional(request: ApiRequest, { body, hash }: Document, caching: Record<string, string>): ApiResponse {
  const headers = { ...caching, etag: `"${hash}"`, vary: 'Accept' };
  if (request.headers['if-none-match'] === `"${hash}"`) return { status: 304, headers, body: '' };
  return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body };
}
