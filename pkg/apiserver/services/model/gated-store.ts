/**
 * A store for the model test: every write waits until the test lets it through, so that the test decides in which order
 * the writes of several requests happen, and which of them a crash swallows.
 */
import type { KeyValue, Store, StoreEvent, WatchSink, WriteResult } from '../../../storage/store.ts';

export interface PendingWrite {
  readonly key: string;
  /** Makes it happen; with `heard` false the writer never learns of it, as when it dies. */
  apply(heard?: boolean): void;
}

/** Told of every write that happened, before its writer is. */
export type Observer = (key: string, value: string | undefined) => void;

const unused = (): never => {
  throw new Error('the model does not use this');
};

export class GatedStore implements Store {
  readonly data = new Map<string, KeyValue>();
  pending: PendingWrite[] = [];
  #revision = 1;
  #sinks: WatchSink[] = [];
  readonly #observe: Observer;

  constructor(observe: Observer) {
    this.#observe = observe;
  }

  /** The process dies: nobody waits for writes or watches any more. */
  crash(): void {
    this.pending = [];
    this.#sinks = [];
  }

  /** Somebody else's write, past every server. */
  put(key: string, value: string): void {
    this.#commit(key, value);
  }

  drop(key: string): void {
    if (this.data.has(key)) this.#commit(key, undefined);
  }

  currentRevision = async (): Promise<number> => this.#revision;

  range: Store['range'] = async (prefix) => {
    const items = [...this.data.values()].filter(({ key }) => key.startsWith(prefix));
    items.sort((a, b) => (a.key < b.key ? -1 : 1));
    return { items, count: items.length, more: false, revision: this.#revision };
  };

  create: Store['create'] = (key, value) =>
    this.#gate(key, () => (this.data.has(key) ? this.#refuse(key) : this.#commit(key, value)));

  update: Store['update'] = (key, value, expected) =>
    this.#gate(key, () => (this.#isAt(key, expected) ? this.#commit(key, value) : this.#refuse(key)));

  delete: Store['delete'] = (key, expected) =>
    this.#gate(key, () => (this.#isAt(key, expected) ? this.#commit(key, undefined) : this.#refuse(key)));

  watch(_prefix: string, sink: WatchSink): void {
    this.#sinks.push(sink);
  }

  get = unused;
  grantLease = unused;
  compact = unused;
  status = unused;
  close = async (): Promise<void> => undefined;
  [Symbol.asyncDispose] = async (): Promise<void> => undefined;

  #isAt = (key: string, revision: number): boolean => this.data.get(key)?.modRevision === revision;

  #gate(key: string, write: () => WriteResult): Promise<WriteResult> {
    return new Promise((resolve) => {
      const apply = (heard = true): void => {
        const result = write();
        if (heard) resolve(result);
      };
      this.pending.push({ key, apply });
    });
  }

  #refuse(key: string): WriteResult {
    const current = this.data.get(key);
    return current === undefined ? { ok: false } : { ok: false, current };
  }

  #commit(key: string, value: string | undefined): WriteResult {
    this.#revision += 1;
    const revision = this.#revision;
    const previous = this.data.get(key);
    let event: StoreEvent;
    if (value !== undefined) {
      const kv = { key, value, createRevision: previous?.createRevision ?? revision, modRevision: revision };
      this.data.set(key, kv);
      event = previous === undefined ? { type: 'put', kv } : { type: 'put', kv, previous };
    } else {
      if (previous === undefined) throw new Error(`${key} is not there`);
      this.data.delete(key);
      event = { type: 'delete', key, revision, previous };
    }
    this.#observe(key, value);
    for (const sink of this.#sinks) {
      sink.events([event]);
      sink.progress?.(revision);
    }
    return { ok: true, revision };
  }
}
