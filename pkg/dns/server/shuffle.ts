/** Random order of records, so that clients spread over endpoints, and short answers show all of them in turn (N17). */
import type { RRset, Sections } from '../wire/index.ts';

/** In [0, 1). */
export type RandomSource = () => number;

/** Smallest record: owner pointer, type, class, TTL, length and an IPv4 address. */
const MIN_RECORD_OCTETS = 16;

/**
 * The sections with addresses and SRV data in random order. Of a set that cannot fit into `octets` only as many are
 * drawn as could, plus one, so that the writer still sees the loss (S22).
 */
export function shuffleSections(sections: Sections, random: RandomSource, octets: number): Sections {
  const { answer, authority, additional } = sections;
  if (additional.length === 0 && !answer.some(isShuffled)) return sections;
  const most = Math.floor(octets / MIN_RECORD_OCTETS) + 1;
  const shuffled = additional.length > 1 ? draw(additional, additional.length, random) : additional;
  return {
    answer: answer.map((set) => shuffleSet(set, random, most)),
    authority,
    additional: shuffled.map((set) => shuffleSet(set, random, most)),
  };
}

function isShuffled(set: RRset): boolean {
  return set.data.length > 1 && (set.kind === 'address' || set.kind === 'srv');
}

function shuffleSet(set: RRset, random: RandomSource, most: number): RRset {
  if (set.data.length < 2) return set;
  if (set.kind === 'address') return { ...set, data: draw(set.data, most, random) };
  return set.kind === 'srv' ? { ...set, data: draw(set.data, most, random) } : set;
}

/** Up to `most` items, each choice and order equally likely: Fisher and Yates, stopped early. */
function draw<T>(items: readonly T[], most: number, random: RandomSource): T[] {
  const drawn = items.slice();
  const count = Math.min(most, drawn.length);
  for (let at = 0; at < count; at++) {
    const from = at + Math.floor(random() * (drawn.length - at));
    const item = drawn[from] as T;
    drawn[from] = drawn[at] as T;
    drawn[at] = item;
  }
  drawn.length = count;
  return drawn;
}
