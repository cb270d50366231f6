/** T20: whether a remembered distribution of hints leaves some zone with too little. */
import { minimumFactor } from './allocation.ts';
import type { NodeShares } from './node-shares.ts';
import type { HintsByZone } from './proportional-hints.ts';

export function isOverloaded(hints: HintsByZone, shares: NodeShares): boolean {
  if (hints.size === 0) return false;
  if (shares === undefined || shares.size === 0) return true;
  const total = [...hints.values()].reduce((sum, count) => sum + count, 0);
  return [...shares].some(([zone, share]) => {
    const count = hints.get(zone);
    return count === undefined || count < Math.ceil(total * share * minimumFactor);
  });
}
