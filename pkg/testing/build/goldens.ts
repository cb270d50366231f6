import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

/** One row of a scenario catalogue: what is given, and what is expected of it. */
export interface Golden<Given, Expected> {
  readonly id: string;
  readonly says: string;
  readonly given: Given;
  readonly expect: Expected;
}

/** All rows of a testdata folder, file by file: `[file, rows]`. */
export function goldens<Given, Expected>(folder: string): [string, Golden<Given, Expected>[]][] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort();
  return files.map((file) => [
    basename(file, '.yaml'),
    parse(readFileSync(join(folder, file), 'utf8')) as Golden<Given, Expected>[],
  ]);
}
