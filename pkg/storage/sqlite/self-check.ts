import { existsSync, readFileSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock/index.ts';
import { isBusy, isCorrupt, StoreCorruptedError, StoreOpenError } from './errors.ts';
import { APPLICATION_ID, createSchema, FORMAT_VERSION, PAGE_BYTES, schemaOf } from './schema.ts';
import { NUMBER_NAMES, Tables } from './tables.ts';
import type { VersionRow } from './version.ts';
import { verified } from './version.ts';
import { findWalDamage } from './wal-check.ts';

/** How far the check goes; what it leaves out is found when the row is read. */
export interface SelfCheckLimits {
  /** SQLite's own check of its pages is left out for a larger file. */
  readonly quickCheckBytes: number;
  /** Rows are checked, newest first, until this is used up. */
  readonly rowsMs: number;
}

const ROWS_AT_ONCE = 500;

/**
 * Looks at the files before they are opened for writing, and touches nothing: first the log, which SQLite would cut
 * at its first wrong frame without a word, then format, pages and rows over a read-only connection.
 *
 * Throws StoreOpenError: 'corrupted' (F42), 'newer format', 'foreign', or 'locked' when SQLite finds the file held.
 */
export function selfCheck(path: string, clock: Clock, limits: SelfCheckLimits): void {
  checkLog(path);
  if (statSync(path).size === 0) throw corrupted(path, 'the file is empty');
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
    checkFormat(db, path);
    checkSchema(db);
    if (statSync(path).size <= limits.quickCheckBytes) checkPages(db);
    checkRows(db, clock, limits.rowsMs);
    checkKeys(db);
    const tables = new Tables(db);
    tables.leases();
    for (const name of NUMBER_NAMES) tables.number(name);
  } catch (error) {
    if (isBusy(error))
      throw new StoreOpenError('locked', `${path} is in use by another process. Stop that process first.`);
    if (isCorrupt(error)) throw corrupted(path, Error.isError(error) ? error.message : String(error), error);
    throw error;
  } finally {
    db?.close();
  }
}

/** The refusal of damaged files. */
export function corrupted(path: string, what: string, cause?: unknown): StoreOpenError {
  const message =
    `${path} is damaged: ${what}. Nothing was changed. Restore the directory from a backup, or copy it away and ` +
    'start empty; `sqlite3 .recover` on the copy shows what can still be read.';
  return new StoreOpenError('corrupted', message, cause === undefined ? undefined : { cause });
}

function checkLog(path: string): void {
  const log = `${path}-wal`;
  if (!existsSync(log)) return;
  const damage = findWalDamage(readFileSync(log), PAGE_BYTES);
  if (damage !== undefined) {
    throw corrupted(
      log,
      `the frame at byte ${damage.offset} is wrong, and commits that were acknowledged lie behind it`,
    );
  }
}

function checkFormat(db: DatabaseSync, path: string): void {
  const number = (pragma: string): number => Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
  if (number('application_id') !== APPLICATION_ID) {
    throw new StoreOpenError('foreign', `${path} is not a store of this program. Choose another directory.`);
  }
  const version = number('user_version');
  if (version > FORMAT_VERSION) {
    throw new StoreOpenError(
      'newer format',
      `${path} has format ${version}, written by a newer program; this one knows formats up to ${FORMAT_VERSION}. ` +
        'Nothing was changed. Run the newer program.',
    );
  }
  if (version < 1) throw new StoreCorruptedError(`format ${version} does not exist`);
}

/** The schema is text in the file as well, and damage there could rename a column. */
function checkSchema(db: DatabaseSync): void {
  const model = new DatabaseSync(':memory:');
  createSchema(model);
  const right = schemaOf(model);
  model.close();
  if (schemaOf(db) !== right) throw new StoreCorruptedError('its tables are not those of its format');
}

function checkPages(db: DatabaseSync): void {
  const [finding] = db.prepare('PRAGMA quick_check(1)').all();
  const text = String(finding?.['quick_check']);
  if (text !== 'ok') throw new StoreCorruptedError(text.replaceAll('\n', ' '));
}

function checkRows(db: DatabaseSync, clock: Clock, budgetMs: number): void {
  const end = clock.monotonic() + budgetMs;
  const stretch = db.prepare('SELECT * FROM revisions WHERE revision < ? ORDER BY revision DESC LIMIT ?');
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = stretch.all(before, ROWS_AT_ONCE) as unknown as VersionRow[];
    for (const row of rows) verified(row);
    const last = rows.at(-1);
    if (last === undefined || clock.monotonic() > end) return;
    before = last.revision;
  }
}

/** `keys` has no checksums of its own; it must say what the history says. */
function checkKeys(db: DatabaseSync): void {
  const wrong = db
    .prepare(
      'SELECT k.revision AS revision FROM keys k LEFT JOIN revisions r ON r.revision = k.revision ' +
        'WHERE r.key IS NOT k.key OR k.live IS NOT (r.value IS NOT NULL) OR k.lease IS NOT r.lease LIMIT 1',
    )
    .get();
  if (wrong !== undefined) {
    throw new StoreCorruptedError(`the key table and revision ${Number(wrong['revision'])} contradict each other`);
  }
  const lost = db
    .prepare(
      'SELECT r.revision AS revision FROM revisions r LEFT JOIN keys k ON k.key = r.key ' +
        'WHERE k.revision IS NULL OR k.revision < r.revision LIMIT 1',
    )
    .get();
  if (lost !== undefined) throw new StoreCorruptedError(`the key table has lost revision ${Number(lost['revision'])}`);
}
