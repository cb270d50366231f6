/**
 * A store whose revisions count on from somewhere else (K26): after a move, or a restore, nobody may be given a version
 * that was given before for something else.
 */
import type {
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
import { CompactedError, FutureRevisionError } from './store.ts';

/** The same store, with every revision that much higher. */
export class OffsetStore implements Store {
  readonly #store: Store;
  readonly #offset: number;
  readonly takeCompactionTurn?: NonNullable<Store['takeCompactionTurn']>;
  readonly load?: NonNullable<Store['load']>;

  constructor(store: Store, offset: number) {
    this.#store = store;
    this.#offset = offset;
    const load = store.load?.bind(store);
    if (load !== undefined) this.load = load;
    const take = store.takeCompactionTurn?.bind(store);
    if (take === undefined) return;
    this.takeCompactionTurn = async (last, revision) => {
      const inner = last === undefined ? undefined : { ...last, revision: this.#down(last.revision) };
      const turn: CompactionTurn = await take(inner, this.#down(revision));
      return { ...turn, revision: turn.revision + this.#offset };
    };
  }

  get shared(): boolean {
    return this.#store.shared === true;
  }

  async currentRevision(): Promise<number> {
    return (await this.#store.currentRevision()) + this.#offset;
  }

  async get(key: string, revision = 0): Promise<{ readonly kv?: KeyValue; readonly revision: number }> {
    const { kv, revision: at } = await this.#translated(this.#store.get(key, this.#at(revision)));
    return kv === undefined ? { revision: at + this.#offset } : { kv: this.#up(kv), revision: at + this.#offset };
  }

  async range(prefix: string, options: RangeOptions = {}): Promise<RangeResult> {
    const { revision = 0 } = options;
    const result = await this.#translated(this.#store.range(prefix, { ...options, revision: this.#at(revision) }));
    return { ...result, items: result.items.map((kv) => this.#up(kv)), revision: result.revision + this.#offset };
  }

  async create(key: string, value: string, options?: WriteOptions): Promise<WriteResult> {
    return this.#result(await this.#store.create(key, value, options));
  }

  async update(key: string, value: string, expected: number, options?: WriteOptions): Promise<WriteResult> {
    return this.#result(await this.#store.update(key, value, this.#down(expected), options));
  }

  async delete(key: string, expected: number): Promise<WriteResult> {
    return this.#result(await this.#store.delete(key, this.#down(expected)));
  }

  watch(prefix: string, sink: WatchSink, { fromRevision, signal }: WatchOptions): void {
    const moved: WatchSink = {
      events: (events) => sink.events(events.map((event) => this.#event(event))),
      progress: (revision) => sink.progress?.(revision + this.#offset),
      error: (error) => sink.error(this.#error(error) as Error),
    };
    // What came before the move is not here: the same as compacted.
    if (fromRevision <= this.#offset) {
      // Refused by a store that is closed, else without effect.
      this.#store.watch(prefix, moved, { fromRevision: 1, signal: AbortSignal.abort() });
      queueMicrotask(() => {
        if (!signal.aborted) sink.error(new CompactedError(fromRevision, this.#offset + 1));
      });
      return;
    }
    this.#store.watch(prefix, moved, { fromRevision: fromRevision - this.#offset, signal });
  }

  grantLease(ttlSeconds: number): Promise<number> {
    return this.#store.grantLease(ttlSeconds);
  }

  async compact(revision: number): Promise<void> {
    if (revision > this.#offset) await this.#translated(this.#store.compact(revision - this.#offset));
    else await this.#store.currentRevision();
  }

  async status(): Promise<StoreStatus> {
    const status = await this.#store.status();
    const { revision, compactRevision } = status;
    return { ...status, revision: revision + this.#offset, compactRevision: compactRevision + this.#offset };
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** 0, "the latest" or "none", stays what it is. */
  #at(revision: number): number {
    if (revision === 0) return 0;
    if (revision <= this.#offset) throw new CompactedError(revision, this.#offset + 1);
    return revision - this.#offset;
  }

  #down(revision: number): number {
    return Math.max(0, revision - this.#offset);
  }

  #up(kv: KeyValue): KeyValue {
    return { ...kv, createRevision: kv.createRevision + this.#offset, modRevision: kv.modRevision + this.#offset };
  }

  #event(event: StoreEvent): StoreEvent {
    if (event.type === 'delete') {
      return { ...event, revision: event.revision + this.#offset, previous: this.#up(event.previous) };
    }
    const { previous } = event;
    return previous === undefined
      ? { type: 'put', kv: this.#up(event.kv) }
      : { type: 'put', kv: this.#up(event.kv), previous: this.#up(previous) };
  }

  #result(result: WriteResult): WriteResult {
    if (!result.ok) return result.current === undefined ? result : { ok: false, current: this.#up(result.current) };
    const revision = result.revision + this.#offset;
    return result.previous === undefined
      ? { ok: true, revision }
      : { ok: true, revision, previous: this.#up(result.previous) };
  }

  async #translated<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      throw this.#error(error);
    }
  }

  #error(error: unknown): unknown {
    const offset = this.#offset;
    if (error instanceof CompactedError)
      return new CompactedError(error.compactRevision + offset, error.compactRevision + offset);
    if (error instanceof FutureRevisionError) {
      return new FutureRevisionError(error.currentRevision + offset, error.currentRevision + offset);
    }
    return error;
  }
}
