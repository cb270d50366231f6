import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Timer } from '../../clock/index.ts';
import type { StoreEvent } from '../store.ts';
import { StoreBusyError, StoreUnavailableError } from '../store.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Trouble } from './errors.ts';
import { resultCode, StoreCorruptedError, toTrouble, unavailable } from './errors.ts';
import type { SqliteObserver } from './observer.ts';
import type { LogFile } from './log-sync.ts';
import type { Committed } from './reader.ts';
import type { Sweep } from './sweep.ts';
import type { Tables } from './tables.ts';
import { Transaction } from './transaction.ts';

/** A unit of work waiting for the next commit. */
interface Job {
  /** Does it, and returns what tells the caller once it is durable. */
  run(transaction: Transaction): () => void;
  reject(error: Error): void;
  readonly bytes: number;
}

/** A commit that the log has but perhaps not the disk. */
interface Unsynced {
  readonly jobs: readonly Job[];
  readonly answers: readonly (() => void)[];
  readonly transaction: Transaction;
  readonly sweptTo: number;
  readonly start: number;
}

/** Bounds of one commit, which blocks the process while SQLite works. */
const MAX_JOBS = 512;
const MAX_BYTES = 8 * 1024 * 1024;
/** Bound of the queue (P10); a server limits its requests long before. */
const MAX_WAITING = 16_384;
/** Compaction's share of a commit: faster than writers make work for it, so that it cannot fall behind for ever. */
const SWEEP_PER_JOB = 4;
const SWEEP_AT_LEAST = 256;
/** How often a full disk is tried again when nobody writes. */
const PROBE_MS = 1000;

/** What a commit works with and reports to. */
export interface GroupCommitParts {
  readonly db: DatabaseSync;
  readonly tables: Tables;
  readonly sweep: Sweep;
  readonly checkpoints: Checkpoints;
  readonly log: LogFile;
  readonly clock: Clock;
  readonly observer: SqliteObserver;
  /** Moved forward by each commit. */
  readonly committed: Committed;
  /** Called right after a commit, before anybody learns of it in another way (K3, DS6). */
  readonly publish: (events: readonly StoreEvent[], revision: number) => void;
}

/**
 * Collects the writes that come while the last commit goes to disk, commits them together with one fsync and only then
 * answers (DS3). One commit: begin, each job in order of arrival, a stretch of the sweep, COMMIT, fsync in another
 * thread, publish, answer. There is one at a time; readers do not see it before it is published.
 */
export class GroupCommit {
  readonly #parts: GroupCommitParts;
  #waiting: Job[] = [];
  #scheduled = false;
  #unsynced: Unsynced | undefined;
  #closing = false;
  #trouble: Trouble | undefined;
  #probe: Timer | undefined;

  constructor(parts: GroupCommitParts) {
    this.#parts = parts;
    if (parts.sweep.pending(parts.committed.compactRevision)) this.#schedule();
  }

  /** Why writes are refused, if they are. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** Does the work in the next commit; settles when that is durable. `bytes`: about how much it writes. */
  submit<T>(bytes: number, work: (transaction: Transaction) => T): Promise<T> {
    if (this.#closing) return Promise.reject(new StoreUnavailableError('the store is closed'));
    if (this.#trouble?.fatal === true) return Promise.reject(unavailable(this.#trouble));
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new StoreBusyError(`${MAX_WAITING} writes are waiting for the disk already`));
    }
    return new Promise((resolve, reject) => {
      const run = (transaction: Transaction): (() => void) => {
        try {
          const result = work(transaction);
          return () => resolve(result);
        } catch (error) {
          if (isEngineError(error)) throw error;
          return () => reject(error);
        }
      };
      this.#waiting.push({ run, reject, bytes });
      this.#schedule();
    });
  }

  /** Finishes what waits and takes no more. */
  close(): void {
    this.#closing = true;
    this.#probe?.cancel();
    if (this.#unsynced !== undefined) this.#syncNow(this.#unsynced);
    while (this.#waiting.length > 0) this.#flush();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#unsynced !== undefined) return;
      if (this.#waiting.length > 0 || !this.#closing) this.#flush();
    });
  }

  #flush(): void {
    const { db, tables, sweep, clock, committed } = this.#parts;
    const jobs = this.#take();
    if (this.#trouble?.fatal === true) {
      for (const job of jobs) job.reject(unavailable(this.#trouble));
      return;
    }
    const transaction = new Transaction(tables, committed);
    let answers: (() => void)[];
    let sweptTo: number;
    const start = clock.monotonic();
    try {
      db.exec('BEGIN IMMEDIATE');
      answers = jobs.map((job) => job.run(transaction));
      // The floor of a compaction in this very commit does not count yet: it is not promised before it is durable.
      const sweepRows = Math.max(SWEEP_AT_LEAST, SWEEP_PER_JOB * jobs.length);
      sweptTo = sweep.step(committed.compactRevision, sweepRows);
      db.exec('COMMIT');
    } catch (error) {
      this.#fail(error, jobs);
      return;
    }
    this.#sync({ jobs, answers, transaction, sweptTo, start });
  }

  #sync(unsynced: Unsynced): void {
    if (!unsynced.transaction.wrote) {
      this.#finish(unsynced);
      return;
    }
    this.#unsynced = unsynced;
    this.#parts.committed.ahead = true;
    if (this.#closing) {
      this.#syncNow(unsynced);
      return;
    }
    this.#parts.log.run((error) => {
      // Unless closing the store was quicker.
      if (this.#unsynced !== unsynced) return;
      if (error === null) this.#finish(unsynced);
      else this.#lose(error, unsynced);
    });
  }

  #syncNow(unsynced: Unsynced): void {
    try {
      this.#parts.log.runNow();
    } catch (error) {
      this.#lose(error, unsynced);
      return;
    }
    this.#finish(unsynced);
  }

  /** The commit is durable. */
  #finish({ jobs, answers, transaction, sweptTo, start }: Unsynced): void {
    const { sweep, clock, observer, committed, publish } = this.#parts;
    this.#unsynced = undefined;
    committed.ahead = false;
    committed.revision = transaction.revision;
    committed.compactRevision = transaction.compactRevision;
    sweep.committed(sweptTo);
    if (transaction.wrote) {
      this.#setTrouble(undefined);
      observer.committed?.(transaction.events.length, (clock.monotonic() - start) / 1000);
    }
    if (transaction.events.length > 0) publish(transaction.events, transaction.revision);
    for (const answer of answers) answer();
    this.#goOn(jobs);
  }

  /** F44: nobody knows what the disk holds. Readers go on with what was there before. */
  #lose(cause: unknown, { jobs }: Unsynced): void {
    this.#unsynced = undefined;
    const trouble = { ...toTrouble(cause), fatal: true };
    this.#setTrouble(trouble);
    for (const job of jobs) job.reject(unavailable(trouble, cause));
    if (this.#waiting.length > 0) this.#schedule();
  }

  /** What a commit leaves to do: copying the log once in a while, and the next commit. */
  #goOn(jobs: readonly Job[]): void {
    const { sweep, committed, checkpoints } = this.#parts;
    const bytes = jobs.reduce((sum, job) => sum + job.bytes, 0);
    checkpoints.wrote(jobs.length, bytes);
    // In a turn of its own, behind the answers.
    if (checkpoints.due && !this.#closing) setImmediate(() => this.#checkpoint());
    if (this.#waiting.length > 0 || (sweep.pending(committed.compactRevision) && !this.#closing)) this.#schedule();
  }

  #checkpoint(): void {
    const { checkpoints, clock, observer } = this.#parts;
    if (this.#closing || this.#trouble?.fatal === true || !checkpoints.due) return;
    const start = clock.monotonic();
    try {
      checkpoints.run();
      observer.checkpointed?.((clock.monotonic() - start) / 1000);
    } catch (error) {
      // Without space the log goes on growing in its place until a commit meets the same; all else is final.
      const trouble = toTrouble(error);
      if (trouble.fatal) this.#setTrouble(trouble);
    }
  }

  #take(): Job[] {
    let bytes = 0;
    const tooMany = this.#waiting.findIndex((job, index) => {
      bytes += job.bytes;
      return index > 0 && (index >= MAX_JOBS || bytes > MAX_BYTES);
    });
    return this.#waiting.splice(0, tooMany === -1 ? this.#waiting.length : tooMany);
  }

  /** Nothing of the commit happened: the revisions it would have used are free again, as nobody has seen them. */
  #fail(cause: unknown, jobs: readonly Job[]): void {
    const { db } = this.#parts;
    let trouble = toTrouble(cause);
    try {
      if (db.isTransaction) db.exec('ROLLBACK');
    } catch (error) {
      trouble = { ...toTrouble(error), fatal: true };
    }
    this.#setTrouble(trouble);
    for (const job of jobs) job.reject(unavailable(trouble, cause));
    if (!trouble.fatal) this.#probeLater();
    if (this.#waiting.length > 0) this.#schedule();
  }

  #probeLater(): void {
    if (this.#closing) return;
    this.#probe?.cancel();
    this.#probe = this.#parts.clock.after(PROBE_MS, () => {
      this.submit(0, (transaction) => transaction.probe()).catch(() => {});
    });
  }

  #setTrouble(trouble: Trouble | undefined): void {
    if (trouble?.message === this.#trouble?.message) return;
    if (trouble === undefined) this.#probe?.cancel();
    this.#trouble = trouble;
    this.#parts.observer.trouble?.(trouble);
  }
}

/** Errors of the database end the commit; all others are an answer to one caller. */
function isEngineError(error: unknown): boolean {
  return resultCode(error) !== undefined || error instanceof StoreCorruptedError;
}
