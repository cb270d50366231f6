/**
 * When controllers have done all they had to do: every key that was ready has been worked on, and in a time that is
 * longer than their shortest delays none was added. Their work queues tell, by the metrics both sides have in common.
 */
import { Agent, request } from 'undici';
import { eventually } from '../rest.ts';

interface Sample {
  readonly adds: number;
  /** Syncs of slices that will be tried again. */
  readonly failed: number;
  readonly busy: number;
}

/** Changes of slices by others are looked at a second later (Q12), failed syncs are tried again after one (Q17). */
const quietMs = 1250;
/** A second failure waits two seconds. */
const quietAfterFailureMs = 2600;

export class Queues {
  readonly #url: string;
  // kube-controller-manager makes its own certificate, so there is nothing to check it with.
  readonly #agent = new Agent({ connect: { rejectUnauthorized: false } });
  #failed = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Resolves once they rest. */
  async untilQuiet(): Promise<void> {
    let last = await this.#sample();
    const before = this.#failed;
    let since = performance.now();
    await eventually(
      'the controllers to come to rest',
      async () => {
        const now = await this.#sample();
        if (now.adds !== last.adds || now.busy > 0) since = performance.now();
        last = now;
        const wanted = now.failed > before ? quietAfterFailureMs : quietMs;
        if (performance.now() - since >= wanted) return true;
        await new Promise((resolve) => setTimeout(resolve, 60));
        return undefined;
      },
      180,
    );
    this.#failed = last.failed;
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #sample(): Promise<Sample> {
    const { body } = await request(this.#url, { dispatcher: this.#agent });
    const text = await body.text();
    const sum = (metric: string, label: string): number =>
      [...text.matchAll(new RegExp(`^${metric}\\{[^}]*${label}[^}]*\\} (\\S+)$`, 'gm'))].reduce(
        (total, [, value]) => total + Number(value),
        0,
      );
    const queues = 'name="endpoint[a-z_]*"';
    return {
      adds: sum('workqueue_adds_total', queues),
      failed: sum('endpoint_slice_controller_syncs(?:_total)?', 'result="(?:stale|error)"'),
      busy: sum('workqueue_depth', queues) + sum('workqueue_unfinished_work_seconds', queues),
    };
  }
}
