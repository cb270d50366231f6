export type {
  CompactionTurn,
  KeyValue,
  RangeOptions,
  RangeResult,
  Store,
  StoreEvent,
  StoreStatus,
  WatchOptions,
  WatchSink,
  WriteOptions,
  WriteResult,
} from './store.ts';
export {
  CompactedError,
  FutureRevisionError,
  LeaseNotFoundError,
  StoreBusyError,
  StoreUnavailableError,
} from './store.ts';
export type { CompactorOptions } from './compactor.ts';
export { compactPeriodically } from './compactor.ts';
