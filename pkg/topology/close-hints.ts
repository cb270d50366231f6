/** Hints for `spec.trafficDistribution`: every ready endpoint names its own zone and, if asked for, its own node. */
import type { Endpoint } from '../api/types.ts';
import type { Hinted, Slices } from './hinted.ts';
import { isReady, withHints, withoutHints } from './hinted.ts';
import type { TrafficDistribution } from './mode.ts';

interface Wanted {
  readonly zone: string | undefined;
  readonly node: string | undefined;
}

const present = (text: string | null | undefined): string | undefined => text ?? undefined;

/** PreferSameNode asks for both hints: an older node proxy falls back to the zone. */
function wantedFor(endpoint: Endpoint, value: TrafficDistribution): Wanted {
  return {
    zone: present(endpoint.zone),
    node: value === 'PreferSameNode' ? present(endpoint.nodeName) : undefined,
  };
}

/** T6. H9: what is not ready loses its hints, but only in a list that is written anyway. */
function hint(endpoint: Endpoint, value: TrafficDistribution): Endpoint {
  if (!isReady(endpoint)) return withoutHints(endpoint);
  const { zone, node } = wantedFor(endpoint, value);
  if (zone === undefined && node === undefined) return withoutHints(endpoint);
  return withHints(endpoint, {
    ...(zone === undefined ? {} : { forZones: [{ name: zone }] }),
    ...(node === undefined ? {} : { forNodes: [{ name: node }] }),
  });
}

/** T7: exactly the one name, or none at all. */
function names(hints: readonly { name: string }[] | null | undefined, wanted: string | undefined): boolean {
  const list = hints ?? [];
  return wanted === undefined ? list.length === 0 : list.length === 1 && list[0]?.name === wanted;
}

function isRight(endpoint: Endpoint, value: TrafficDistribution): boolean {
  if (!isReady(endpoint)) return true;
  const { zone, node } = wantedFor(endpoint, value);
  return names(endpoint.hints?.forZones, zone) && names(endpoint.hints?.forNodes, node);
}

export function closeHints({ written, unchanged }: Slices, value: TrafficDistribution): Hinted {
  const apply = (endpoints: readonly Endpoint[]): Endpoint[] => endpoints.map((endpoint) => hint(endpoint, value));
  const rewritten = new Map<number, Endpoint[]>();
  for (const [at, endpoints] of unchanged.entries()) {
    if (!endpoints.every((endpoint) => isRight(endpoint, value))) rewritten.set(at, apply(endpoints));
  }
  return { written: written.map(apply), rewritten };
}
