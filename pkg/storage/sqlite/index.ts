export type { RefusalReason, Trouble } from './errors.ts';
export { StoreCorruptedError, StoreOpenError } from './errors.ts';
export type { SqliteObserver } from './observer.ts';
export type { SqliteStoreOptions } from './open.ts';
export { openSqliteStore } from './open.ts';
