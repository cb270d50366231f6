/**
 * SV24: a page in a browser must not use the server behind its user's back. Its requests carry an `Origin` that is not
 * ours, or, when its name was rebound to our address, a `Host` that is not ours. Other clients send no Origin.
 */
import { failure } from '../../api/status.ts';
import type { ApiRequest } from './exchange.ts';

export interface HostPolicy {
  /** Lower case, beside every IP address and `localhost`. */
  readonly names: ReadonlySet<string>;
}

/** Throws a 403 where a browser page of somebody else asks. Requests that came by no socket have neither header. */
export function refuseForeignPages({ headers }: Pick<ApiRequest, 'headers'>, { names }: HostPolicy): void {
  const { host, origin } = headers;
  if (origin === undefined) return;
  if (host !== undefined && isOurs(nameOf(host), names) && origin.toLowerCase() === `https://${host.toLowerCase()}`) return;
  throw failure(403, 'Forbidden', `requests of pages from ${JSON.stringify(origin.slice(0, 256))} are not served`);
}

/** `[::1]:6443` → `[::1]`, `localhost:6443` → `localhost`; a final dot says the same. */
const nameOf = (host: string): string => host.toLowerCase().replace(/:\d{1,5}$/, '').replace(/\.$/, '');

const isAddress = (name: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) || /^\[[0-9a-f:.]{2,45}\]$/.test(name);

const isOurs = (name: string, names: ReadonlySet<string>): boolean =>
  name === 'localhost' || isAddress(name) || names.has(name);
