import type { Trouble } from './errors.ts';

/** What the driver reports for metrics; all calls come between commits, and should be quick. */
export interface SqliteObserver {
  /** A commit is on the disk: writes in it, and the seconds its COMMIT took, which is one fsync (DS4). */
  committed?(writes: number, commitSeconds: number): void;
  /** The log was copied into the database file, which took that long. */
  checkpointed?(seconds: number): void;
  /** The disk refuses writes, or (undefined) takes them again. A fatal trouble stays until the store is reopened. */
  trouble?(trouble: Trouble | undefined): void;
}
