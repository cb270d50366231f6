/**
 * The files that SQLite keeps beside a database. Even a reader makes and writes them; who only looks puts them back.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const SUFFIXES = ['-wal', '-shm'] as const;

/** Remembers them; the function it returns makes them what they were, for a store that was looked at and refused. */
export function rememberSideFiles(path: string): () => void {
  const shared = readIfThere(`${path}-shm`);
  const had = new Set(SUFFIXES.filter((suffix) => existsSync(path + suffix)));
  return () => {
    for (const suffix of SUFFIXES) if (!had.has(suffix)) rmSync(path + suffix, { force: true });
    if (shared !== undefined) writeFileSync(`${path}-shm`, shared, { mode: 0o600 });
  };
}

/** Small: 32 KiB for each 4,000 pages of the log. The log itself is never written by who only reads. */
function readIfThere(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}
