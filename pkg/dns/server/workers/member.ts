import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import type { FamilySnapshot } from './metric-snapshot.ts';

type AnswerOf<Kind extends FromWorker['kind']> = FromWorker & { readonly kind: Kind };

/** One thread, and what it has been asked and not answered. */
export class Member {
  readonly #worker: Worker;
  readonly #waiting = new Set<(message: FromWorker) => void>();
  #failure: FromWorker | undefined;
  #nextId = 1;

  constructor(start: WorkerStart, hear: (message: FromWorker) => void) {
    this.#worker = new Worker(entryPoint(), { workerData: start });
    const spread = (message: FromWorker): void => {
      hear(message);
      for (const wait of this.#waiting) wait(message);
    };
    this.#worker.on('message', spread);
    // Bad options, or a bug. The thread has ended then, and its clients go to the others; who asks it hears of this.
    this.#worker.on('error', (error: unknown) => {
      this.#failure = { kind: 'failed', error: Error.isError(error) ? error : new Error(String(error)) };
      spread(this.#failure);
    });
  }

  tell(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(message);
  }

  /** The next answer of one of the kinds, or the failure that stands in for any. */
  ask<Kind extends FromWorker['kind']>(message: ToWorker, kind: Kind): Promise<AnswerOf<Kind | 'failed'>> {
    if (this.#failure !== undefined) return Promise.resolve(this.#failure as AnswerOf<'failed'>);
    return new Promise((done) => {
      const wait = (answer: FromWorker): void => {
        if (answer.kind !== kind && answer.kind !== 'failed') return;
        this.#waiting.delete(wait);
        done(answer as AnswerOf<Kind | 'failed'>);
      };
      this.#waiting.add(wait);
      this.tell(message);
    });
  }

  /** Its numbers; none once it has failed. */
  async measure(): Promise<readonly FamilySnapshot[]> {
    const id = this.#nextId++;
    for (;;) {
      const answer = await this.ask({ kind: 'measure', id }, 'measured');
      if (answer.kind === 'failed') return [];
      if (answer.id === id) return answer.families;
    }
  }

  async close(drainMs: number): Promise<void> {
    await this.ask({ kind: 'close', drainMs }, 'closed');
    await this.#worker.terminate();
  }
}

/** Beside this file: as TypeScript in the source tree, as JavaScript once built. */
function entryPoint(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
}
