/** Where two clusters differ after a round. */
import type { NamespaceState, SliceState } from './state.ts';

export interface Difference {
  readonly what:
    | 'subsets'
    | 'labels'
    | 'annotations'
    | 'owners'
    | 'endpoints'
    | 'hints'
    | 'slices'
    | 'fill'
    | 'prefix'
    | 'generateName';
  /** Name of the Endpoints, or group of slices. */
  readonly where: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

export interface Compared {
  readonly differences: readonly Difference[];
  /** Groups of slices that were compared slice by slice, and those where only all of it together says something. */
  readonly exact: number;
  readonly together: number;
}

export interface Pair {
  readonly ours: NamespaceState;
  readonly theirs: NamespaceState;
}

/**
 * Which endpoint goes into which of several slices is chance upstream, and makes a difference to what happens to them
 * later. So fill and annotations of slices are compared where both sides had the very same slices before the round;
 * `timeless`: several things happened at once, and what a sync saw of them together depends on its time.
 */
export function compare(before: Pair | undefined, now: Pair, timeless: boolean): Compared {
  const names = new Set([...Object.keys(now.ours.endpoints), ...Object.keys(now.theirs.endpoints)]);
  const differences: Difference[] = [];
  for (const name of names) {
    const what = name.split(' ')[1] as 'subsets' | 'labels' | 'annotations';
    if (what === 'annotations' && (timeless || before?.ours.endpoints[name] !== before?.theirs.endpoints[name]))
      continue;
    const [ours, theirs] = [now.ours.endpoints[name], now.theirs.endpoints[name]];
    if (ours !== theirs) differences.push({ what, where: name, ours, theirs });
  }
  const serviceOf = ({ group }: SliceState): string => group.split(' ')[0] ?? '';
  const mine = Map.groupBy(now.ours.slices, ({ group }) => group);
  const others = Map.groupBy(now.theirs.slices, ({ group }) => group);
  let [exact, together] = [0, 0];
  for (const group of new Set([...mine.keys(), ...others.keys()])) {
    const of = group.split(' ')[0] ?? '';
    const earlier = (state: NamespaceState | undefined): string =>
      JSON.stringify(state?.slices.filter((slice) => serviceOf(slice) === of) ?? []);
    const isExact = !timeless && earlier(before?.ours) === earlier(before?.theirs);
    if (isExact) exact += 1;
    else together += 1;
    const slices = { ours: mine.get(group) ?? [], theirs: others.get(group) ?? [] };
    const old = isExact ? (before?.theirs.slices ?? []).filter((slice) => serviceOf(slice) === of) : undefined;
    differences.push(...compareGroup(group, slices, old));
  }
  return { differences, exact, together };
}

interface GroupPair {
  readonly ours: readonly SliceState[];
  readonly theirs: readonly SliceState[];
}

/** `old`: the slices of the Service before the round, where both sides had the same. */
function compareGroup(
  where: string,
  { ours, theirs }: GroupPair,
  old: readonly SliceState[] | undefined,
): Difference[] {
  const found: Difference[] = [];
  const check = (what: Difference['what'], tell: (slices: readonly SliceState[]) => unknown): void => {
    const [one, other] = [tell(ours), tell(theirs)];
    if (JSON.stringify(one) !== JSON.stringify(other)) found.push({ what, where, ours: one, theirs: other });
  };
  const distinct = (field: 'labels' | 'owners' | 'prefix') => (slices: readonly SliceState[]) =>
    [...new Set(slices.map((slice) => slice[field]))].sort();
  check('endpoints', (slices) => slices.flatMap(({ endpoints }) => endpoints).sort());
  check('hints', (slices) =>
    slices.flatMap(({ endpoints, hints }) => endpoints.map((endpoint, at) => `${endpoint} ${hints[at]}`)).sort(),
  );
  if (found[0]?.what === 'endpoints') found.splice(1);
  check('labels', distinct('labels'));
  check('owners', distinct('owners'));
  check('prefix', distinct('prefix'));
  if (old !== undefined) {
    check('slices', (slices) => slices.length);
    check('fill', (slices) => slices.map(({ endpoints }) => endpoints.length).sort((a, b) => a - b));
    // Which of two equally full slices is written is chance upstream; what is written is not.
    check('annotations', (slices) => news(slices, old, 'annotations'));
    check('generateName', (slices) => news(slices, old, 'generateName'));
  }
  return found;
}

/** What there is more of than before. */
function news(
  slices: readonly SliceState[],
  old: readonly SliceState[],
  field: 'annotations' | 'generateName',
): string[] {
  const left = old.map((slice) => slice[field]);
  return slices
    .map((slice) => slice[field])
    .filter((value) => {
      const at = left.indexOf(value);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    })
    .sort();
}
