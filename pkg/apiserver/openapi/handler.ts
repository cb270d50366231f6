/** `/openapi/v3` and its documents, and `/openapi/v2`: made when first asked for and again when the registry changes. */
import { createHash } from 'node:crypto';
import { unknownPath } from '../../api/status.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import type { Registry } from '../registry/registry.ts';
import { parseAccept } from '../http/negotiate.ts';
import { openApiDocument, type ServedKind } from './document.ts';
import { encodeSwagger } from './swagger-protobuf.ts';
import { swaggerDocument, type Swagger } from './swagger.ts';

interface Document {
  readonly body: string | Uint8Array;
  readonly hash: string;
}

const root = '/openapi/v3';
const swaggerPath = '/openapi/v2';
const yearMs = 365 * 24 * 3600 * 1000;

export class OpenApi {
  readonly #registry: Registry;
  #generation = -1;
  #documents = new Map<string, Document>();
  #swagger: Swagger | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Undefined: not an OpenAPI path. */
  answer(request: ApiRequest): ApiResponse | undefined {
    if (request.path !== root && request.path !== swaggerPath && !request.path.startsWith(`${root}/`)) return undefined;
    if (this.#generation !== this.#registry.generation) {
      this.#documents = new Map();
      this.#swagger = undefined;
      this.#generation = this.#registry.generation;
    }
    if (request.path === swaggerPath) return this.#whole(request);
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
    return conditional(request, { body, hash: hashOf(body) }, noCache);
  }

  #one(request: ApiRequest, path: string): ApiResponse {
    if (!this.#groupVersions().has(path)) throw unknownPath();
    const document = this.#document(path);
    const asked = request.query.get('hash');
    if (asked !== null && asked !== document.hash) {
      const location = `${root}/${path}?hash=${document.hash}`;
      return { status: 301, headers: { location, ...noCache }, body: '' };
    }
    const caching =
      asked === null
        ? noCache
        : { 'cache-control': 'public, immutable', expires: new Date(Date.now() + yearMs).toUTCString() };
    return conditional(request, document, caching);
  }

  /** O22: protobuf to whoever asks for it by one of its names, JSON to everybody else. */
  #whole(request: ApiRequest): ApiResponse {
    const form = swaggerForm(request.headers.accept ?? '');
    if (form === undefined) return { status: 406, headers: noCache, body: '' };
    let document = this.#documents.get(form);
    if (document === undefined) {
      this.#swagger ??= swaggerDocument(
        Array.from(this.#groupVersions().values(), ({ group, version, kinds }) =>
          openApiDocument(group, version, kinds),
        ),
      );
      const body = form === protobufForm ? encodeSwagger(this.#swagger) : JSON.stringify(this.#swagger);
      document = { body, hash: hashOf(body) };
      this.#documents.set(form, document);
    }
    return conditional(request, document, noCache, form);
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

const noCache = { 'cache-control': 'no-cache, private' } as const;
const jsonForm = 'application/json';
const protobufForm = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const protobufNames: ReadonlySet<string> = new Set([
  protobufForm,
  'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
]);

function swaggerForm(accept: string): string | undefined {
  const asked = parseAccept(accept);
  if (asked.length === 0) return jsonForm;
  for (const { type } of asked) {
    if (protobufNames.has(type)) return protobufForm;
    if (type === jsonForm || type === '*/*' || type === 'application/*') return jsonForm;
  }
  return undefined;
}

const hashOf = (body: string | Uint8Array): string => createHash('sha512').update(body).digest('hex').toUpperCase();

function conditional(
  request: ApiRequest,
  { body, hash }: Document,
  caching: Record<string, string>,
  contentType = jsonForm,
): ApiResponse {
  const headers = { ...caching, etag: `"${hash}"`, vary: 'Accept' };
  if (request.headers['if-none-match'] === `"${hash}"`) return { status: 304, headers, body: '' };
  return { status: 200, headers: { ...headers, 'content-type': contentType }, body };
}
