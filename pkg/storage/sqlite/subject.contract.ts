/** A SQLite store for the contract suites: in a scratch directory, on a virtual clock, and able to crash. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { VirtualClock } from '../../clock/index.ts';
import { TemporaryDirectory } from '../contract/temporary-directory.ts';
import type { RestartableSubject } from '../store.model.contract.ts';
import { openSqliteStore } from './index.ts';
import { LOCK_FILE } from './lock.ts';

/** An empty store in a scratch directory of its own. */
export async function makeSubject(): Promise<RestartableSubject> {
  const scratch = new TemporaryDirectory();
  return openSubject(scratch, new VirtualClock(), 0);
}

async function openSubject(
  scratch: TemporaryDirectory,
  clock: VirtualClock,
  generation: number,
): Promise<RestartableSubject> {
  const directory = join(scratch.path, String(generation));
  const store = await openSqliteStore({ directory, clock });
  return {
    store,
    async advance(ms) {
      await clock.advance(ms);
      // Settles with the next commit, which carries the expiries.
      await store.compact(0);
    },
    async restart(how) {
      const next = how === 'crash' ? generation + 1 : generation;
      // What a killed process leaves is what its files are now; the lock of this living one is not part of it.
      if (how === 'crash') cpSync(directory, join(scratch.path, String(next)), { recursive: true, filter: isNotLock });
      await store.close();
      return openSubject(scratch, clock, next);
    },
    async dispose() {
      await store.close();
      scratch[Symbol.dispose]();
    },
  };
}

function isNotLock(path: string): boolean {
  return !path.endsWith(`/${LOCK_FILE}`);
}
