/** How many endpoints each zone should be given (T10, T11), and which zone gives to which (T15). */
import type { NodeShares } from './node-shares.ts';

/** A zone may be asked to carry at most a fifth more than its part. A constant upstream, on purpose no option. */
const overload = 0.2;
/** Computed first, then multiplied: the same doubles as upstream (T11). */
export const minimumFactor = 1 / (1 + overload);

export interface Allocation {
  readonly minimum: number;
  readonly maximum: number;
  readonly desired: number;
}

/** Why proportional hints are off. Machine words; the texts below are the ones users see in events. */
export type HintRefusal = 'insufficientNodeInfo' | 'tooFewEndpoints' | 'overloaded' | 'zoneMissing';

export type Allocations =
  | { readonly kind: 'allocated'; readonly zones: ReadonlyMap<string, Allocation> }
  | { readonly kind: 'refused'; readonly because: HintRefusal; readonly message: string };

const refused = (because: HintRefusal, message: string): Allocations => ({ kind: 'refused', because, message });

export function allocate(shares: NodeShares, endpoints: number): Allocations {
  if (shares === undefined) {
    return refused(
      'insufficientNodeInfo',
      'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
    );
  }
  const counted = `(${endpoints} endpoints, ${shares.size} zones)`;
  if (shares.size > endpoints) return refused('tooFewEndpoints', `Insufficient number of endpoints ${counted}`);

  const zones = [...shares].map(([zone, share]) => {
    const minimum = Math.ceil(share * endpoints * minimumFactor);
    return { zone, minimum, desired: Math.max(share * endpoints, minimum) };
  });
  const spare = endpoints - zones.reduce((sum, { minimum }) => sum + minimum, 0);
  if (spare < 0) {
    const text = 'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold';
    return refused('overloaded', `${text} ${counted}`);
  }
  return {
    kind: 'allocated',
    zones: new Map(zones.map(({ zone, minimum, desired }) => [zone, { minimum, desired, maximum: minimum + spare }])),
  };
}

/** Whether so many endpoints can be shared out. */
export function canAllocate(shares: NodeShares, endpoints: number): boolean {
  return allocate(shares, endpoints).kind === 'allocated';
}

/** Zone → number of endpoints still to give, or still to receive. */
export interface Moves {
  readonly giving: Map<string, number>;
  readonly receiving: Map<string, number>;
}

/**
 * T15: as long as the largest surplus and the largest deficit are worth moving an endpoint for, move one. Not worth
 * it: both below 1, or either below a half. Between equals the first zone by name decides (upstream: chance).
 */
export function moves(zones: ReadonlyMap<string, Allocation>, hints: ReadonlyMap<string, number>): Moves {
  const surplus = new Map<string, number>();
  const deficit = new Map<string, number>();
  for (const [zone, { desired }] of zones) {
    const over = (hints.get(zone) ?? 0) - desired;
    (over > 0 ? surplus : deficit).set(zone, Math.abs(over));
  }
  const giving = new Map<string, number>();
  const receiving = new Map<string, number>();
  for (;;) {
    const from = largest(surplus);
    const to = largest(deficit);
    if ((from.amount < 1 && to.amount < 1) || from.amount < 0.5 || to.amount < 0.5) break;
    shift(surplus, giving, from.zone);
    shift(deficit, receiving, to.zone);
  }
  return { giving, receiving };
}

function shift(open: Map<string, number>, settled: Map<string, number>, zone: string): void {
  open.set(zone, (open.get(zone) ?? 0) - 1);
  settled.set(zone, (settled.get(zone) ?? 0) + 1);
}

function largest(amounts: ReadonlyMap<string, number>): { zone: string; amount: number } {
  let most = { zone: '', amount: 0 };
  for (const [zone, amount] of amounts) if (amount > most.amount) most = { zone, amount };
  return most;
}
