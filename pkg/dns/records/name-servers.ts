import type { Name, Octets } from '../wire/index.ts';
import { nameOf, ROOT } from '../wire/index.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ZoneConfig } from './options.ts';
import type { Target } from './srv.ts';
import { addressesOf, serviceName } from './srv.ts';
import type { EndpointView } from './views.ts';
import { lowerAscii } from '../wire/index.ts';

export interface NameServers {
  /** One a distinct name, ordered by name. */
  readonly targets: readonly Target[];
  /** What `ns.dns` resolves to (N23). */
  readonly addresses: readonly Octets[];
}

/**
 * N22: the names under which this server is a Service endpoint, or `ns.dns` with its own addresses when it is none.
 * `zone` is the zone asked about, in the spelling of the question; Services are named in the primary zone if it is a
 * reverse one.
 */
export function nameServers({ state, config }: { state: ClusterState; config: ZoneConfig }, zone: Name): NameServers {
  const home = isReverse(config, zone) ? config.primary.name : zone;
  const targets = new Map<string, Target>();
  for (const address of config.localAddresses) {
    for (const endpoint of state.endpointAddresses.get(address)) {
      const target = targetOf(state, endpoint, home);
      if (target !== undefined) targets.set(target.name, target);
    }
  }
  if (targets.size === 0) {
    const name = nameOf(['ns', 'dns'], zone) ?? ROOT;
    return { targets: [{ name, addresses: config.localAddresses }], addresses: config.localAddresses };
  }
  const ordered = [...targets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { targets: ordered, addresses: [...new Set(ordered.flatMap(({ addresses }) => addresses))] };
}

function targetOf(state: ClusterState, endpoint: EndpointView, zone: Name): Target | undefined {
  const entry = state.ownerOf(endpoint);
  const name = entry && serviceName(entry, zone);
  if (entry === undefined || name === undefined) return undefined;
  if (entry.view?.kind === 'cluster') return { name, addresses: entry.view.addresses };
  const host = nameOf([endpoint.host], name);
  return host && { name: host, addresses: addressesOf(entry.hosts.get(lowerAscii(endpoint.host))) };
}

function isReverse(config: ZoneConfig, zone: Name): boolean {
  return !config.zones.some(({ name }) => name.length === zone.length && name === lowerAscii(zone));
}
