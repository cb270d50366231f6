/** For the trouble tests: a store whose database fails on command. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { VirtualClock } from '../../clock/index.ts';
import { TemporaryDirectory } from '../contract/temporary-directory.ts';
import type { Trouble } from './errors.ts';
import { openSqliteStore } from './open.ts';
import { LogSync, type LogFile } from './log-sync.ts';
import { configure, DATABASE_FILE } from './schema.ts';
import { SqliteStore } from './store.ts';

/** SQLite's result codes for the faults of a disk. */
export const DISK_FULL = 13;
export const FSYNC_FAILED = 1034;

/** A store on a real database, the means to break it, and what its observer was told. */
export class FaultyStore implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly troubles: (Trouble | undefined)[] = [];
  readonly commits: { writes: number; seconds: number }[] = [];
  checkpoints = 0;
  /** Called before each fsync of the log; what it returns is the error of that fsync. */
  onSync: () => Promise<Error | null> | null = () => null;
  readonly store: SqliteStore;
  /** The database as it is, for tests that spoil it from below. */
  readonly db: DatabaseSync;
  /** Called with each statement that the driver executes; throws to make it fail. */
  onStatement: (sql: string) => void = () => {};
  readonly #scratch: TemporaryDirectory;
  #told: (() => void)[] = [];

  static async make(): Promise<FaultyStore> {
    const scratch = new TemporaryDirectory();
    const directory = join(scratch.path, 'store');
    await (await openSqliteStore({ directory })).close();
    return new FaultyStore(scratch, join(directory, DATABASE_FILE));
  }

  constructor(scratch: TemporaryDirectory, path: string) {
    this.#scratch = scratch;
    this.db = new DatabaseSync(path);
    configure(this.db);
    const observer = {
      committed: (writes: number, seconds: number) => void this.commits.push({ writes, seconds }),
      checkpointed: () => void (this.checkpoints += 1),
      trouble: (trouble: Trouble | undefined) => {
        this.troubles.push(trouble);
        for (const resolve of this.#told.splice(0)) resolve();
      },
    };
    this.store = new SqliteStore({
      db: this.#faulty(),
      path,
      log: this.#faultyLog(`${path}-wal`),
      clock: this.clock,
      observer,
      unlock: () => {},
    });
  }

  /** Makes every statement that starts like this fail with that result code. */
  break(start: string, errcode: number): void {
    this.onStatement = (sql) => {
      if (sql.startsWith(start)) throw Object.assign(new Error(`injected result ${errcode}`), { errcode });
    };
  }

  /** Takes the fault away. */
  mend(): void {
    this.onStatement = () => {};
  }

  /** Settles when the observer is next told of a change. */
  told(): Promise<void> {
    return new Promise((resolve) => this.#told.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
    this.#scratch[Symbol.dispose]();
  }

  #faultyLog(path: string): LogFile {
    const log = new LogSync(path);
    return {
      run: (done) => {
        const held = this.onSync();
        if (held === null) log.run(done);
        else void held.then((error) => (error === null ? log.run(done) : done(error)));
      },
      runNow: () => log.runNow(),
      close: () => log.close(),
    };
  }

  #faulty(): DatabaseSync {
    return new Proxy(this.db, {
      get: (db, name) => {
        const member: unknown = Reflect.get(db, name, db);
        if (typeof member !== 'function') return member;
        return (...values: unknown[]): unknown => {
          if (name === 'exec' || name === 'prepare') this.onStatement(String(values[0]));
          return Reflect.apply(member, db, values);
        };
      },
    });
  }
}
