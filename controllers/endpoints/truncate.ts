/**
 * Cutting Endpoints to what one object may hold (E17–E19). Ready addresses go first: if they fit, all of them stay and
 * the others share the rest; if they do not, the others are dropped altogether. The budget is shared out over the
 * subsets in proportion, rounded up, so the last ones get less than their part; each subset keeps its lowest addresses.
 */
import type { EndpointSubset } from '../../pkg/api/types.ts';

/** What one Endpoints object may hold (E17). */
export const maxAddresses = 1000;

export interface Truncated {
  readonly subsets: EndpointSubset[];
  readonly overCapacity: boolean;
}

type ListName = 'addresses' | 'notReadyAddresses';

/** An address in two subsets counts twice. */
export function truncate(subsets: readonly EndpointSubset[]): Truncated {
  const ready = total(subsets, 'addresses');
  if (ready + total(subsets, 'notReadyAddresses') <= maxAddresses)
    return { subsets: [...subsets], overCapacity: false };

  const cut =
    ready > maxAddresses
      ? keepShare(keepShare(subsets, 'addresses', maxAddresses), 'notReadyAddresses', 0)
      : keepShare(subsets, 'notReadyAddresses', maxAddresses - ready);
  // H4: a subset with neither list is invalid, and the server would refuse the whole object.
  const subsetsLeft = cut.filter(
    ({ addresses, notReadyAddresses }) => (addresses ?? []).length > 0 || (notReadyAddresses ?? []).length > 0,
  );
  return { subsets: subsetsLeft, overCapacity: true };
}

function total(subsets: readonly EndpointSubset[], list: ListName): number {
  return subsets.reduce((sum, subset) => sum + (subset[list] ?? []).length, 0);
}

function keepShare(subsets: readonly EndpointSubset[], list: ListName, budget: number): EndpointSubset[] {
  const all = total(subsets, list);
  let left = budget;
  return subsets.map((subset) => {
    const addresses = subset[list] ?? [];
    const kept = addresses.slice(0, Math.min(left, Math.ceil((addresses.length / all) * budget)));
    left -= kept.length;
    const { [list]: _, ...rest } = subset;
    return kept.length === 0 ? rest : { ...rest, [list]: kept };
  });
}
