import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock/index.ts';
import { LeaseTimer } from '../lease-timer.ts';
import { readRevision } from '../revision-window.ts';
import type {
  KeyValue,
  RangeOptions,
  RangeResult,
  Store,
  StoreStatus,
  WatchOptions,
  WatchSink,
  WriteOptions,
  WriteResult,
} from '../store.ts';
import { StoreUnavailableError } from '../store.ts';
import { Watchers } from '../watchers.ts';
import type { Write } from '../write.ts';
import { assertStorable, assertTtl } from '../write.ts';
import { Checkpoints } from './checkpoints.ts';
import { GroupCommit } from './group-commit.ts';
import type { SqliteObserver } from './observer.ts';
import type { LogFile } from './log-sync.ts';
import type { Committed } from './reader.ts';
import { Reader } from './reader.ts';
import { Sweep } from './sweep.ts';
import { Tables } from './tables.ts';

/** An open, checked and locked database, with what the store needs around it. */
export interface SqliteStoreParts {
  readonly db: DatabaseSync;
  /** Of the database file. */
  readonly path: string;
  readonly log: LogFile;
  readonly clock: Clock;
  readonly observer: SqliteObserver;
  /** Gives the directory back. */
  readonly unlock: () => void;
}

/** How long an expiry waits for a disk that takes no writes. */
const RETRY_EXPIRY_MS = 1000;

/**
 * A store in one SQLite file. Writes go through GroupCommit and are durable when answered (K10); reads see the last
 * durable commit at once, because SQLite is called synchronously and nothing is open between two calls.
 */
export class SqliteStore implements Store {
  readonly #parts: SqliteStoreParts;
  readonly #committed: Committed;
  readonly #reader: Reader;
  readonly #watchers: Watchers;
  readonly #commits: GroupCommit;
  readonly #leaseTimer: LeaseTimer;
  #closed = false;

  constructor(parts: SqliteStoreParts) {
    const { db, clock, observer } = parts;
    const tables = new Tables(db);
    this.#parts = parts;
    this.#committed = {
      revision: tables.lastRevision(),
      compactRevision: tables.number('compact revision'),
      ahead: false,
    };
    this.#reader = new Reader(tables, this.#committed);
    this.#watchers = new Watchers(this.#reader);
    this.#commits = new GroupCommit({
      log: parts.log,
      db,
      tables,
      clock,
      observer,
      committed: this.#committed,
      sweep: new Sweep(db, tables),
      checkpoints: new Checkpoints(db),
      publish: (events, revision) => this.#watchers.publish(events, revision),
    });
    this.#leaseTimer = new LeaseTimer(clock, (leases) => this.#expire(leases));
    const now = clock.now();
    for (const { id, ttl_ms: ttl, deadline_ms: deadline } of tables.leases()) {
      // The wall clock may have been set back since: a lease never lasts longer than granted.
      this.#leaseTimer.add(id, Math.min(Math.max(0, deadline - now), ttl));
    }
  }

  async currentRevision(): Promise<number> {
    this.#assertOpen();
    return this.#committed.revision;
  }

  async get(key: string, revision?: number): Promise<{ readonly kv?: KeyValue; readonly revision: number }> {
    this.#assertOpen();
    const kv = this.#reader.get(key, readRevision(this.#committed, revision));
    return kv === undefined ? { revision: this.#committed.revision } : { kv, revision: this.#committed.revision };
  }

  async range(prefix: string, options: RangeOptions = {}): Promise<RangeResult> {
    this.#assertOpen();
    return this.#reader.range(prefix, options, readRevision(this.#committed, options.revision));
  }

  async create(key: string, value: string, { lease = 0 }: WriteOptions = {}): Promise<WriteResult> {
    return this.#write({ kind: 'create', key, value, lease }, value.length);
  }

  async update(key: string, value: string, expected: number, { lease = 0 }: WriteOptions = {}): Promise<WriteResult> {
    return this.#write({ kind: 'update', key, value, expected, lease }, value.length);
  }

  async delete(key: string, expected: number): Promise<WriteResult> {
    return this.#write({ kind: 'delete', key, expected }, 0);
  }

  watch(prefix: string, sink: WatchSink, options: WatchOptions): void {
    this.#assertOpen();
    this.#watchers.add(prefix, sink, options);
  }

  async grantLease(ttlSeconds: number): Promise<number> {
    assertTtl(ttlSeconds);
    const ttlMs = Math.ceil(ttlSeconds * 1000);
    const deadlineMs = this.#parts.clock.now() + ttlMs;
    const lease = await this.#commits.submit(0, (transaction) => transaction.grantLease(ttlMs, deadlineMs));
    this.#leaseTimer.add(lease, ttlMs);
    return lease;
  }

  async compact(revision: number): Promise<void> {
    await this.#commits.submit(0, (transaction) => transaction.compact(revision));
  }

  /** Leaves a gap in the revisions, with the compaction floor behind it (K1); for a directory that was restored. */
  async skipRevisions(count: number): Promise<void> {
    await this.#commits.submit(0, (transaction) => transaction.skipRevisions(count));
  }

  async status(): Promise<StoreStatus> {
    this.#assertOpen();
    const { path } = this.#parts;
    const sizeBytes = fileBytes(path) + fileBytes(`${path}-wal`);
    const problem = this.#commits.trouble?.message;
    const { revision, compactRevision } = this.#committed;
    const status = { revision, compactRevision, sizeBytes };
    return problem === undefined ? status : { ...status, problem };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#leaseTimer.stop();
    this.#commits.close();
    this.#parts.log.close();
    this.#watchers.close(new StoreUnavailableError('the store is closed'));
    try {
      this.#parts.db.close();
    } finally {
      this.#parts.unlock();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #write(write: Write, bytes: number): Promise<WriteResult> {
    assertStorable(write);
    return this.#commits.submit(bytes, (transaction) => transaction.write(write));
  }

  #expire(leases: readonly number[]): void {
    for (const lease of leases) {
      this.#commits
        .submit(0, (transaction) => transaction.expireLease(lease))
        .catch(() => {
          if (!this.#closed) this.#leaseTimer.add(lease, RETRY_EXPIRY_MS);
        });
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreUnavailableError('the store is closed');
  }
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
