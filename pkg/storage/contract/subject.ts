import type { Store, StoreEvent, WatchSink, WriteResult } from '../store.ts';

/** A fresh store under test, with what a driver must lend to the suite. */
export interface Subject {
  readonly store: Store;
  /** Moves the store's clock, and returns when leases that ran out by then have taken their keys along. */
  readonly advance: (ms: number) => Promise<void>;
  /** Closes the store and removes what it left. */
  readonly dispose: () => Promise<void>;
}

/** Makes a fresh, empty store. */
export type MakeSubject = () => Promise<Subject>;

/** What a driver promises beyond the least. */
export interface ContractOptions {
  /** In this process: calls take effect in their order, and events come before a write is answered (K3). */
  readonly embedded: boolean;
}

/** Runs a test against a fresh store and puts it away, whatever happens. */
export function withStore(make: MakeSubject, test: (subject: Subject) => Promise<void>): () => Promise<void> {
  return async () => {
    const subject = await make();
    try {
      await test(subject);
    } finally {
      await subject.dispose();
    }
  };
}

/** The revision of a write that must have gone through. */
export async function done(result: WriteResult | Promise<WriteResult>): Promise<number> {
  const settled = await result;
  if (!settled.ok) throw new Error(`the write was refused; there stands ${JSON.stringify(settled.current)}`);
  return settled.revision;
}

/** Gathers what a watch delivers, and waits for it. */
export class Recorder implements WatchSink {
  readonly received: StoreEvent[] = [];
  progressed = 0;
  failure: Error | undefined;
  readonly #waiting: { readonly met: () => boolean; readonly resolve: () => void }[] = [];

  events(events: readonly StoreEvent[]): void {
    this.received.push(...events);
    this.#look();
  }

  progress(revision: number): void {
    this.progressed = revision;
    this.#look();
  }

  error(error: Error): void {
    this.failure = error;
    this.#look();
  }

  /** Type, key and revision of each event, which is enough to tell events of one test apart. */
  get lines(): string[] {
    return this.received.map((event) =>
      event.type === 'put' ? `put ${event.kv.key} ${event.kv.modRevision}` : `delete ${event.key} ${event.revision}`,
    );
  }

  /** Settles when that many events have come. */
  count(events: number): Promise<void> {
    return this.until(() => this.received.length >= events);
  }

  /** Settles when the condition holds; it is looked at whenever the watch delivers something. */
  until(met: () => boolean): Promise<void> {
    if (met()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ met, resolve }));
  }

  #look(): void {
    for (const { met, resolve } of this.#waiting) if (met()) resolve();
  }
}

/** Starts a watch that lasts as long as the store, or until `abort`. */
export function record(store: Store, prefix: string, fromRevision: number): { sink: Recorder; abort: () => void } {
  const sink = new Recorder();
  const controller = new AbortController();
  store.watch(prefix, sink, { fromRevision, signal: controller.signal });
  return { sink, abort: () => controller.abort() };
}
