/**
 * SV24: a page in a browser must not use this server behind its user's back. Browsers say where a request comes from
 * (`Origin`, `Sec-Fetch-Site`); for those, the page must be ours, or allowed, and the host must be a name of ours, which
 * it is not when a foreign name was rebound to our address. Other clients may call us by any name.
 */
import { failure } from '../../api/status.ts';
import type { ApiRequest } from './exchange.ts';

export interface PagePolicy {
  /** What we are called, in lower case, beside `localhost` and any IP address. */
  readonly names: ReadonlySet<string>;
  /** `https://console.example.com`: pages of others that may call. */
  readonly origins: ReadonlySet<string>;
}

/** Throws a 403 where a page asks that may not. */
export function refuseForeignPages({ headers }: Pick<ApiRequest, 'headers'>, policy: PagePolicy): void {
  const { host, origin } = headers;
  const site = headers['sec-fetch-site'];
  if (origin === undefined && site === undefined) return;
  if (origin !== undefined && policy.origins.has(origin.toLowerCase())) return;
  const ours = host === undefined || isOurs(nameOf(host), policy.names);
  const own = origin === undefined ? site === 'same-origin' || site === 'none' : isOriginOf(origin, host);
  if (ours && own) return;
  throw failure(403, 'Forbidden', `browser pages of ${quoted(origin ?? host ?? '')} may not call this server`);
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 256));

const isOriginOf = (origin: string, host: string | undefined): boolean =>
  host !== undefined && origin.toLowerCase() === `https://${host.toLowerCase()}`;

/** `[::1]:6443` → `[::1]`, `localhost:6443` → `localhost`; a final dot says the same. */
const nameOf = (host: string): string =>
  host
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '');

const isAddress = (name: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) || /^\[[0-9a-f:.]{2,45}\]$/.test(name);

const isOurs = (name: string, names: ReadonlySet<string>): boolean =>
  name === 'localhost' || isAddress(name) || names.has(name);
