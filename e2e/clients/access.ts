/** What the server wrote down about the requests of clients, and which of them it refused. */

export interface Access {
  readonly method: string;
  readonly uri: string;
  readonly code: number;
  readonly userAgent: string;
}

/** A line of `fairlead apiserver --access-log`. */
export function parseAccess(line: string): Access {
  return JSON.parse(line) as Access;
}

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly responseStatus?: { readonly code: number };
}

const methods = new Map([
  ['create', 'POST'],
  ['update', 'PUT'],
  ['patch', 'PATCH'],
  ['delete', 'DELETE'],
  ['deletecollection', 'DELETE'],
]);

/** A line of the audit log of kube-apiserver. */
export function parseAudit(line: string): Access {
  const { verb, requestURI, userAgent = '', responseStatus } = JSON.parse(line) as AuditEvent;
  return { method: methods.get(verb) ?? 'GET', uri: requestURI, code: responseStatus?.code ?? 0, userAgent };
}

/** `404 GET apps/deployments/{name}`: what was asked for, without whose and which. */
export function refusalOf({ method, uri, code }: Access): string {
  return `${code} ${method} ${patternOf(uri.split('?')[0] ?? '')}`;
}

function patternOf(path: string): string {
  const [, root, ...rest] = path.split('/');
  if (root === 'api' && rest.length > 1) return resourcePattern('', rest.slice(1));
  if (root === 'apis' && rest.length > 2) return resourcePattern(`${rest[0]}/`, rest.slice(2));
  return path;
}

function resourcePattern(group: string, segments: readonly string[]): string {
  const inside = segments[0] === 'namespaces' && segments.length > 2 && segments[2] !== 'status';
  const [resource, name, ...sub] = inside ? segments.slice(2) : segments;
  return [`${group}${resource}`, ...(name === undefined ? [] : ['{name}']), ...sub].join('/');
}
