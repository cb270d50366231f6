/**
 * `spec.topologyKeys` of 1.17 to 1.21: an ordered list of node labels. Traffic goes to endpoints whose value for the
 * first key that finds any equals the node's own; `*` finds all of them; where nothing is found there is no traffic
 * (T24). Resolved here into data for node proxies; they filter what is left after choosing by readiness (T25).
 */
import type { Endpoint, Node, Service } from '../api/types.ts';
import { hostnameLabel, topologyKeysAnnotation, zoneLabel } from './names.ts';

export const anywhere = '*';

/** T28: the field, or the annotation that carries it past servers which drop the field. */
export function topologyKeysOf(service: Service): readonly string[] {
  const { topologyKeys } = (service.spec ?? {}) as { readonly topologyKeys?: unknown };
  if (Array.isArray(topologyKeys)) return topologyKeys.filter((key) => typeof key === 'string');
  const listed = new Map(Object.entries(service.metadata.annotations ?? {})).get(topologyKeysAnnotation) ?? '';
  return listed
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
}

/** One key on one node: an endpoint passes when its topology has this value. `*` lets everybody pass. */
export type Preference = { readonly key: string; readonly value: string } | { readonly key: typeof anywhere };

export type TopologyRule =
  | { readonly kind: 'unrestricted' }
  /** Tried in order; the first that leaves an endpoint decides. None left: no endpoints at all. */
  | { readonly kind: 'ordered'; readonly preferences: readonly Preference[] };

/** What a list of keys means on the node with these labels. Keys the node lacks are skipped. */
export function resolveTopologyKeys(
  keys: readonly string[],
  nodeLabels: Readonly<Record<string, string>> | undefined,
): TopologyRule {
  if (keys.length === 0) return { kind: 'unrestricted' };
  const labels = new Map(Object.entries(nodeLabels ?? {}));
  if (labels.size === 0) {
    return { kind: 'ordered', preferences: keys.at(-1) === anywhere ? [{ key: anywhere }] : [] };
  }
  const preferences: Preference[] = [];
  for (const key of keys) {
    if (key === anywhere) {
      preferences.push({ key: anywhere });
      break;
    }
    const value = labels.get(key);
    if (value !== undefined) preferences.push({ key, value });
  }
  return { kind: 'ordered', preferences };
}

/** T26, T27: what is known of where an endpoint runs. A Node known by name adds all its labels. */
export function endpointTopology(endpoint: Endpoint, node?: Node): ReadonlyMap<string, string> {
  const topology = new Map(Object.entries(node?.metadata.labels ?? {}));
  for (const [key, value] of Object.entries(endpoint.deprecatedTopology ?? {})) topology.set(key, value);
  if (endpoint.zone) topology.set(zoneLabel, endpoint.zone);
  if (endpoint.nodeName) topology.set(hostnameLabel, endpoint.nodeName);
  return topology;
}

/** The endpoints a node may use; `topologyOf` says where each one runs. */
export function filterByTopology<Item>(
  rule: TopologyRule,
  items: readonly Item[],
  topologyOf: (item: Item) => ReadonlyMap<string, string>,
): readonly Item[] {
  if (rule.kind === 'unrestricted') return items;
  for (const preference of rule.preferences) {
    if (!('value' in preference)) return items;
    const near = items.filter((item) => topologyOf(item).get(preference.key) === preference.value);
    if (near.length > 0) return near;
  }
  return [];
}
