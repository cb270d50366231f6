import type { RevisionWindow } from './revision-window.ts';
import type { StoreEvent, WatchOptions, WatchSink } from './store.ts';
import { CompactedError } from './store.ts';
import { keyOf, revisionOf } from './write.ts';

/** Where a watcher that starts in the past reads what it missed. */
export interface WatchHistory extends RevisionWindow {
  /** Events under the prefix from that revision on, and the last revision looked at; at least one is. */
  replay(prefix: string, fromRevision: number): { readonly events: readonly StoreEvent[]; readonly through: number };
}

interface Watcher {
  readonly prefix: string;
  readonly sink: WatchSink;
  /** First revision not yet delivered. */
  next: number;
  ended: boolean;
  release(): void;
}

interface Batch {
  readonly events: readonly StoreEvent[];
  readonly revision: number;
}

/**
 * The watches of an embedded driver. A new watcher first catches up from history, a stretch at a time; once nothing
 * is missing it goes live and is fed by `publish`, which runs right after each commit. Both happen without a pause in
 * between, so no event is lost or doubled (K3).
 */
export class Watchers {
  readonly #history: WatchHistory;
  readonly #catchingUp = new Set<Watcher>();
  /** Live watchers by prefix: each batch is filtered once per prefix, not once per watcher. */
  readonly #live = new Map<string, Set<Watcher>>();
  readonly #waiting: Batch[] = [];
  #publishing = false;

  constructor(history: WatchHistory) {
    this.#history = history;
  }

  /** Starts a watch; the sink is first called in a later microtask. */
  add(prefix: string, sink: WatchSink, { fromRevision, signal }: WatchOptions): void {
    if (signal.aborted) return;
    const stop = (): void => this.#end(watcher);
    const release = (): void => signal.removeEventListener('abort', stop);
    const watcher: Watcher = { prefix, sink, next: fromRevision, ended: false, release };
    signal.addEventListener('abort', stop, { once: true });
    this.#catchingUp.add(watcher);
    queueMicrotask(() => this.#catchUp(watcher));
  }

  /**
   * Hands a commit's events to every live watcher. A sink may write to the store: the commit that follows from it
   * waits its turn, so all watchers see one order.
   */
  publish(events: readonly StoreEvent[], revision: number): void {
    this.#waiting.push({ events, revision });
    if (this.#publishing) return;
    this.#publishing = true;
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) this.#spread(batch);
    this.#publishing = false;
  }

  /** Ends all watches with that error. */
  close(error: Error): void {
    const all = [...this.#catchingUp, ...[...this.#live.values()].flatMap((group) => [...group])];
    for (const watcher of all) this.#fail(watcher, error);
  }

  #catchUp(watcher: Watcher): void {
    if (watcher.ended) return;
    if (watcher.next < this.#history.compactRevision) {
      this.#fail(watcher, new CompactedError(watcher.next, this.#history.compactRevision));
      return;
    }
    if (watcher.next > this.#history.revision) {
      this.#goLive(watcher);
      return;
    }
    let stretch;
    try {
      stretch = this.#history.replay(watcher.prefix, watcher.next);
    } catch (error) {
      this.#fail(watcher, asError(error));
      return;
    }
    watcher.next = stretch.through + 1;
    this.#deliver(watcher, stretch.events);
    // Readers and writers get a turn between two stretches of a long history.
    if (watcher.next > this.#history.revision) this.#catchUp(watcher);
    else setImmediate(() => this.#catchUp(watcher));
  }

  #goLive(watcher: Watcher): void {
    this.#catchingUp.delete(watcher);
    const group = this.#live.get(watcher.prefix) ?? new Set();
    group.add(watcher);
    this.#live.set(watcher.prefix, group);
    this.#deliver(watcher, [], this.#history.revision);
  }

  #spread({ events, revision }: Batch): void {
    for (const [prefix, group] of this.#live) {
      const wanted = events.filter((event) => keyOf(event).startsWith(prefix));
      for (const watcher of group) {
        const first = wanted[0];
        const early = first !== undefined && revisionOf(first) < watcher.next;
        const due = early ? wanted.filter((event) => revisionOf(event) >= watcher.next) : wanted;
        this.#deliver(watcher, due, revision);
      }
    }
  }

  /** A sink that throws is broken and loses its watch; nobody else notices. */
  #deliver(watcher: Watcher, events: readonly StoreEvent[], progress?: number): void {
    if (watcher.ended) return;
    try {
      if (events.length > 0) watcher.sink.events(events);
      if (progress !== undefined && !watcher.ended) watcher.sink.progress?.(progress);
    } catch (error) {
      this.#fail(watcher, asError(error));
    }
  }

  #fail(watcher: Watcher, error: Error): void {
    if (watcher.ended) return;
    this.#end(watcher);
    try {
      watcher.sink.error(error);
    } catch (broken) {
      // A sink that cannot take even this is a bug; it shows, but not in the middle of somebody's commit.
      queueMicrotask(() => {
        throw broken;
      });
    }
  }

  #end(watcher: Watcher): void {
    watcher.ended = true;
    watcher.release();
    this.#catchingUp.delete(watcher);
    const group = this.#live.get(watcher.prefix);
    group?.delete(watcher);
    if (group?.size === 0) this.#live.delete(watcher.prefix);
  }
}

function asError(error: unknown): Error {
  return Error.isError(error) ? error : new Error(String(error));
}
