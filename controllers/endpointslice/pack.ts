/**
 * Filling slices with the fewest writes (S17–S22): for the slices of one address type, owner and port list.
 *
 * 1. Walk the existing slices. What is still wanted stays where it is, in its wanted version. A slice in which
 *    something changed is written, or deleted if nothing is left; so is one whose labels are no longer right.
 * 2. Endpoints without a place first fill up the slices that are written anyway, fullest first.
 * 3. What then remains goes, if it all fits, into the one unchanged slice that it fills best; else into new slices of
 *    `max` endpoints, until the rest fits or nothing remains.
 *
 * So at most one slice is touched for growth alone, a new slice is preferred to spreading over several, and slices
 * are never merged or levelled out (S22).
 */
import type { Endpoint, EndpointPort, EndpointSlice } from '../../pkg/api/types.ts';
import { endpointIdentity, saysTheSame } from '../../pkg/endpoints/index.ts';
import type { Doomed, Draft, Drafts } from './draft.ts';

export interface Packing extends Drafts {
  readonly added: number;
  readonly removed: number;
}

export interface PackOptions {
  readonly max: number;
  readonly ports: readonly EndpointPort[];
  /** S15: the labels are not the Service's. */
  labelsChanged(slice: EndpointSlice): boolean;
}

type Filling = Draft & { endpoints: Endpoint[] };

/** `slices` in one order; `desired` by identity, likewise. Neither is changed. */
export function pack(
  slices: readonly EndpointSlice[],
  desired: ReadonlyMap<string, Endpoint>,
  options: PackOptions,
): Packing {
  const { max, ports } = options;
  const placed = new Set<Endpoint>();
  const update: Filling[] = [];
  const remove: Doomed[] = [];
  const unchanged = new Set<EndpointSlice>();
  let removed = 0;

  for (const slice of slices) {
    const { endpoints, changed } = keep(slice, desired, placed);
    const before = (slice.endpoints ?? []).length;
    const because = changed ? 'endpointsChanged' : 'labelsChanged';
    removed += before - endpoints.length;
    if (changed && endpoints.length === 0) remove.push({ slice, because: 'emptied' });
    else if (changed || options.labelsChanged(slice)) update.push({ slice, ports, endpoints, because });
    else unchanged.add(slice);
  }

  const waiting = [...desired.values()].filter((endpoint) => !placed.has(endpoint));
  const added = waiting.length;
  for (const draft of update.toSorted((a, b) => b.endpoints.length - a.endpoints.length)) {
    draft.endpoints.push(...waiting.splice(0, Math.max(0, max - draft.endpoints.length)));
  }

  const create: Draft[] = [];
  while (waiting.length > 0) {
    const slice = waiting.length < max ? bestFit(unchanged, waiting.length, max) : undefined;
    const because = 'endpointsAdded';
    if (slice === undefined) {
      create.push({ slice, ports, endpoints: waiting.splice(0, max), because });
    } else {
      unchanged.delete(slice);
      update.push({ slice, ports, endpoints: [...(slice.endpoints ?? []), ...waiting.splice(0)], because });
    }
  }
  return { create, update, remove, unchanged: [...unchanged], added, removed };
}

/** Step 1 for one slice. Each endpoint is kept once: what has a place is no longer looked for. */
function keep(
  slice: EndpointSlice,
  desired: ReadonlyMap<string, Endpoint>,
  placed: Set<Endpoint>,
): { endpoints: Endpoint[]; changed: boolean } {
  const existing = slice.endpoints ?? [];
  const endpoints: Endpoint[] = [];
  let changed = false;
  for (const endpoint of existing) {
    const wanted = desired.get(endpointIdentity(endpoint));
    if (wanted === undefined || placed.has(wanted)) continue;
    placed.add(wanted);
    endpoints.push(wanted);
    changed ||= !saysTheSame(wanted, endpoint);
  }
  if (changed || endpoints.length !== existing.length) return { endpoints, changed: true };
  return { endpoints: [...existing], changed: false };
}

/** S21: the slice that comes closest to full, without going over, by taking all that waits. */
function bestFit(slices: Iterable<EndpointSlice>, count: number, max: number): EndpointSlice | undefined {
  let best: EndpointSlice | undefined;
  let leastRoom = max;
  for (const slice of slices) {
    const room = max - count - (slice.endpoints ?? []).length;
    if (room >= 0 && room < leastRoom) [best, leastRoom] = [slice, room];
  }
  return best;
}
