import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';

/** The log of the database, as far as making it durable goes. */
export interface LogFile {
  /** Calls back when all that is in the log now is on disk, or with the error that leaves this open. */
  run(done: (error: Error | null) => void): void;
  /** The same, holding up the process; throws the error. */
  runNow(): void;
  close(): void;
}

/**
 * Makes the write-ahead log durable from a thread of node's pool, so that the process works on while the disk does
 * (DS3). SQLite itself syncs the log's name and header when it begins one, and the log before a checkpoint; what a
 * commit appends is left to this. The file is the same as long as the connection is open.
 */
export class LogSync implements LogFile {
  readonly #path: string;
  #handle: number | undefined;
  #running = false;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  run(done: (error: Error | null) => void): void {
    let handle: number;
    try {
      handle = this.#open();
    } catch (error) {
      done(error as Error);
      return;
    }
    this.#running = true;
    fdatasync(handle, (error) => {
      this.#running = false;
      if (this.#closed) this.#release();
      done(error);
    });
  }

  runNow(): void {
    fdatasyncSync(this.#open());
  }

  close(): void {
    this.#closed = true;
    if (!this.#running) this.#release();
  }

  #open(): number {
    this.#handle ??= openSync(this.#path, 'r+');
    return this.#handle;
  }

  #release(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }
}
