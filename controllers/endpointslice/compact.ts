/**
 * U4: bringing sparse slices together. Slices are filled and never merged (S22), so after a scale-down many may be nearly
 * empty for ever. For the slices of one group, in which nothing else is to be changed:
 *
 * 1. Nothing is done unless half of the slices would do.
 * 2. The emptiest slice gives all it has to the fullest ones that have room, and is deleted; then the next one.
 * 3. It ends when a slice cannot be emptied altogether, or when its receivers and its deletion would take more writes than
 *    are left. A receiver costs one write however often it receives.
 *
 * Receivers are written before givers are deleted (S28), so that no endpoint is ever in no slice.
 */
import type { Endpoint, EndpointPort, EndpointSlice } from '../../pkg/api/types.ts';
import type { Doomed, Draft, Drafts } from './draft.ts';

export interface CompactOptions {
  readonly max: number;
  readonly ports: readonly EndpointPort[];
  readonly writes: number;
}

interface Holding {
  readonly slice: EndpointSlice;
  readonly endpoints: Endpoint[];
}

/** True when half as many slices would hold these endpoints. */
export function isSparse(endpoints: number, slices: number, max: number): boolean {
  return slices > 1 && Math.max(1, Math.ceil(endpoints / max)) * 2 <= slices;
}

/** Undefined when nothing is to be gained. None of the given slices is changed. */
export function compact(slices: readonly EndpointSlice[], options: CompactOptions): Drafts | undefined {
  const { max, ports } = options;
  const total = slices.reduce((sum, slice) => sum + (slice.endpoints ?? []).length, 0);
  if (!isSparse(total, slices.length, max)) return undefined;

  const holdings: Holding[] = slices
    .map((slice) => ({ slice, endpoints: [...(slice.endpoints ?? [])] }))
    .sort((a, b) => b.endpoints.length - a.endpoints.length);
  const written = new Set<Holding>();
  const remove: Doomed[] = [];
  let left = options.writes;
  for (let giver = holdings.at(-1); giver !== undefined; giver = holdings.at(-1)) {
    // What received is written anyway; emptying it again would be a write for nothing.
    if (written.has(giver)) break;
    const moves = placesFor(giver, holdings.slice(0, -1), max);
    const fresh = (moves ?? []).filter(([receiver]) => !written.has(receiver)).length;
    if (moves === undefined || fresh + 1 > left) break;
    left -= fresh + 1;
    for (const [receiver, count] of moves) {
      receiver.endpoints.push(...giver.endpoints.splice(0, count));
      written.add(receiver);
    }
    remove.push({ slice: giver.slice, because: 'compacted' });
    holdings.pop();
  }
  if (remove.length === 0) return undefined;
  const update = [...written].map(({ slice, endpoints }): Draft => ({ slice, ports, endpoints, because: 'compacted' }));
  return {
    create: [],
    update,
    remove,
    unchanged: holdings.filter((each) => !written.has(each)).map(({ slice }) => slice),
  };
}

/** How many go where, fullest first; undefined when there is no room for all. */
function placesFor(giver: Holding, receivers: readonly Holding[], max: number): [Holding, number][] | undefined {
  const moves: [Holding, number][] = [];
  let waiting = giver.endpoints.length;
  for (const receiver of receivers) {
    const count = Math.min(waiting, max - receiver.endpoints.length);
    if (count <= 0) continue;
    moves.push([receiver, count]);
    waiting -= count;
  }
  return waiting === 0 ? moves : undefined;
}
