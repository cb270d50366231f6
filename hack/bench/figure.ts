/** What a benchmark says: a number for each side, how often it was taken, and which way is better (B1, B2). */

/** Readings of one side in one benchmark, a round each. */
export type Readings = readonly number[];

export interface Figure {
  /** `create-16`, as it stands in the JSON line. */
  readonly bench: string;
  /** For people: `durable creates of ConfigMaps, 16 clients`. */
  readonly what: string;
  readonly unit: 'ops/s' | 'ms' | 'µs' | 'MB' | 'kB' | 'MB/s' | 'writes';
  readonly better: 'higher' | 'lower';
  readonly ours: Readings;
  /** Whom we are compared with, where it is not the usual one. */
  readonly peer?: string;
  /** Empty when the peer is missing. */
  readonly theirs: Readings;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(readings: Readings): Spread | undefined {
  if (readings.length === 0) return undefined;
  const sorted = readings.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0;
  return { median: (low + high) / 2, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** Above 1 is better for us, whichever way the unit points. */
export function ratioOf(ours: number, theirs: number, better: Figure['better']): number {
  return better === 'higher' ? ours / theirs : theirs / ours;
}

/** The JSON line of B1: without a peer it has no ratio. */
export interface FigureLine {
  readonly bench: string;
  readonly what: string;
  readonly ours: number;
  readonly oursMin: number;
  readonly oursMax: number;
  readonly peer?: string;
  readonly theirs?: number;
  readonly theirsMin?: number;
  readonly theirsMax?: number;
  readonly ratio?: number;
  readonly unit: Figure['unit'];
  readonly better: Figure['better'];
  /** Rounds of each side. */
  readonly n: number;
}

export function toLine(figure: Figure, peer: string): FigureLine {
  const ours = spreadOf(figure.ours);
  const theirs = spreadOf(figure.theirs);
  if (ours === undefined) throw new Error(`${figure.bench} has no reading`);
  const { bench, what, unit, better } = figure;
  return {
    bench,
    what,
    ours: round(ours.median),
    oursMin: round(ours.min),
    oursMax: round(ours.max),
    ...(theirs === undefined
      ? {}
      : {
          peer,
          theirs: round(theirs.median),
          theirsMin: round(theirs.min),
          theirsMax: round(theirs.max),
          ratio: round(ratioOf(ours.median, theirs.median, better)),
        }),
    unit,
    better,
    n: figure.ours.length,
  };
}

/** Three significant digits, more for large numbers: what a noisy machine can tell. */
const round = (value: number): number => (value >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));

/** One line for a terminal. */
export function toText(line: FigureLine): string {
  const own = `ours ${shown(line.ours)} (${shown(line.oursMin)}–${shown(line.oursMax)})`;
  const other =
    line.theirs === undefined
      ? 'no peer to compare with'
      : `theirs ${shown(line.theirs)} (${shown(line.theirsMin)}–${shown(line.theirsMax)})  ×${line.ratio}`;
  return `${line.what.padEnd(52)} ${own}  ${other}  ${line.unit}, ${line.better} is better, n=${line.n}`;
}

export const shown = (value: number | undefined): string => value?.toLocaleString('en-US') ?? '–';
