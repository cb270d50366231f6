/**
 * Who wants to know of changes. Methods are synchronous and should only put keys into a queue (IN30); the store
 * already shows the new state, or a later one, when they run (IN29). One handler's calls never overlap.
 */
export interface Handler<T> {
  /** `isInitial`: part of the first fill, or present when the handler was added. */
  add?(object: T, isInitial: boolean): void;
  /** A resync passes the very same object twice: `old === current` (IN36). */
  update?(old: T, current: T): void;
  /** `unknownFinalState`: noticed late, `last` may be older than what was deleted; take its labels as a hint (IN34). */
  delete?(last: T, unknownFinalState: boolean): void;
}

/** A handler's place at an informer. */
export interface Registration {
  /** The handler has been called for every object of the first fill (IN32). */
  readonly hasSynced: boolean;
  /** Resolves when `hasSynced` turns true; rejects when the signal aborts. */
  synced(signal?: AbortSignal): Promise<void>;
  /** No calls begin after this; calls are synchronous, so none is under way either. */
  remove(): void;
}
