import type { KubeObject } from '../api/types.ts';
import type { ResourceType } from '../api/resources.ts';
import type { Client, WatchEvent, WatchOptions } from '../client/index.ts';
import { Deadline } from '../clock/index.ts';
import type { Clock, Timer } from '../clock/index.ts';

export interface WatchSessionOptions {
  readonly client: Client;
  readonly type: ResourceType;
  readonly clock: Clock;
  readonly request: WatchOptions & { readonly timeoutSeconds: number };
  readonly signal: AbortSignal;
}

/** CL3, F12: bookmarks come every minute or so; a stream without a byte for this long is taken for dead. */
const silentMs = 90_000;
/** IN4: what the server may take beyond the time it was given. */
const graceMs = 10_000;

/** One watch request, guarded against servers that never end it and connections that died without a word. */
export class WatchSession<T extends KubeObject> {
  readonly openedAt: number;
  readonly #clock: Clock;
  readonly #life: Deadline;
  readonly #events: AsyncIterator<WatchEvent<T>>;
  #lastFrameAt: number;
  #silence: Timer;
  #guarded = false;

  constructor({ client, type, clock, request, signal }: WatchSessionOptions) {
    this.#clock = clock;
    this.openedAt = clock.monotonic();
    this.#lastFrameAt = this.openedAt;
    this.#life = new Deadline(clock, request.timeoutSeconds * 1000 + graceMs, signal);
    this.#events = client.watch<T>(type, { ...request, signal: this.#life.signal })[Symbol.asyncIterator]();
    this.#silence = this.#listenFor(silentMs);
  }

  get lastedMs(): number {
    return this.#clock.monotonic() - this.openedAt;
  }

  get lastFrameAt(): number {
    return this.#lastFrameAt;
  }

  /** The next event; undefined when the stream is over, also when a guard of ours ended it. */
  async next(): Promise<WatchEvent<T> | undefined> {
    try {
      const step = await this.#events.next();
      this.#lastFrameAt = this.#clock.monotonic();
      return step.done === true ? undefined : step.value;
    } catch (error) {
      if (this.#guarded || this.#timeIsUp()) return undefined;
      throw error;
    }
  }

  /** Ends the request. Idempotent. */
  close(): void {
    this.#silence.cancel();
    this.#life.abort(new Error('the watch is no longer wanted'));
    this.#life[Symbol.dispose]();
    void this.#events.return?.(undefined)?.catch(() => {});
  }

  #timeIsUp(): boolean {
    const reason: unknown = this.#life.signal.reason;
    return this.#life.signal.aborted && reason instanceof Error && reason.name === 'DeadlineError';
  }

  #listenFor(ms: number): Timer {
    return this.#clock.after(ms, () => {
      const silentFor = this.#clock.monotonic() - this.#lastFrameAt;
      if (silentFor < silentMs) this.#silence = this.#listenFor(silentMs - silentFor);
      else {
        this.#guarded = true;
        this.#life.abort(new Error(`no frame for ${silentMs / 1000} s`));
      }
    });
  }
}
