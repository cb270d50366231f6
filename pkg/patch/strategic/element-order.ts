/**
 * The order of a merged list. Elements the patch speaks of ("ours") keep the order the patch gives them, the others
 * ("theirs") that of the live list; the two rows are then zipped: an element of theirs goes before ours while the live
 * list had it so, and as late as possible otherwise.
 */
export type KeyOf = (item: unknown) => unknown;

export function zipByOrder(
  ours: readonly unknown[],
  theirs: readonly unknown[],
  ourOrder: readonly unknown[],
  theirOrder: readonly unknown[],
  keyOf: KeyOf,
): unknown[] {
  const live = ranks(theirOrder, keyOf);
  const left = sortByRank(theirs, live, keyOf);
  const right = sortByRank(ours, ranks(ourOrder, keyOf), keyOf);
  const zipped: unknown[] = [];
  let next = 0;
  for (const item of right) {
    const rank = live.get(keyOf(item));
    while (next < left.length && isBefore(live.get(keyOf(left[next])), rank)) zipped.push(left[next++]);
    zipped.push(item);
  }
  return [...zipped, ...left.slice(next)];
}

/** Whether both have a place in the live list and the left one comes first. */
const isBefore = (left: number | undefined, right: number | undefined): boolean =>
  left !== undefined && right !== undefined && left < right;

/** First position of each key. */
function ranks(list: readonly unknown[], keyOf: KeyOf): ReadonlyMap<unknown, number> {
  const positions = new Map<unknown, number>();
  for (const [index, item] of list.entries()) {
    const key = keyOf(item);
    if (!positions.has(key)) positions.set(key, index);
  }
  return positions;
}

/**
 * Sorted by rank. An element without one has no consistent place: upstream's comparison then always says "first", and
 * since its sort inserts one by one, such an element travels to the front. The insertion is repeated here; beyond the
 * length up to which Go inserts, elements without a rank simply go first.
 */
function sortByRank(list: readonly unknown[], order: ReadonlyMap<unknown, number>, keyOf: KeyOf): readonly unknown[] {
  const ranked = list.map((item) => ({ item, rank: order.get(keyOf(item)) }));
  if (ranked.length > insertionLimit) {
    return ranked.sort((a, b) => (a.rank ?? -1) - (b.rank ?? -1)).map(({ item }) => item);
  }
  for (let index = 1; index < ranked.length; index++) {
    for (let at = index; at > 0; at--) {
      const [before, here] = [ranked[at - 1], ranked[at]];
      if (before === undefined || here === undefined) break;
      if (here.rank !== undefined && before.rank !== undefined && here.rank >= before.rank) break;
      [ranked[at - 1], ranked[at]] = [here, before];
    }
  }
  return ranked.map(({ item }) => item);
}

const insertionLimit = 20;
