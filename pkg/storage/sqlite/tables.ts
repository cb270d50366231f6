import { Buffer } from 'node:buffer';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { KeyRange } from '../key-range.ts';
import { StoreCorruptedError } from './errors.ts';
import type { Version, VersionRow } from './version.ts';
import { checksumOf, verified } from './version.ts';

/** A row of `keys`. */
export interface KeyRow {
  readonly key: string;
  readonly revision: number;
  readonly live: number;
}

/** A row of `leases`. */
export interface Lease {
  readonly id: number;
  readonly ttl_ms: number;
  readonly deadline_ms: number;
}

/**
 * Numbers of the store as a whole, all there from the first day:
 * - compact revision: reads and watches below it fail;
 * - swept revision: what compaction made superfluous before it is gone;
 * - revision: the last one is at least this, whatever the rows say; raised after a restore (K1);
 * - lease: the last one that was granted.
 */
export const NUMBER_NAMES = ['compact revision', 'swept revision', 'revision', 'lease'] as const;

/** One of them. */
export type NumberName = (typeof NUMBER_NAMES)[number];

/** SQLite sorts every blob behind every text. */
const BEHIND_ALL_KEYS = Buffer.alloc(0);

const VERSION = 'r.revision, r.key, r.created, r.previous, r.lease, r.value, r.checksum';

/** The statements of the driver, each prepared once (DS5), as functions with types. Reads verify what they return. */
export class Tables {
  readonly #latest: StatementSync;
  readonly #at: StatementSync;
  readonly #append: StatementSync;
  readonly #point: StatementSync;
  readonly #liveVersions: StatementSync;
  readonly #keys: StatementSync;
  readonly #countLive: StatementSync;
  readonly #between: StatementSync;
  readonly #number: StatementSync;
  readonly #setNumber: StatementSync;
  readonly #lastRevision: StatementSync;
  readonly #leases: StatementSync;
  readonly #hasLease: StatementSync;
  readonly #grant: StatementSync;
  readonly #endLease: StatementSync;
  readonly #keysOfLease: StatementSync;

  constructor(db: DatabaseSync) {
    const from = (rest: string): StatementSync => db.prepare(`SELECT ${VERSION} FROM ${rest}`);
    this.#latest = from('keys k LEFT JOIN revisions r ON r.revision = k.revision WHERE k.key = ?');
    this.#at = from('revisions r WHERE r.revision = ?');
    this.#append = db.prepare('INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#point = db.prepare(
      'INSERT INTO keys VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE ' +
        'SET revision = excluded.revision, live = excluded.live, lease = excluded.lease',
    );
    this.#liveVersions = from(
      'keys k LEFT JOIN revisions r ON r.revision = k.revision ' +
        'WHERE k.key >= ? AND k.key < ? AND k.live = 1 ORDER BY k.key LIMIT ?',
    );
    this.#keys = db.prepare('SELECT key, revision, live FROM keys WHERE key >= ? AND key < ? ORDER BY key');
    this.#countLive = db.prepare('SELECT count(*) AS count FROM keys WHERE key >= ? AND key < ? AND live = 1');
    this.#between = from(
      'revisions r WHERE r.revision BETWEEN ? AND ? AND r.key >= ? AND r.key < ? ORDER BY r.revision',
    );
    this.#number = db.prepare('SELECT value, checksum FROM numbers WHERE name = ?');
    this.#setNumber = db.prepare('INSERT OR REPLACE INTO numbers VALUES (?, ?, ?)');
    this.#lastRevision = db.prepare('SELECT max(revision) AS revision FROM revisions');
    this.#leases = db.prepare('SELECT id, ttl_ms, deadline_ms, checksum FROM leases ORDER BY id');
    this.#hasLease = db.prepare('SELECT id FROM leases WHERE id = ?');
    this.#grant = db.prepare('INSERT INTO leases VALUES (?, ?, ?, ?)');
    this.#endLease = db.prepare('DELETE FROM leases WHERE id = ?');
    this.#keysOfLease = db.prepare('SELECT key FROM keys WHERE lease = ? ORDER BY key');
  }

  /** The last version of a key, which may be its deletion. */
  latest(key: string): Version | undefined {
    return optional(this.#latest.get(key));
  }

  /** The version that this revision made, unless compaction took it. */
  at(revision: number): Version | undefined {
    return optional(this.#at.get(revision));
  }

  /** Writes a version and makes it the one that stands. */
  append(version: Version): void {
    const { revision, key, created, previous, lease, value } = version;
    this.#append.run(revision, key, created, previous, lease, value, checksumOf(version));
    this.#point.run(key, revision, value === null ? 0 : 1, lease);
  }

  /** What stands in the range, in byte order; limit -1: all. */
  live({ start, end }: KeyRange, limit: number): Version[] {
    return rows<VersionRow>(this.#liveVersions.all(start, end ?? BEHIND_ALL_KEYS, limit)).map(verified);
  }

  /** How many keys stand in the range. */
  countLive({ start, end }: KeyRange): number {
    const row = this.#countLive.get(start, end ?? BEHIND_ALL_KEYS);
    return Number(row?.['count']);
  }

  /** All keys that are remembered in the range, deleted ones too. */
  keys({ start, end }: KeyRange): KeyRow[] {
    return rows<KeyRow>(this.#keys.all(start, end ?? BEHIND_ALL_KEYS));
  }

  /** Versions of the keys in the range that were made from one revision to another, both inclusive. */
  between(first: number, last: number, { start, end }: KeyRange): Version[] {
    return rows<VersionRow>(this.#between.all(first, last, start, end ?? BEHIND_ALL_KEYS)).map(verified);
  }

  /** One of the store's numbers. */
  number(name: NumberName): number {
    const row = this.#number.get(name);
    const value = Number(row?.['value']);
    if (row === undefined || numberChecksum(name, value) !== row['checksum']) {
      throw new StoreCorruptedError(`the stored ${name} is damaged or missing`);
    }
    return value;
  }

  /** Changes one of them. */
  setNumber(name: NumberName, value: number): void {
    this.#setNumber.run(name, value, numberChecksum(name, value));
  }

  /** The last revision that was committed; 1 in an empty store. */
  lastRevision(): number {
    return Math.max(1, Number(this.#lastRevision.get()?.['revision'] ?? 0), this.number('revision'));
  }

  /** Leases that have not ended. */
  leases(): Lease[] {
    return rows<Lease & { readonly checksum: number }>(this.#leases.all()).map((row) => {
      if (row.checksum === leaseChecksum(row)) return row;
      throw new StoreCorruptedError(`lease ${row.id} is damaged (checksum mismatch)`);
    });
  }

  /** Whether the lease was granted and has not ended. */
  hasLease(id: number): boolean {
    return this.#hasLease.get(id) !== undefined;
  }

  /** A new lease; its number was never used before. */
  grant(ttlMs: number, deadlineMs: number): number {
    const lease = { id: this.number('lease') + 1, ttl_ms: ttlMs, deadline_ms: deadlineMs };
    this.#grant.run(lease.id, ttlMs, deadlineMs, leaseChecksum(lease));
    this.setNumber('lease', lease.id);
    return lease.id;
  }

  /** Forgets the lease. */
  endLease(id: number): void {
    this.#endLease.run(id);
  }

  /** Keys that hang on the lease, in order. */
  keysOfLease(id: number): string[] {
    return rows<{ key: string }>(this.#keysOfLease.all(id)).map(({ key }) => key);
  }
}

function numberChecksum(name: NumberName, value: number): number {
  return crc32(`${name} ${value}`);
}

function leaseChecksum({ id, ttl_ms: ttl, deadline_ms: deadline }: Lease): number {
  return crc32(`${id} ${ttl} ${deadline}`);
}

function optional(row: object | undefined): Version | undefined {
  return row === undefined ? undefined : verified(row as VersionRow);
}

function rows<Row>(found: readonly object[]): Row[] {
  return found as Row[];
}
