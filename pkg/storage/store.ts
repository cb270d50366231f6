/**
 * The contract between the API server and its storage engine (K2), shaped like etcd so that etcd is one driver among
 * others. Keys are paths (`/registry/services/specs/default/web`), values are JSON text; both are well-formed Unicode,
 * anything else is refused with a TypeError. Every committed write gets the next revision of one store-wide counter
 * (K1); an empty store stands at revision 1.
 */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
}

/** Which part of a range, as of when. */
export interface RangeOptions {
  /** First key of the answer, inclusive; at or after the prefix. */
  readonly startKey?: string;
  /** 0 or absent: no limit. */
  readonly limit?: number;
  /** 0 or absent: the latest. */
  readonly revision?: number;
  /** Items carry '' for their value. */
  readonly keysOnly?: boolean;
  /** No items, and `more` is false. */
  readonly countOnly?: boolean;
}

/** A snapshot of the keys under a prefix, or a page of it. */
export interface RangeResult {
  /** In byte order of the key. */
  readonly items: readonly KeyValue[];
  /** Keys at or after startKey under the prefix, ignoring the limit. */
  readonly count: number;
  readonly more: boolean;
  /** The snapshot that was read. */
  readonly revision: number;
}

/** Outcome of a conditional write: done at a revision, or refused with what stands there now (absent: no such key). */
export type WriteResult =
  | { readonly ok: true; readonly revision: number; readonly previous?: KeyValue }
  | { readonly ok: false; readonly current?: KeyValue };

/** What goes with a value. */
export interface WriteOptions {
  /** The key vanishes with this lease; a later write without one frees it. Unknown or ended: LeaseNotFoundError. */
  readonly lease?: number;
}

/** What one revision did. A put without `previous` created the key. */
export type StoreEvent =
  | { readonly type: 'put'; readonly kv: KeyValue; readonly previous?: KeyValue }
  | { readonly type: 'delete'; readonly key: string; readonly revision: number; readonly previous: KeyValue };

/** Where a watch delivers. */
export interface WatchSink {
  /** One call per commit batch, revisions ascending. Embedded drivers call before the write's promise resolves (K3). */
  events(events: readonly StoreEvent[]): void;
  /** Everything up to this revision has been delivered. Called after every commit, whatever its keys. */
  progress?(revision: number): void;
  /** The watch is over and will not come back: compacted below `fromRevision`, engine closed, connection lost. */
  error(error: Error): void;
}

/** From when on, and until when. */
export interface WatchOptions {
  /** First revision wanted (an object's version + 1). One that lies ahead is waited for (L29). */
  readonly fromRevision: number;
  readonly signal: AbortSignal;
}

/** How the store is. */
export interface StoreStatus {
  readonly revision: number;
  readonly compactRevision: number;
  readonly sizeBytes: number;
  /** Absent when healthy; else why writes are refused (K13). */
  readonly problem?: string;
}

/** What a server knows of the compaction that it shares with others (K21). */
export interface CompactionTurn {
  /** This server compacts this time, to the revision of the turn before. */
  readonly won: boolean;
  /** How many turns there have been. */
  readonly round: number;
  /** As of this turn. */
  readonly revision: number;
}

/** A storage engine. `pkg/storage/README.md` has the promises that hold across calls. */
export interface Store extends AsyncDisposable {
  /** Other processes write to it as well: what this one has seen may be old. */
  readonly shared?: boolean;
  /** Linearizable. */
  currentRevision(): Promise<number>;
  /** Throws CompactedError or FutureRevisionError for an impossible revision; 0 or absent: the latest. */
  get(key: string, revision?: number): Promise<{ readonly kv?: KeyValue; readonly revision: number }>;
  range(prefix: string, options?: RangeOptions): Promise<RangeResult>;
  /** Succeeds only if the key is absent. */
  create(key: string, value: string, options?: WriteOptions): Promise<WriteResult>;
  /** Compare-and-put on modRevision. */
  update(key: string, value: string, expectedModRevision: number, options?: WriteOptions): Promise<WriteResult>;
  /** Compare-and-delete; consumes a revision of its own (C6). */
  delete(key: string, expectedModRevision: number): Promise<WriteResult>;
  /**
   * Gapless, ordered, with previous values; starts with the events at `fromRevision` that already happened. The sink
   * is never called before this returns, nor after the signal fires. A sink that throws loses its watch.
   */
  watch(prefix: string, sink: WatchSink, options: WatchOptions): void;
  /** Keys attached to the lease are deleted, each with its own revision, when it ends. Survives a restart. */
  grantLease(ttlSeconds: number): Promise<number>;
  /**
   * History older than `revision` may go; later reads and watches below it fail with CompactedError. Below an earlier
   * floor it changes nothing; ahead of the store it throws FutureRevisionError.
   */
  compact(revision: number): Promise<void>;
  /** Of shared stores: one of the servers wins each turn. Throws when nobody can tell. */
  takeCompactionTurn?(last: CompactionTurn | undefined, revision: number): Promise<CompactionTurn>;
  /** Puts many keys at once, whatever stands there: for filling a store that nobody uses yet. */
  load?(entries: readonly { readonly key: string; readonly value: string }[], options?: WriteOptions): Promise<void>;
  status(): Promise<StoreStatus>;
  /** Stops taking writes, finishes those under way, ends watches, releases files. Every later call is refused. */
  close(): Promise<void>;
}

/** The revision asked for has been compacted away. */
export class CompactedError extends Error {
  readonly compactRevision: number;
  constructor(revision: number, compactRevision: number) {
    super(`revision ${revision} has been compacted, the oldest kept is ${compactRevision}`);
    this.name = 'CompactedError';
    this.compactRevision = compactRevision;
  }
}

/** The revision asked for lies ahead of the store. */
export class FutureRevisionError extends Error {
  readonly currentRevision: number;
  constructor(revision: number, currentRevision: number) {
    super(`revision ${revision} has not happened yet, the current one is ${currentRevision}`);
    this.name = 'FutureRevisionError';
    this.currentRevision = currentRevision;
  }
}

/** The lease named by a write was never granted or has ended. */
export class LeaseNotFoundError extends Error {
  readonly lease: number;
  constructor(lease: number) {
    super(`lease ${lease} was never granted or has ended`);
    this.name = 'LeaseNotFoundError';
    this.lease = lease;
  }
}

/** The engine does not take writes: disk full, I/O error, closed. Reads go on (K13). */
export class StoreUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailableError';
  }
}

/** More writes wait than the engine is willing to hold; this one was not taken, and may be sent again in a moment (P10). */
export class StoreBusyError extends StoreUnavailableError {
  constructor(message: string) {
    super(message);
    this.name = 'StoreBusyError';
  }
}
