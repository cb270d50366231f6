/** Many stories at once, round by round on both sides. */
import { compare, type Difference, type Pair } from './compare.ts';
import type { Operation, Story } from './operation.ts';
import { sharedNodes } from './profiles.ts';
import { knownReason, type Context } from './register.ts';
import { makeNamespace } from './sentinel.ts';
import { startSide, type Side } from './side.ts';
import type { NamespaceState } from './state.ts';
import { nodeOperations } from './node-life.ts';

export interface WaveResult {
  /** The first of each story, with all that is needed to look at it again. */
  readonly differences: readonly object[];
  readonly known: ReadonlySet<string>;
  readonly knownTimes: number;
  readonly exact: number;
  readonly together: number;
  /** Operations that the servers refused, both alike. */
  readonly refused: number;
  readonly writes: { readonly ours: number; readonly theirs: number };
  /** Of each story, what upstream left after each round. */
  readonly recorded: readonly (readonly NamespaceState[])[];
}

/** How many namespaces are worked on at the same time. */
const lanes = 24;

export async function playWave(
  stories: readonly Story[],
  max: number,
  tell: (text: string) => void,
): Promise<WaveResult> {
  await using ours = await startSide('ours', { maxEndpointsPerSlice: max });
  await using theirs = await startSide('theirs', { maxEndpointsPerSlice: max });
  const sides = [ours, theirs];
  const namespaces = stories.map(({ namespace }) => namespace);
  for (const side of sides) await prepare(side, namespaces);
  const wave = new Wave(stories);
  const rounds = Math.max(...stories.map((story) => story.rounds.length));
  let begun = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    const operations = (story: Story): readonly Operation[] => story.rounds[round] ?? [];
    const codes = await Promise.all(sides.map((side) => performAll(side, stories, operations)));
    await Promise.all(sides.map((side) => side.settle()));
    wave.refusals(round, codes);
    const [mine, others] = await Promise.all(sides.map((side) => side.states(namespaces)));
    if (mine !== undefined && others !== undefined) wave.look(round, mine, others);
    if (round % 8 !== 7) continue;
    const seconds = ((performance.now() - begun) / 8000).toFixed(1);
    tell(`${round + 1} of ${rounds} rounds, ${seconds} s each, ${wave.differences.length} stories differ`);
    begun = performance.now();
  }
  const [oursWritten, theirsWritten] = await Promise.all(sides.map((side) => side.writes()));
  return wave.result(oursWritten ?? new Map(), theirsWritten ?? new Map(), tell);
}

async function prepare(side: Side, namespaces: readonly string[]): Promise<void> {
  for (const node of sharedNodes) {
    for (const operation of nodeOperations({ ...node, inReckoning: true })) await side.perform(operation);
  }
  await inLanes(namespaces, (namespace) => makeNamespace(side.send, namespace));
  await side.settle();
  await side.writes();
}

/** The status codes of each story. */
function performAll(
  side: Side,
  stories: readonly Story[],
  of: (story: Story) => readonly Operation[],
): Promise<number[][]> {
  return inLanes(stories, async (story) => {
    const codes: number[] = [];
    for (const operation of of(story)) codes.push(await side.perform(operation));
    return codes;
  });
}

async function inLanes<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

class Wave {
  readonly differences: object[] = [];
  readonly #stories: readonly Story[];
  readonly #last = new Map<string, Pair>();
  readonly #known = new Set<string>();
  readonly #told = new Set<string>();
  readonly #recorded: NamespaceState[][] = [];
  #knownTimes = 0;
  #exact = 0;
  #together = 0;
  #refused = 0;

  constructor(stories: readonly Story[]) {
    this.#stories = stories;
  }

  /** What one server refuses, the other must refuse too, or nothing that follows can be compared. */
  refusals(round: number, [ours, theirs]: readonly number[][][]): void {
    for (const [at, story] of this.#stories.entries()) {
      const codes = [ours?.[at] ?? [], theirs?.[at] ?? []];
      this.#refused += (codes[0] ?? []).filter((code) => code >= 400).length;
      if (!agree(codes[0] ?? [], codes[1] ?? [])) this.#report(story, round, { what: 'codes', codes });
    }
  }

  look(round: number, ours: Map<string, NamespaceState>, theirs: Map<string, NamespaceState>): void {
    for (const [at, story] of this.#stories.entries()) {
      const pair = { ours: ours.get(story.namespace), theirs: theirs.get(story.namespace) };
      if (pair.ours === undefined || pair.theirs === undefined || story.rounds.length <= round) continue;
      const now: Pair = { ours: pair.ours, theirs: pair.theirs };
      const timeless = (story.rounds[round]?.length ?? 0) > 2;
      const { differences, exact, together } = compare(this.#last.get(story.namespace), now, timeless);
      this.#exact += exact;
      this.#together += together;
      this.#last.set(story.namespace, now);
      (this.#recorded[at] ??= []).push(now.theirs);
      const unexplained = differences.filter(
        (difference) => !this.#explain(difference, { story, operations: story.rounds[round] ?? [], now }),
      );
      if (unexplained.length > 0) this.#report(story, round, { differences: unexplained });
    }
  }

  result(ours: Map<string, string[]>, theirs: Map<string, string[]>, tell: (text: string) => void): WaveResult {
    const count = (writes: Map<string, string[]>): number =>
      this.#stories.reduce((sum, { namespace }) => sum + (writes.get(namespace)?.length ?? 0), 0);
    for (const [name, writes] of [
      ['ours', ours],
      ['upstream', theirs],
    ] as const) {
      const all = this.#stories.flatMap(({ namespace }) => writes.get(namespace) ?? []);
      tell(`${name} wrote ${JSON.stringify(tally(all))}`);
    }
    const more = this.#stories
      .map(({ namespace, profile }) => ({
        namespace,
        profile,
        ours: tally(ours.get(namespace) ?? []),
        theirs: tally(theirs.get(namespace) ?? []),
        surplus: (ours.get(namespace)?.length ?? 0) - (theirs.get(namespace)?.length ?? 0),
      }))
      .sort((a, b) => b.surplus - a.surplus)
      .slice(0, 3);
    for (const each of more.filter(({ surplus }) => surplus > 0)) tell(`more writes: ${JSON.stringify(each)}`);
    return {
      differences: this.differences,
      known: this.#known,
      knownTimes: this.#knownTimes,
      exact: this.#exact,
      together: this.#together,
      refused: this.#refused,
      writes: { ours: count(ours), theirs: count(theirs) },
      recorded: this.#recorded,
    };
  }

  #explain(difference: Difference, context: Context): boolean {
    const why = knownReason(difference, context);
    if (why === undefined) return false;
    this.#known.add(why);
    this.#knownTimes += 1;
    return true;
  }

  #report(story: Story, round: number, what: object): void {
    if (this.#told.has(story.namespace)) return;
    this.#told.add(story.namespace);
    const operations = story.rounds.slice(Math.max(0, round - 2), round + 1);
    this.differences.push({ seed: story.seed, profile: story.profile, round, ...what, operations });
  }
}

/** 0: there was no such slice to lay hands on. How many there are is compared with the states. */
const agree = (ours: readonly number[], theirs: readonly number[]): boolean =>
  ours.length === theirs.length && ours.every((code, at) => code === theirs[at] || code === 0 || theirs[at] === 0);

function tally(writes: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const write of writes) counts.set(write, (counts.get(write) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
