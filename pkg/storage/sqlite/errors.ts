import { StoreUnavailableError } from '../store.ts';

/** Why a data directory was refused. In each case its files are as they were. */
export type RefusalReason = 'locked' | 'corrupted' | 'newer format' | 'foreign' | 'permissions';

/** The data directory cannot be used as it is; the message says what was found and what to do. */
export class StoreOpenError extends Error {
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreOpenError';
    this.reason = reason;
  }
}

/** Stored data is not what was written. */
export class StoreCorruptedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreCorruptedError';
  }
}

/** What the engine met on its disk. */
export interface Trouble {
  readonly message: string;
  /**
   * True after an error that leaves open what the disk holds, a failed fsync above all: trying again may report
   * success for data the kernel has dropped, so this process takes no more writes (F44).
   */
  readonly fatal: boolean;
}

/** Primary result codes, and the extended one of a plain failed write. */
const FULL = 13;
const READ_ONLY = 8;
const IO_ERROR_WRITE = 778;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
const BUSY = 5;

/** The SQLite result code of an error thrown by node:sqlite. */
export function resultCode(error: unknown): number | undefined {
  if (!Error.isError(error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** Whether the error says that another connection holds the file. */
export function isBusy(error: unknown): boolean {
  return primary(error) === BUSY;
}

/** Whether the error says that the file is damaged. */
export function isCorrupt(error: unknown): boolean {
  const code = primary(error);
  return code === CORRUPT || code === NOT_A_DATABASE || error instanceof StoreCorruptedError;
}

/** Sorts an error of a transaction: a full disk may get space again (F43), all else ends writing. */
export function toTrouble(error: unknown): Trouble {
  const code = primary(error);
  const detail = Error.isError(error) ? error.message : String(error);
  if (code === FULL) return { fatal: false, message: `no space left for the store (${detail})` };
  if (code === READ_ONLY || resultCode(error) === IO_ERROR_WRITE) {
    return { fatal: false, message: `the store's files cannot be written (${detail})` };
  }
  return { fatal: true, message: `the store stopped writing after an error: ${detail}; restart to check its files` };
}

/** The trouble as the contract's error. */
export function unavailable({ message }: Trouble, cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError(message, cause === undefined ? undefined : { cause });
}

function primary(error: unknown): number | undefined {
  const code = resultCode(error);
  return code === undefined ? undefined : code & 0xff;
}
