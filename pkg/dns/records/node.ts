/** From the labels left of a cluster zone to what exists there: steps 5 to 7 of the resolution procedure. */
import type { Name, Octets } from '../wire/index.ts';
import { undashedAddress } from './address.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ZoneConfig } from './options.ts';
import type { ServiceEntry } from './service-entry.ts';
import type { EndpointView } from './views.ts';

/** What is at a name that exists. `empty` owns no records: an ancestor of names that do (N3, N4). */
export type ZoneNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'apex' }
  | { readonly kind: 'nameserver' }
  | { readonly kind: 'version' }
  | { readonly kind: 'service'; readonly entry: ServiceEntry }
  | { readonly kind: 'external'; readonly target: Name }
  | { readonly kind: 'host'; readonly entry: ServiceEntry; readonly endpoints: readonly EndpointView[] }
  | { readonly kind: 'port'; readonly entry: ServiceEntry; readonly label: string; readonly protocol: string }
  | { readonly kind: 'pod'; readonly address: Octets }
  | { readonly kind: 'pointer'; readonly targets: readonly Name[] };

const EMPTY: ZoneNode = { kind: 'empty' };
const APEX: ZoneNode = { kind: 'apex' };
const NAMESERVER: ZoneNode = { kind: 'nameserver' };
const VERSION: ZoneNode = { kind: 'version' };

/** The deepest name of all: `_http._tcp.web.shop.svc`. */
const MAX_DEPTH = 5;

/** The node, or undefined for a name that does not exist. Labels are lower-case, leftmost first. */
export function findNode(state: ClusterState, config: ZoneConfig, labels: readonly string[]): ZoneNode | undefined {
  const depth = labels.length;
  if (depth === 0) return APEX;
  if (depth > MAX_DEPTH) return undefined;
  switch (labels[depth - 1] ?? '') {
    case 'svc':
      return findServiceNode(state, labels, depth);
    case 'pod':
      return findPodNode(state, config, labels, depth);
    case 'dns':
      if (depth === 1) return EMPTY;
      return depth === 2 && labels[0] === 'ns' ? NAMESERVER : undefined;
    case 'dns-version':
      return depth === 1 ? VERSION : undefined;
    default:
      return undefined;
  }
}

/** The apex and the name server's own name, which every zone has, reverse ones too (N19). */
export function findFixedNode(labels: readonly string[]): ZoneNode | undefined {
  if (labels.length === 0) return APEX;
  if (labels.at(-1) !== 'dns' || labels.length > 2) return undefined;
  if (labels.length === 1) return EMPTY;
  return labels[0] === 'ns' ? NAMESERVER : undefined;
}

function findServiceNode(state: ClusterState, labels: readonly string[], depth: number): ZoneNode | undefined {
  if (depth === 1) return EMPTY;
  const namespace = labels[depth - 2] ?? '';
  if (depth === 2) return state.hasNamespace(namespace) ? EMPTY : undefined; // N4
  const entry = state.service(namespace, labels[depth - 3] ?? '');
  if (entry === undefined) return undefined;
  if (entry.view?.kind === 'external') {
    return depth === 3 ? { kind: 'external', target: entry.view.target } : undefined; // C10
  }
  if (depth === 3) return { kind: 'service', entry };
  const label = labels[depth - 4] ?? '';
  if (depth === 4) {
    const endpoints = entry.hosts.get(label); // H3, H4
    if (endpoints.length > 0) return { kind: 'host', entry, endpoints };
    return entry.hasPort(undefined, label) ? EMPTY : undefined; // N5
  }
  return entry.hasPort(labels[0], label) ? { kind: 'port', entry, label: labels[0] ?? '', protocol: label } : undefined;
}

function findPodNode(
  state: ClusterState,
  config: ZoneConfig,
  labels: readonly string[],
  depth: number,
): ZoneNode | undefined {
  if (depth === 1) return EMPTY;
  const namespace = labels[depth - 2] ?? '';
  if (config.podMode === 'disabled' || depth > 3 || !state.hasNamespace(namespace)) return undefined; // D2, D7
  if (depth === 2) return EMPTY;
  const address = undashedAddress(labels[0] ?? '');
  if (address === undefined) return undefined;
  const known = config.podMode === 'insecure' || state.pods.has(namespace, address);
  return known ? { kind: 'pod', address } : undefined;
}
