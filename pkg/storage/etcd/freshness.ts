/**
 * Linearizable answers shared by those who ask together: whoever asks while a question is under way gets the answer to
 * the next one, which starts when the present one is back. So an answer is never older than its question.
 */
export class Freshness {
  readonly #ask: () => Promise<number>;
  #running: Promise<number> | undefined;
  #queued: Promise<number> | undefined;

  constructor(ask: () => Promise<number>) {
    this.#ask = ask;
  }

  next(): Promise<number> {
    if (this.#running === undefined) return this.#start();
    this.#queued ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#queued;
  }

  #start(): Promise<number> {
    this.#queued = undefined;
    const running = this.#ask().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
