/**
 * Tells users, through Events, what a component did about their objects. It never blocks and never fails: what cannot
 * be written within twelve tries is lost, and what does not fit the queue is dropped (OB10).
 */
import type { Event, KubeObject, ObjectReference } from '../api/types.ts';
import { events } from '../api/resources.ts';
import { isStatusError } from '../api/status.ts';
import type { Client } from '../client/index.ts';
import { Condition, sleep, systemClock } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import { Fifo } from '../collections/fifo.ts';
import { silentLogger } from '../logging/logger.ts';
import type { Logger } from '../logging/logger.ts';
import { Correlator } from './correlator.ts';
import type { Correlated } from './correlator.ts';
import { newEvent, referenceTo } from './event.ts';
import type { EventSource, EventType } from './event.ts';

export interface RecorderOptions extends EventSource {
  readonly client: Client;
  readonly clock?: Clock;
  /** In [0, 1); Math.random by default. */
  readonly random?: () => number;
  readonly log?: Logger;
}

const longestQueue = 1000;
const tries = 12;
const pauseMs = 10_000;

export class EventRecorder {
  readonly #options: RecorderOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #correlator = new Correlator();
  readonly #queue = new Fifo<Event>();
  readonly #changed = new Condition();
  readonly #life = new AbortController();
  #writing = false;
  #lastNanos = 0n;
  #dropped = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
  }

  /** Events that did not fit the queue. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Records something about an object. Returns at once. */
  record(
    about: KubeObject | ObjectReference,
    type: EventType,
    reason: string,
    message: string,
    annotations?: Readonly<Record<string, string>>,
  ): void {
    if (this.#life.signal.aborted) return;
    if (this.#queue.size >= longestQueue) {
      this.#dropped += 1;
      this.#log.warn({ reason, dropped: this.#dropped }, 'Too many events wait, one was dropped');
      return;
    }
    const occurrence = {
      about: referenceOf(about),
      type,
      reason,
      message,
      ...(annotations === undefined ? {} : { annotations }),
    };
    this.#queue.push(newEvent(occurrence, this.#options, this.#clock.now(), this.#nanos()));
    void this.#write();
  }

  /** Nothing waits and nothing is being written. */
  get idle(): boolean {
    return this.#queue.size === 0 && !this.#writing;
  }

  /** Resolves when `idle`. */
  flushed(signal?: AbortSignal): Promise<void> {
    return this.#changed.until(() => this.idle, signal);
  }

  /** Takes no more events and gives up on those that wait. */
  stop(): void {
    this.#life.abort(new Error('the recorder has stopped'));
  }

  /** One after another, so that a count never overtakes the event that it counts. Never rejects. */
  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      const correlated = this.#correlator.correlate(event, this.#clock.now(), this.#nanos());
      if (correlated.kind !== 'drop') await this.#deliver(correlated);
    }
    this.#writing = false;
    this.#changed.changed();
  }

  async #deliver(correlated: Exclude<Correlated, { readonly kind: 'drop' }>): Promise<void> {
    const { signal } = this.#life;
    for (let attempt = 1; attempt <= tries && !signal.aborted; attempt++) {
      try {
        this.#correlator.stored(correlated.key, await this.#send(correlated));
        return;
      } catch (err) {
        if (isStatusError(err) || signal.aborted) {
          this.#log.debug({ err, reason: correlated.event.reason }, 'Event was refused');
          return;
        }
        // The first pause is shortened by chance, so that not everybody comes back at once.
        const ms = attempt === 1 ? pauseMs * (this.#options.random ?? Math.random)() : pauseMs;
        if (attempt < tries) await sleep(this.#clock, ms, signal).catch(() => {});
        else this.#log.warn({ err, reason: correlated.event.reason }, 'Event could not be written');
      }
    }
  }

  async #send(correlated: Exclude<Correlated, { readonly kind: 'drop' }>): Promise<Event> {
    const { client } = this.#options;
    const { event } = correlated;
    const { signal } = this.#life;
    if (correlated.kind === 'patch') {
      const key = { namespace: event.metadata.namespace ?? 'default', name: event.metadata.name ?? '' };
      try {
        return await client.patch<Event>(events, key, 'strategic', correlated.patch, { signal });
      } catch (error) {
        // Events live an hour; the one that was counted may be gone.
        if (!isStatusError(error, 'NotFound')) throw error;
      }
    }
    return client.create<Event & KubeObject>(events, event, { signal });
  }

  /**
   * Nanoseconds that no other event of this process bears: the clock's milliseconds, below them a number of the
   * component's and a count. So names are the same in every run under a virtual clock.
   */
  #nanos(): bigint {
    const base =
      BigInt(Math.floor(this.#clock.now())) * 1_000_000n + BigInt(componentNumber(this.#options.component)) * 1000n;
    this.#lastNanos = base > this.#lastNanos ? base : this.#lastNanos + 1n;
    return this.#lastNanos;
  }
}

function referenceOf(about: KubeObject | ObjectReference): ObjectReference {
  return 'metadata' in about ? referenceTo(about) : about;
}

/** 0 to 999 (FNV-1a). */
function componentNumber(component: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < component.length; at++) hash = Math.imul(hash ^ component.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % 1000;
}
