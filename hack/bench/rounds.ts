/** A B A B …: both sides take turns, so that whatever else the machine does meets both (B2). */
import type { Figure } from './figure.ts';
import type { Side, SideName, Sides } from './sides.ts';

/** How much is done. */
export interface Effort {
  readonly rounds: number;
  readonly quick: boolean;
  /** Sizes that take an hour as well. */
  readonly large: boolean;
}

export const fullEffort: Effort = { rounds: 5, quick: false, large: false };
export const quickEffort: Effort = { rounds: 2, quick: true, large: false };

type About = Pick<Figure, 'bench' | 'what' | 'unit' | 'better'>;

/** Takes `measure` of each side in turn, `rounds` times. */
export async function alternate(
  about: About,
  sides: Sides,
  rounds: number,
  measure: (side: Side, round: number) => Promise<number>,
): Promise<Figure> {
  const readings: Record<SideName, number[]> = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1) {
    readings.ours.push(await measure(sides.ours, round));
    if (sides.theirs !== undefined) readings.theirs.push(await measure(sides.theirs, round));
  }
  return { ...about, ...readings };
}
