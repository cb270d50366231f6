import { Condition } from '../clock/index.ts';
import type { Clock, Timer } from '../clock/index.ts';
import type { Logger } from '../logging/logger.ts';
import { Backlog, noticeOf } from './backlog.ts';
import type { Notice } from './backlog.ts';
import type { Handler, Registration } from './handler.ts';
import type { Change } from './store.ts';

export interface ListenerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly onError: () => void;
  readonly onRemove: () => void;
}

/** IN30: how long a handler that threw is left alone. */
const pauseMs = 1000;
/** Calls made before other work gets a turn (IN43). */
const stretch = 500;

/**
 * Delivers changes to one handler. While the handler keeps up, at once; while it is paused, or has more to hear than
 * a stretch, from its backlog. It can hold up neither the store nor other handlers.
 */
export class Listener<T> implements Registration {
  readonly #handler: Handler<T>;
  readonly #options: ListenerOptions;
  readonly #backlog = new Backlog<T>();
  #paused: Timer | undefined;
  #draining = false;
  #removed = false;
  #filled = false;
  #hasSynced = false;
  readonly #synced = new Condition();

  constructor(handler: Handler<T>, options: ListenerOptions) {
    this.#handler = handler;
    this.#options = options;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Everything given so far has been told. */
  get idle(): boolean {
    return this.#backlog.size === 0;
  }

  get queued(): number {
    return this.#backlog.size;
  }

  notify(changes: readonly Change<T>[], initial: boolean): void {
    if (this.#removed) return;
    const [only] = changes;
    if (changes.length === 1 && only !== undefined && this.#isFree()) {
      this.#tell(noticeOf(only, initial));
      return;
    }
    for (const change of changes) this.#backlog.push(change, initial);
    this.#drain();
  }

  /** The changes notified so far were the whole first fill. */
  markFilled(): void {
    this.#filled = true;
    this.#checkSynced();
  }

  synced(signal?: AbortSignal): Promise<void> {
    return this.#synced.until(() => this.#hasSynced, signal);
  }

  remove(): void {
    this.#removed = true;
    this.#paused?.cancel();
    this.#backlog.clear();
    this.#options.onRemove();
  }

  #isFree(): boolean {
    return this.#backlog.size === 0 && this.#paused === undefined && !this.#draining;
  }

  #drain(): void {
    if (this.#draining || this.#paused !== undefined) return;
    this.#draining = true;
    let told = 0;
    while (told < stretch && this.#paused === undefined && !this.#removed) {
      const notice = this.#backlog.shift();
      if (notice === undefined) break;
      this.#tell(notice);
      told += 1;
    }
    this.#draining = false;
    this.#checkSynced();
    if (this.#backlog.size > 0 && this.#paused === undefined) setImmediate(() => this.#drain());
  }

  #tell({ key, deleted, old, current, initial }: Notice<T>): void {
    if (deleted !== undefined) {
      this.#call(key, () => this.#handler.delete?.(deleted.last, deleted.unknownFinalState));
      if (this.#paused !== undefined && current !== undefined) {
        this.#backlog.push({ key, current }, initial);
        return;
      }
    }
    if (current === undefined) return;
    if (old === undefined) this.#call(key, () => this.#handler.add?.(current, initial));
    else this.#call(key, () => this.#handler.update?.(old, current));
  }

  #call(key: string, call: () => void): void {
    try {
      call();
    } catch (err) {
      this.#options.onError();
      this.#options.log.error({ err, key }, 'Handler threw');
      this.#paused = this.#options.clock.after(pauseMs, () => {
        this.#paused = undefined;
        this.#drain();
      });
    }
  }

  #checkSynced(): void {
    if (!this.#filled || this.#hasSynced || this.#backlog.size > 0 || this.#paused !== undefined) return;
    this.#hasSynced = true;
    this.#synced.changed();
  }
}
