/** Records by set: one owner, type and TTL, many data. What is served, and what the writer puts on the wire. */
import type { Name } from './name.ts';

/** An IPv4 or IPv6 address as 4 or 16 characters, one an octet. */
export type Octets = string;

export interface Srv {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: Name;
}

export interface Mx {
  readonly preference: number;
  readonly exchange: Name;
}

export interface Soa {
  readonly primary: Name;
  readonly contact: Name;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

interface Head {
  readonly owner: Name;
  readonly type: number;
  readonly ttl: number;
}

/** `kind` names the layout of the data; several types share one. */
export type RRset = Head & RRsetData;

export type RRsetData =
  /** A, AAAA */
  | { readonly kind: 'address'; readonly data: readonly Octets[] }
  /** CNAME, NS, PTR */
  | { readonly kind: 'name'; readonly data: readonly Name[] }
  | { readonly kind: 'srv'; readonly data: readonly Srv[] }
  | { readonly kind: 'mx'; readonly data: readonly Mx[] }
  | { readonly kind: 'soa'; readonly data: readonly Soa[] }
  /** TXT, HINFO: character strings, one character an octet */
  | { readonly kind: 'text'; readonly data: readonly (readonly string[])[] }
  /** Any other type: octets without compression inside */
  | { readonly kind: 'raw'; readonly data: readonly Uint8Array[] };

/** The content of a reply. */
export interface Sections {
  readonly answer: readonly RRset[];
  readonly authority: readonly RRset[];
  readonly additional: readonly RRset[];
}

export const NO_RECORDS: Sections = { answer: [], authority: [], additional: [] };
