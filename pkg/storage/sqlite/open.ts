import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock/index.ts';
import { systemClock } from '../../clock/index.ts';
import { prepareDirectory, syncDirectory } from './directory.ts';
import { isBusy, StoreOpenError, toTrouble } from './errors.ts';
import { acquireLock, heldBy } from './lock.ts';
import { LogSync } from './log-sync.ts';
import type { SqliteObserver } from './observer.ts';
import { configure, createSchema, DATABASE_FILE } from './schema.ts';
import { corrupted, selfCheck } from './self-check.ts';
import { rememberSideFiles } from './side-files.ts';
import { SqliteStore } from './store.ts';
import { NUMBER_NAMES, Tables } from './tables.ts';

/** How a SQLite store is opened. */
export interface SqliteStoreOptions {
  /** Made with mode 0700 if absent. */
  readonly directory: string;
  /** Time for leases and measurements; default the system's. */
  readonly clock?: Clock;
  /** For metrics. */
  readonly observer?: SqliteObserver;
  /** Files up to this size have their pages checked at start; default 1 GiB, which takes some seconds. */
  readonly quickCheckBytes?: number;
  /** Time for checking rows at start; default 10 s, some million rows. */
  readonly checkRowsMs?: number;
  /** After a restore from a backup: revisions to skip, more than can have been given out since it was made (K1). */
  readonly skipRevisions?: number;
}

/** Opens the store in a directory, or an empty one. Throws StoreOpenError when the directory cannot be used as it is. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { clock = systemClock, observer = {}, skipRevisions = 0 } = options;
  const directory = resolve(options.directory);
  const path = join(directory, DATABASE_FILE);
  prepareDirectory(directory);
  const unlock = acquireLock(directory);
  const putBack = rememberSideFiles(path);
  let db: DatabaseSync | undefined;
  let store: SqliteStore;
  try {
    if (existsSync(path)) {
      const { quickCheckBytes = 2 ** 30, checkRowsMs = 10_000 } = options;
      selfCheck(path, clock, { quickCheckBytes, rowsMs: checkRowsMs });
    } else {
      createDatabase(directory, path);
    }
    db = new DatabaseSync(path, { timeout: 1000 });
    configure(db);
    beginLogAnew(db);
    store = new SqliteStore({ db, path, log: new LogSync(`${path}-wal`), clock, observer, unlock });
  } catch (error) {
    db?.close();
    const asFound = error instanceof StoreOpenError && error.reason !== 'locked';
    if (asFound) putBack();
    unlock(asFound ? 'as found' : undefined);
    throw isBusy(error) ? heldBy(directory) : error;
  }
  if (skipRevisions > 0) await skipOrClose(store, skipRevisions);
  return store;
}

async function skipOrClose(store: SqliteStore, revisions: number): Promise<void> {
  try {
    await store.skipRevisions(revisions);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Under another name until it is whole, so that an empty or half-made file is never taken for an empty store. */
function createDatabase(directory: string, path: string): void {
  if (existsSync(`${path}-wal`)) throw corrupted(path, 'its log is there but the file itself is gone');
  const draft = `${path}-new`;
  for (const leftover of [draft, `${draft}-wal`, `${draft}-journal`]) rmSync(leftover, { force: true });
  closeSync(openSync(draft, 'wx', 0o600));
  const db = new DatabaseSync(draft);
  // One fsync at the end does for all of them: a draft that a crash leaves is thrown away.
  db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;');
  createSchema(db);
  const tables = new Tables(db);
  for (const name of NUMBER_NAMES) tables.setNumber(name, 0);
  db.close();
  const handle = openSync(draft, 'r+');
  fsyncSync(handle);
  closeSync(handle);
  renameSync(draft, path);
  syncDirectory(directory);
}

/**
 * After a crash SQLite goes on in the old log, over the remains of a torn commit. A log begun anew holds nothing that
 * the check of a later start could take for more than it is. On a full disk the old one will do.
 */
function beginLogAnew(db: DatabaseSync): void {
  try {
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  } catch (error) {
    if (toTrouble(error).fatal) throw error;
  }
}
