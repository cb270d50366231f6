/** Narrowing ready endpoints to near ones: hints written by the slice controller, or a Service's own topologyKeys. */
import type { Endpoint } from './slice.ts';

export const hostnameLabel = 'kubernetes.io/hostname';
export const zoneLabel = 'topology.kubernetes.io/zone';

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
  for (const key of keys) {
    if (key === '*') return ready;
    const wanted = labelOf(node, key);
    const picks = wanted === undefined ? [] : ready.filter((endpoint) => topologyOf(endpoint, key) === wanted);
    if (picks.length > 0) return picks;
  }
  return [];
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
function topologyOf(endpoint: Endpoint, key: string): string | undefined {
  if (key === hostnameLabel) return endpoint.nodeName === '' ? undefined : endpoint.nodeName;
  if (key === zoneLabel) return endpoint.zone === '' ? undefined : endpoint.zone;
  return Object.hasOwn(endpoint.topology, key) ? endpoint.topology[key] : undefined;
}
