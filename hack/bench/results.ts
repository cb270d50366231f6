/** The last figures, kept between runs for the report (B3). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../e2e/server.ts';
import type { FigureLine } from './figure.ts';

/** A figure with what is needed to repeat it. */
export interface Kept extends FigureLine {
  readonly date: string;
  readonly command: string;
  readonly node: string;
  readonly machine: string;
}

const file = join(root, '.cache/bench.json');

export function keptResults(): Kept[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept[];
  } catch {
    return [];
  }
}

/** Newer figures take the place of older ones of the same name. */
export function keep(results: readonly Kept[]): void {
  const fresh = new Set(results.map(({ bench }) => bench));
  mkdirSync(dirname(file), { recursive: true });
  const all = [...keptResults().filter(({ bench }) => !fresh.has(bench)), ...results];
  writeFileSync(file, `${JSON.stringify(all, null, 1)}\n`);
}
