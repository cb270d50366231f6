interface Waiter {
  readonly test: () => boolean;
  readonly resolve: () => void;
}

/** Lets many wait until something they can test is true. Whoever changes that something calls `changed`. */
export class Condition {
  readonly #waiters = new Set<Waiter>();

  /** Resolves once `test` holds, at once if it does; rejects with the signal's reason when that aborts first. */
  until(test: () => boolean, signal?: AbortSignal): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const stop = (): void => {
        this.#waiters.delete(waiter);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        test,
        resolve: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  changed(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.test()) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
