/**
 * The order of a merged keyed list. Both lists are walked side by side:
 *
 * 1. The same element on both sides: take it once, go on in both.
 * 2. A live element that the applied list has too, but not as the next shared one: its turn comes by the applied list.
 * 3. A live element that only the live list has: take it.
 * 4. Otherwise take the applied element.
 *
 * "Next shared" walks through the elements both lists have, in applied order. So live-only elements keep their place
 * before the shared element that follows them, and applied order wins among shared ones.
 */
export type MergeStep =
  | { readonly from: 'live'; readonly index: number }
  | { readonly from: 'both'; readonly element: string };

export function mergeOrder(live: readonly string[], applied: readonly string[]): readonly MergeStep[] {
  const inLive = new Set(live);
  const inApplied = new Set(applied);
  const shared = applied.filter((element) => inLive.has(element));
  const taken = new Set<string>();
  const steps: MergeStep[] = [];
  let nextShared = 0;
  let left = 0;
  let right = 0;
  const take = (element: string): void => {
    taken.add(element);
    steps.push({ from: 'both', element });
    right++;
  };
  while (left < live.length || right < applied.length) {
    const mine = live[left];
    const theirs = applied[right];
    if (mine !== undefined && theirs !== undefined) {
      if (mine === theirs) {
        take(theirs);
        left++;
        nextShared++;
        continue;
      }
      if (inApplied.has(mine) && shared[nextShared] !== undefined && shared[nextShared] !== mine) {
        left++;
        continue;
      }
    }
    if (mine !== undefined) {
      if (!inApplied.has(mine)) {
        steps.push({ from: 'live', index: left });
        left++;
        continue;
      }
      if (taken.has(mine)) left++;
    }
    if (theirs !== undefined) {
      take(theirs);
      if (shared[nextShared] === theirs) nextShared++;
    }
  }
  return steps;
}
