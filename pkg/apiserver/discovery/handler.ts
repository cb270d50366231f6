/** `/api`, `/apis` and the levels below them, in the form the client asked for (O1–O4). */
import { createHash } from 'node:crypto';
import { unknownPath } from '../../api/status.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { parseAccept } from '../http/negotiate.ts';
import { json } from '../http/respond.ts';
import type { Registry } from '../registry/registry.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions, groupDiscoveryList, servedGroups } from './documents.ts';

export class Discovery {
  readonly #registry: Registry;
  readonly #serverAddress: () => string;
  /** The aggregated documents, made again when the registry has changed. */
  #cached: { readonly generation: number; readonly bodies: Map<string, { body: string; etag: string }> } | undefined;

  constructor(registry: Registry, serverAddress: () => string) {
    this.#registry = registry;
    this.#serverAddress = serverAddress;
  }

  /** Undefined: not a discovery path. */
  answer(request: ApiRequest): ApiResponse | undefined {
    const segments = request.path.split('/').filter((segment) => segment !== '');
    const [root, first, second] = segments;
    if (root !== 'api' && root !== 'apis') return undefined;
    const group = this.#served(root, first);
    // Nobody answers for a group that is not served; for a version that is not, a built-in group does.
    if (segments.length > 1 && root === 'apis' && group === undefined) return undefined;
    if (segments.length === 3 && root === 'apis' && !group?.versions.some(({ version }) => version === second)) {
      if (this.#registry.isOpen(first ?? '')) return undefined;
      throw unknownPath();
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    if (segments.length === 1) return this.#root(request, root === 'api');
    if (root === 'api') return segments.length === 2 ? this.#resources('', first ?? '') : undefined;
    if (segments.length === 2) return this.#group(first ?? '');
    return segments.length === 3 ? this.#resources(first ?? '', second ?? '') : undefined;
  }

  #served(root: string, name: string | undefined): ReturnType<typeof servedGroups>[number] | undefined {
    return root === 'apis' ? servedGroups(this.#registry).find(({ group }) => group === name) : undefined;
  }

  #root(request: ApiRequest, core: boolean): ApiResponse {
    if (wantsAggregated(request.headers.accept ?? '')) return this.#aggregated(request, core);
    const body = core ? apiVersions(this.#serverAddress()) : apiGroupList(this.#registry);
    const response = json(200, body);
    return { ...response, headers: { ...response.headers, vary: 'Accept' } };
  }

  #aggregated(request: ApiRequest, core: boolean): ApiResponse {
    const { body, etag } = this.#document(core);
    const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
    if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: '' };
    const contentType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    return { status: 200, headers: { ...headers, 'content-type': contentType }, body };
  }

  #document(core: boolean): { body: string; etag: string } {
    const { generation } = this.#registry;
    if (this.#cached?.generation !== generation) this.#cached = { generation, bodies: new Map() };
    const id = core ? 'api' : 'apis';
    let document = this.#cached.bodies.get(id);
    if (document === undefined) {
      const body = JSON.stringify(groupDiscoveryList(this.#registry, core));
      const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`;
      document = { body, etag };
      this.#cached.bodies.set(id, document);
    }
    return document;
  }

  #group(name: string): ApiResponse {
    const group = servedGroups(this.#registry).find((served) => served.group === name);
    if (group === undefined || name === '') throw unknownPath();
    return json(200, { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group) });
  }

  #resources(name: string, version: string): ApiResponse {
    const group = servedGroups(this.#registry).find((served) => served.group === name);
    const served = group?.versions.find((candidate) => candidate.version === version);
    if (served === undefined) throw unknownPath();
    return json(200, apiResourceList(name, served));
  }
}

/** O4: only for exactly v2; whoever knows only v2beta1 gets the legacy form. */
function wantsAggregated(accept: string): boolean {
  for (const { type, params } of parseAccept(accept)) {
    if (type !== 'application/json' && type !== '*/*' && type !== 'application/*') continue;
    const as = params.get('as');
    if (as === undefined) return false;
    if (as === 'APIGroupDiscoveryList' && params.get('g') === 'apidiscovery.k8s.io' && params.get('v') === 'v2') {
      return true;
    }
  }
  return false;
}
