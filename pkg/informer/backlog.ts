import type { Change } from './store.ts';

/** What a handler has still to be told about one key. */
export interface Notice<T> {
  readonly key: string;
  /** Told first: the object that is gone. */
  deleted?: { readonly last: T; readonly unknownFinalState: boolean };
  /** What the handler last saw; absent when it knows nothing under this key. */
  old?: T;
  /** What is there now; absent when nothing is. */
  current?: T;
  initial: boolean;
}

/**
 * IN31: the notices of one handler that waits, at most one per key, so that no backlog outgrows the store. Merged as
 * first old and last new; a deletion followed by an addition stays two; an addition that is gone again was never
 * there.
 */
export class Backlog<T> {
  readonly #notices = new Map<string, Notice<T>>();

  get size(): number {
    return this.#notices.size;
  }

  push(change: Change<T>, initial: boolean): void {
    const waiting = this.#notices.get(change.key);
    if (waiting === undefined) this.#notices.set(change.key, noticeOf(change, initial));
    else if (change.current !== undefined) waiting.current = change.current;
    else this.#vanish(waiting, change);
  }

  /** Takes the notice that has waited longest. */
  shift(): Notice<T> | undefined {
    for (const [key, notice] of this.#notices) {
      this.#notices.delete(key);
      return notice;
    }
    return undefined;
  }

  clear(): void {
    this.#notices.clear();
  }

  #vanish(waiting: Notice<T>, { old, unknownFinalState = false }: Change<T>): void {
    if (waiting.old === undefined && waiting.deleted === undefined) {
      this.#notices.delete(waiting.key);
      return;
    }
    const last = old ?? waiting.current ?? waiting.old;
    if (waiting.deleted === undefined && last !== undefined) waiting.deleted = { last, unknownFinalState };
    delete waiting.old;
    delete waiting.current;
  }
}

export function noticeOf<T>({ key, old, current, unknownFinalState = false }: Change<T>, initial: boolean): Notice<T> {
  if (current !== undefined) return { key, current, initial, ...(old === undefined ? {} : { old }) };
  return { key, initial, ...(old === undefined ? {} : { deleted: { last: old, unknownFinalState } }) };
}
