/**
 * Hints in annotation mode `Auto`: zones share the ready endpoints in proportion to their CPUs.
 *
 * 1. Work out what each zone should have, or give up (T10).
 * 2. Keep those lists whose hints still fit, one after another, counting what they use up (T13).
 * 3. In all other lists every ready endpoint starts with its own zone (T14).
 * 4. Zones with too many give hints to zones with too few (T15, T16).
 *
 * Giving up means: no hints anywhere (T18).
 */
import type { Endpoint } from '../api/types.ts';
import type { Allocation, HintRefusal } from './allocation.ts';
import { allocate, moves } from './allocation.ts';
import type { Hinted, Slices } from './hinted.ts';
import { isReady, removeHints, withHints, withoutHints, zoneHint } from './hinted.ts';
import type { NodeShares } from './node-shares.ts';

export type HintsByZone = ReadonlyMap<string, number>;

export type ProportionalHints = Hinted &
  (
    | { readonly kind: 'enabled'; readonly hintsByZone: HintsByZone }
    | {
        readonly kind: 'disabled';
        readonly because: HintRefusal;
        readonly message: string;
        /** How many ready endpoints there were to share out. */
        readonly ready: number;
      }
  );

export function proportionalHints(slices: Slices, shares: NodeShares): ProportionalHints {
  const ready = [...slices.written, ...slices.unchanged].flat().filter(isReady).length;
  const giveUp = (because: HintRefusal, message: string): ProportionalHints => ({
    ...removeHints(slices),
    kind: 'disabled',
    because,
    message,
    ready,
  });
  const allocations = allocate(shares, ready);
  if (allocations.kind === 'refused') return giveUp(allocations.because, allocations.message);

  const { counts, unfit } = sortOut(slices.unchanged, allocations.zones);
  const lists = [...slices.written, ...unfit.map((at) => slices.unchanged[at] ?? [])];
  if (lists.flat().some((endpoint) => isReady(endpoint) && ownZone(endpoint) === undefined)) {
    return giveUp('zoneMissing', 'One or more endpoints do not have a zone specified');
  }

  const start = lists.map((list) => list.map((endpoint) => startHint(endpoint, counts)));
  const hinted = redistribute(start, allocations.zones, counts);
  return {
    written: hinted.slice(0, slices.written.length),
    rewritten: changed(slices.unchanged, unfit, hinted.slice(slices.written.length)),
    kind: 'enabled',
    hintsByZone: counts,
  };
}

const ownZone = ({ zone }: Endpoint): string | undefined => (zone === '' ? undefined : (zone ?? undefined));

/** Step 2: the counts of the lists that fit, and the positions of those that do not. */
function sortOut(
  unchanged: Slices['unchanged'],
  zones: ReadonlyMap<string, Allocation>,
): { counts: Map<string, number>; unfit: number[] } {
  const counts = new Map<string, number>();
  const unfit: number[] = [];
  for (const [at, endpoints] of unchanged.entries()) {
    const used = fittingHints(endpoints, counts, zones);
    if (used === undefined) unfit.push(at);
    else for (const [zone, count] of used) counts.set(zone, (counts.get(zone) ?? 0) + count);
  }
  return { counts, unfit };
}

/** T13: what a list uses up, or undefined when it has to be written again. */
function fittingHints(
  endpoints: readonly Endpoint[],
  counts: HintsByZone,
  zones: ReadonlyMap<string, Allocation>,
): HintsByZone | undefined {
  const used = new Map<string, number>();
  for (const endpoint of endpoints.filter(isReady)) {
    const hints = endpoint.hints?.forZones ?? [];
    if (hints.length === 0) return undefined;
    for (const { name } of hints) used.set(name, (used.get(name) ?? 0) + 1);
  }
  for (const [zone, count] of used) {
    const allocation = zones.get(zone);
    if (allocation === undefined || (counts.get(zone) ?? 0) + count > allocation.maximum) return undefined;
  }
  return used;
}

/** Step 3. H9: endpoints that are not ready lose their hints. */
function startHint(endpoint: Endpoint, counts: Map<string, number>): Endpoint {
  const zone = ownZone(endpoint);
  if (!isReady(endpoint) || zone === undefined) return withoutHints(endpoint);
  counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return withHints(endpoint, zoneHint(zone));
}

/** Step 4: the first endpoints of a giving zone, in order, go to the first receiving zone by name. */
function redistribute(
  lists: readonly Endpoint[][],
  zones: ReadonlyMap<string, Allocation>,
  counts: Map<string, number>,
): Endpoint[][] {
  const { giving, receiving } = moves(zones, counts);
  const receivers = [...receiving].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([zone, n]) => Array(n).fill(zone));
  let next = 0;
  return lists.map((list) =>
    list.map((endpoint) => {
      const from = ownZone(endpoint);
      const to = receivers[next] as string | undefined;
      if (!isReady(endpoint) || from === undefined || to === undefined || (giving.get(from) ?? 0) === 0)
        return endpoint;
      next += 1;
      giving.set(from, (giving.get(from) ?? 0) - 1);
      counts.set(from, (counts.get(from) ?? 0) - 1);
      counts.set(to, (counts.get(to) ?? 0) + 1);
      return withHints(endpoint, zoneHint(to));
    }),
  );
}

/** A list that did not fit may come out as it went in; writing it again would change nothing (P5). */
function changed(
  unchanged: Slices['unchanged'],
  unfit: readonly number[],
  hinted: readonly Endpoint[][],
): Map<number, readonly Endpoint[]> {
  const rewritten = new Map<number, readonly Endpoint[]>();
  for (const [index, at] of unfit.entries()) {
    const before = unchanged[at] ?? [];
    const after = hinted[index] ?? [];
    if (after.some((endpoint, i) => !sameHints(endpoint, before[i]))) rewritten.set(at, after);
  }
  return rewritten;
}

function sameHints(left: Endpoint, right: Endpoint | undefined): boolean {
  // H9: hints on what is not ready are no reason to write.
  if (!isReady(left)) return true;
  const text = (endpoint: Endpoint | undefined): string =>
    [endpoint?.hints?.forZones, endpoint?.hints?.forNodes]
      .map((hints) => (hints ?? []).map(({ name }) => name).join())
      .join('|');
  return text(left) === text(right);
}
