/**
 * Which of several servers on one store does the work in the background. A key with a lease says it: the holder writes
 * it anew every few seconds, and it vanishes with a holder that does not. All that work is safe to do twice (every
 * write is conditional); this only saves doing it twice.
 */
import type { Clock } from '../../clock/index.ts';
import type { Store } from '../../storage/store.ts';
import { registryPrefix } from '../watchcache/feed.ts';

export interface Leadership {
  readonly leads: boolean;
}

export interface LeadershipOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly onChange: (leads: boolean) => void;
  readonly onError: (error: unknown) => void;
}

const key = `${registryPrefix}fairlead.dev/leaders/apiserver`;
const leaseSeconds = 15;
const renewMs = 4_000;
/** Without a renewal for so long the key may be gone; work stops before it is. */
const trustedMs = 10_000;

/** A server that has its store for itself leads from the start. */
export const sole: Leadership = { leads: true };

export class SharedLeadership implements Leadership {
  readonly #options: LeadershipOptions;
  readonly #identity = crypto.randomUUID();
  #revision = 0;
  #renewed = -Infinity;
  #led = false;

  constructor(options: LeadershipOptions) {
    this.#options = options;
  }

  get leads(): boolean {
    return this.#revision > 0 && this.#options.clock.monotonic() < this.#renewed + trustedMs;
  }

  /** Takes part until the server stops; settles after the first attempt. */
  async start(): Promise<void> {
    const { clock, stopping } = this.#options;
    const round = async (): Promise<void> => {
      if (stopping.aborted) return;
      await this.#attempt();
      timer = clock.after(renewMs, () => void round());
    };
    let timer = clock.after(renewMs, () => undefined);
    timer.cancel();
    stopping.addEventListener('abort', () => timer.cancel(), { once: true });
    await round();
  }

  /** Lets another server take over at once. */
  async resign(): Promise<void> {
    const revision = this.#revision;
    this.#revision = 0;
    if (revision > 0) await this.#options.store.delete(key, revision).catch(() => undefined);
  }

  async #attempt(): Promise<void> {
    const { store, clock, onError, onChange } = this.#options;
    const started = clock.monotonic();
    try {
      const lease = await store.grantLease(leaseSeconds);
      const result =
        this.#revision > 0
          ? await store.update(key, this.#identity, this.#revision, { lease })
          : await store.create(key, this.#identity, { lease });
      this.#revision = result.ok ? result.revision : 0;
      if (result.ok) this.#renewed = started;
    } catch (error) {
      if (!this.#options.stopping.aborted) onError(error);
    }
    if (this.leads === this.#led) return;
    this.#led = this.leads;
    onChange(this.#led);
  }
}
