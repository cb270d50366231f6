import type { Name } from '../wire/index.ts';
import { nameOf } from '../wire/index.ts';
import { parseReverse, wholeAddress } from './address.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ZoneNode } from './node.ts';
import { findFixedNode } from './node.ts';
import type { ZoneConfig } from './options.ts';
import type { ReverseZone } from './reverse-zone.ts';
import { coversAddress } from './reverse-zone.ts';
import type { ServiceEntry } from './service-entry.ts';
import { serviceName } from './srv.ts';

/**
 * What is at a name in a reverse zone: a node, `undefined` for nothing, or `foreign` for a name that is left to the
 * forwarder. `labels` are those of the whole name, `zoneLabels` how many of them belong to the zone.
 */
export function findReverseNode(
  state: ClusterState,
  config: ZoneConfig,
  zone: ReverseZone,
  labels: readonly string[],
  zoneLabels: number,
): ZoneNode | undefined | 'foreign' {
  const fixed = findFixedNode(labels.slice(0, labels.length - zoneLabels));
  if (fixed !== undefined) return fixed;
  const miss = zone.fallthrough ? 'foreign' : undefined; // P5
  const prefix = parseReverse(labels);
  if (prefix === undefined) return miss;
  const address = wholeAddress(prefix);
  if (address === undefined) {
    const known = state.clusterAddresses.hasPrefix(prefix) || state.pointerEndpoints.hasPrefix(prefix);
    return known && !zone.fallthrough ? { kind: 'empty' } : miss; // P7
  }
  if (!coversAddress(zone, prefix)) return 'foreign'; // P10
  const targets = pointerTargets(state, config, address);
  return targets.length > 0 ? { kind: 'pointer', targets } : miss;
}

function byNamespaceAndName(a: ServiceEntry, b: ServiceEntry): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** P1 and P2: the Service whose ClusterIP it is, else the names of all endpoints that have the address. */
export function pointerTargets(state: ClusterState, config: ZoneConfig, address: string): readonly Name[] {
  const zone = config.primary.name;
  const [owner] = [...state.clusterAddresses.get(address)].sort(byNamespaceAndName);
  const ownerName = owner && serviceName(owner, zone);
  if (ownerName !== undefined) return [ownerName];
  const names = new Set<Name>();
  for (const endpoint of state.pointerEndpoints.get(address)) {
    const entry = state.ownerOf(endpoint);
    const origin = entry && serviceName(entry, zone);
    const name = origin && nameOf([endpoint.host], origin);
    if (name !== undefined) names.add(name);
  }
  return [...names].sort();
}
