/** P1–P4: what a path and a method ask for. Pure; knows the grammar of paths, not which resources exist. */
import { badRequest, methodNotAllowed, unknownPath } from '../../api/status.ts';
import { booleanParam } from './query.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface ResourceRequest {
  readonly kind: 'resource';
  readonly verb: Verb;
  readonly group: string;
  readonly version: string;
  /** Empty: cluster scope, or all namespaces. */
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
}

export interface PathRequest {
  readonly kind: 'path';
  readonly verb: string;
  readonly path: string;
}

export type RequestInfo = ResourceRequest | PathRequest;

/** `/api`, `/apis` and their group and version levels are discovery: plain paths to the authorizer. */
export function parseRequest(method: string, path: string, query: URLSearchParams): RequestInfo {
  const segments = path
    .split('/')
    .filter((segment, index, all) => index > 0 && !(index === all.length - 1 && segment === ''));
  const [root] = segments;
  const depth = root === 'api' ? 2 : root === 'apis' ? 3 : undefined;
  if (depth === undefined || segments.length <= depth) return { kind: 'path', verb: method.toLowerCase(), path };
  const [group, version] = root === 'api' ? ['', segments[1] ?? ''] : [segments[1] ?? '', segments[2] ?? ''];
  return resourceRequest(method, group, version, segments.slice(depth).map(decodeSegment), query);
}

/** P4: decoded exactly once; what could step out of its place in a storage key is no segment. */
function decodeSegment(raw: string): string {
  let segment: string;
  try {
    segment = decodeURIComponent(raw);
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(raw.slice(0, 64))}`);
  }
  if (segment === '' || segment === '.' || segment === '..' || /[/%\0]/.test(segment)) throw unknownPath();
  return segment;
}

function resourceRequest(
  method: string,
  group: string,
  version: string,
  parts: readonly string[],
  query: URLSearchParams,
): ResourceRequest {
  let namespace = '';
  let rest = parts;
  // `/namespaces/x`, `/namespaces/x/status` and `/namespaces/x/finalize` address the Namespace itself (P1).
  if (parts[0] === 'namespaces' && parts.length > 2 && !(parts.length === 3 && isNamespaceSubresource(parts[2]))) {
    namespace = parts[1] ?? '';
    rest = parts.slice(2);
  }
  const [resource = '', name = '', subresource = '', ...more] = rest;
  const tail = more.length === 0 ? subresource : [subresource, ...more].join('/');
  const verb = verbOf(method, name, query);
  return { kind: 'resource', verb, group, version, namespace, resource, name, subresource: tail };
}

const isNamespaceSubresource = (segment: string | undefined): boolean => segment === 'status' || segment === 'finalize';

function verbOf(method: string, name: string, query: URLSearchParams): Verb {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    case 'GET':
    case 'HEAD':
      if (name !== '') return 'get';
      return booleanParam(query, 'watch') ? 'watch' : 'list';
    default:
      throw methodNotAllowed(); // P5
  }
}
