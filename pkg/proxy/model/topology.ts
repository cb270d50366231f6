/** Narrowing ready endpoints to near ones: hints written by the slice controller, or a Service's own topologyKeys. */
import { filterByTopology, hostnameLabel, resolveTopologyKeys, zoneLabel } from '../../topology/index.ts';
import type { Endpoint } from './slice.ts';

/** What narrowed a list, for people who ask why. */
export type Narrowing = 'none' | 'node-hints' | 'zone-hints' | 'topology-keys';

export interface NodeView {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * T20–T24: node hints if every endpoint has one and one names this node, else zone hints likewise, else all. The input
 * holds ready endpoints only, so that unready ones neither enable nor disable filtering.
 */
export function narrowByHints(
  ready: readonly Endpoint[],
  node: NodeView,
): { list: readonly Endpoint[]; by: Narrowing } {
  const forNode = hintedFor(ready, ({ forNodes }) => forNodes, node.name);
  if (forNode !== undefined) return { list: forNode, by: 'node-hints' };
  const zone = labelOf(node, zoneLabel);
  const forZone = zone === undefined ? undefined : hintedFor(ready, ({ forZones }) => forZones, zone);
  return forZone === undefined ? { list: ready, by: 'none' } : { list: forZone, by: 'zone-hints' };
}

/** T31–T35: the first key of the Service that this node has and some ready endpoint shares decides; none, nobody. */
export function narrowByKeys(ready: readonly Endpoint[], keys: readonly string[], node: NodeView): readonly Endpoint[] {
  return filterByTopology(resolveTopologyKeys(keys, node.labels), ready, topologyOf);
}

function hintedFor(
  ready: readonly Endpoint[],
  hintsOf: (endpoint: Endpoint) => readonly string[],
  wanted: string,
): readonly Endpoint[] | undefined {
  if (ready.some((endpoint) => hintsOf(endpoint).length === 0)) return undefined;
  const hinted = ready.filter((endpoint) => hintsOf(endpoint).includes(wanted));
  return hinted.length > 0 ? hinted : undefined;
}

function labelOf(node: NodeView, key: string): string | undefined {
  return Object.hasOwn(node.labels, key) ? node.labels[key] : undefined;
}

/** T34: a v1 slice tells host and zone in fields of their own, anything else in `deprecatedTopology`. */
function topologyOf({ topology, zone, nodeName }: Endpoint): ReadonlyMap<string, string> {
  const known = new Map(Object.entries(topology));
  if (zone !== '') known.set(zoneLabel, zone);
  if (nodeName !== '') known.set(hostnameLabel, nodeName);
  return known;
}
