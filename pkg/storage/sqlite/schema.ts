import type { DatabaseSync } from 'node:sqlite';

/** Name of the database in the data directory; its log is beside it with `-wal` appended. */
export const DATABASE_FILE = 'store.db';

/** Marks the file as ours: "Frld". */
export const APPLICATION_ID = 0x46726c64;

/** Raised when an older program could not read what a newer one writes; a file of a newer format is refused. */
export const FORMAT_VERSION = 1;

/** Stated rather than left to SQLite's default, because the log check reads pages. */
export const PAGE_BYTES = 4096;

/**
 * DS1. `revisions` is the history, append-only but for compaction. `keys` says which revision stands, for deleted keys
 * too until compaction forgets them. `previous` is the revision of the same key before this one, across deletions; 0:
 * none. A NULL value is a deletion. `checksum` covers the row (F42: stock SQLite has none in its pages); `keys` does
 * without, as it must agree with `revisions`.
 */
const SCHEMA = `
  CREATE TABLE revisions (
    revision INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    created INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    value TEXT,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE keys (
    key TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    live INTEGER NOT NULL,
    lease INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX keys_by_lease ON keys (lease) WHERE lease <> 0;
  CREATE TABLE leases (
    id INTEGER PRIMARY KEY,
    ttl_ms INTEGER NOT NULL,
    deadline_ms INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE numbers (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** Writes an empty store of the current format into an empty database. */
export function createSchema(db: DatabaseSync): void {
  db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA encoding = 'UTF-8';`);
  db.exec(
    `BEGIN; ${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION}; COMMIT;`,
  );
}

/**
 * Settings of every writing connection (DS2). The exclusive lock makes SQLite refuse any other process whatever the
 * lock file says, and saves the shared-memory file. Checkpoints are the driver's, which looks at their errors; so is the
 * fsync after a commit (LogSync), which NORMAL leaves out.
 */
export function configure(db: DatabaseSync): void {
  db.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = ${64 * 1024 * 1024};
    PRAGMA cache_size = -32768;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
  `);
}

/** The tables and indexes of a database, as text. */
export function schemaOf(db: DatabaseSync): string {
  const rows = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid').all();
  return rows.map((row) => Object.values(row).join(' ')).join('\n');
}
