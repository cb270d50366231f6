/** How every hint mechanism hands back its work: lists of endpoints, one list a slice. */
import type { Endpoint } from '../api/types.ts';

export interface Slices {
  /** Lists that will be written anyway, those to create before those to update. */
  readonly written: readonly (readonly Endpoint[])[];
  /** Lists as they stand in the cache; never changed in place. */
  readonly unchanged: readonly (readonly Endpoint[])[];
}

export interface Hinted {
  /** As `written`, with the right hints. */
  readonly written: readonly (readonly Endpoint[])[];
  /** By position in `unchanged`: the lists that have to be written after all. */
  readonly rewritten: ReadonlyMap<number, readonly Endpoint[]>;
}

type Hints = NonNullable<Endpoint['hints']>;

export const isReady = (endpoint: Endpoint): boolean => endpoint.conditions?.ready === true;

const hasHints = (endpoint: Endpoint): boolean => endpoint.hints !== undefined && endpoint.hints !== null;

export function withoutHints(endpoint: Endpoint): Endpoint {
  if (!hasHints(endpoint)) return endpoint;
  const { hints: _, ...rest } = endpoint;
  return rest;
}

export function withHints(endpoint: Endpoint, hints: Hints | undefined): Endpoint {
  return hints === undefined ? withoutHints(endpoint) : { ...endpoint, hints };
}

export const zoneHint = (zone: string): Hints => ({ forZones: [{ name: zone }] });

/** T5: no hints anywhere. */
export function removeHints({ written, unchanged }: Slices): Hinted {
  const clear = (endpoints: readonly Endpoint[]): Endpoint[] => endpoints.map(withoutHints);
  const rewritten = new Map<number, Endpoint[]>();
  for (const [at, endpoints] of unchanged.entries()) if (endpoints.some(hasHints)) rewritten.set(at, clear(endpoints));
  return { written: written.map(clear), rewritten };
}
