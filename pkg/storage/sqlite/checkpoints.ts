import type { DatabaseSync } from 'node:sqlite';
import { PAGE_BYTES } from './schema.ts';

/** The log is copied into the database file whenever it has grown by about this much. */
const LOG_BYTES = 4 * 1024 * 1024;

/**
 * Keeps the write-ahead log short. How much a commit adds to it is estimated: the bytes of its values, and one page
 * of the key table for each write. Nobody else reads the file, so a passive checkpoint always finishes and the next
 * commit begins the log anew.
 */
export class Checkpoints {
  readonly #db: DatabaseSync;
  #logBytes = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Whether it is time for one. */
  get due(): boolean {
    return this.#logBytes >= LOG_BYTES;
  }

  /** A commit of that many writes with values of that size together was made. */
  wrote(writes: number, bytes: number): void {
    this.#logBytes += bytes + writes * PAGE_BYTES;
  }

  /** Copies the log. Throws when the disk does not take it; the log then still has everything. */
  run(): void {
    this.#db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
    this.#logBytes = 0;
  }
}
