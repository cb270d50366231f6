import type { Clock, Timer } from './clock.ts';

/** Time ran out; which side caused the delay is not known. */
export class DeadlineError extends Error {
  readonly afterMs: number;
  constructor(afterMs: number) {
    super(`no answer within ${afterMs / 1000} s`);
    this.name = 'DeadlineError';
    this.afterMs = afterMs;
  }
}

/**
 * A signal that aborts when its parent does, or with a DeadlineError when the time is up. Dispose it (`using`) once
 * the work is done, else the timer and the listener on the parent stay.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: Timer | undefined;
  readonly #parent: AbortSignal | undefined;
  readonly #follow = (): void => this.#controller.abort(this.#parent?.reason);

  /** Without `ms` there is no time limit, only the parent. */
  constructor(clock: Clock, ms: number | undefined, parent?: AbortSignal) {
    this.#parent = parent;
    if (parent?.aborted) {
      this.#follow();
      return;
    }
    parent?.addEventListener('abort', this.#follow, { once: true });
    if (ms !== undefined) this.#timer = clock.after(ms, () => this.#controller.abort(new DeadlineError(ms)));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts now; later causes change nothing. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#parent?.removeEventListener('abort', this.#follow);
  }
}
