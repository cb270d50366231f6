/**
 * Which keys need work, and in what order (WQ1). Three sets: *ready* to be handed out, *processing* by somebody, and
 * *again*: processing, and in need of work once more. A key is in at most one of ready and processing, so no two
 * workers ever hold it; any number of adds while it is processed make exactly one more run (WQ4).
 *
 * Order is first in, first out within two classes (WQ12): `live` before `background`, except that a background key
 * that has waited for five seconds joins the live ones. A key added again takes the higher class.
 */
import { Fifo } from '../collections/fifo.ts';

export type Priority = 'live' | 'background';

export interface Taken {
  readonly key: string;
  /** From the add to now. */
  readonly waitedMs: number;
}

interface Ready {
  /** Only the line's entry with this ticket counts; others are left over from before a promotion. */
  ticket: number;
  priority: Priority;
  readonly since: number;
}

interface Place {
  readonly key: string;
  readonly ticket: number;
}

const promoteAfterMs = 5000;

export class KeyQueue {
  readonly #ready = new Map<string, Ready>();
  readonly #processing = new Map<string, number>();
  readonly #again = new Map<string, Priority>();
  readonly #live = new Fifo<Place>();
  readonly #background = new Fifo<Place>();
  #ticket = 0;

  /** Keys ready to be handed out. */
  get depth(): number {
    return this.#ready.size;
  }

  get processing(): number {
    return this.#processing.size;
  }

  get isEmpty(): boolean {
    return this.#ready.size === 0 && this.#processing.size === 0;
  }

  /** Start of processing of each key under way. */
  startTimes(): Iterable<number> {
    return this.#processing.values();
  }

  isProcessing(key: string): boolean {
    return this.#processing.has(key);
  }

  /** WQ2. False when the key needed work already. */
  add(key: string, priority: Priority, now: number): boolean {
    const ready = this.#ready.get(key);
    if (ready !== undefined) {
      if (priority === 'live' && ready.priority === 'background') this.#line(key, ready, 'live');
      return false;
    }
    if (this.#processing.has(key)) {
      const again = this.#again.get(key);
      if (again !== 'live') this.#again.set(key, priority);
      return again === undefined;
    }
    this.#enter(key, priority, now);
    return true;
  }

  /** WQ3: the next key, now held by the caller until `done`. */
  take(now: number): Taken | undefined {
    this.#promote(now);
    const key = this.#next(this.#live) ?? this.#next(this.#background);
    const ready = key === undefined ? undefined : this.#ready.get(key);
    if (key === undefined || ready === undefined) return undefined;
    this.#ready.delete(key);
    this.#processing.set(key, now);
    return { key, waitedMs: now - ready.since };
  }

  /** WQ4: gives the key back and says how long it was held. Throws when nobody held it. */
  done(key: string, now: number): number {
    const startedAt = this.#processing.get(key);
    if (startedAt === undefined) throw new Error(`done(${JSON.stringify(key)}): nobody is processing it`);
    this.#processing.delete(key);
    const again = this.#again.get(key);
    if (again !== undefined) {
      this.#again.delete(key);
      this.#enter(key, again, now);
    }
    return now - startedAt;
  }

  #enter(key: string, priority: Priority, now: number): void {
    const ready: Ready = { ticket: 0, priority, since: now };
    this.#ready.set(key, ready);
    this.#line(key, ready, priority);
  }

  /** Puts the key at the end of a line; a place it had before is void. */
  #line(key: string, ready: Ready, priority: Priority): void {
    ready.priority = priority;
    ready.ticket = ++this.#ticket;
    (priority === 'live' ? this.#live : this.#background).push({ key, ticket: ready.ticket });
  }

  #promote(now: number): void {
    for (let first = this.#background.peek(); first !== undefined; first = this.#background.peek()) {
      const ready = this.#standing(first);
      if (ready !== undefined && now - ready.since < promoteAfterMs) return;
      this.#background.shift();
      if (ready !== undefined) this.#line(first.key, ready, 'live');
    }
  }

  #next(line: Fifo<Place>): string | undefined {
    for (let place = line.shift(); place !== undefined; place = line.shift()) {
      if (this.#standing(place) !== undefined) return place.key;
    }
    return undefined;
  }

  #standing({ key, ticket }: Place): Ready | undefined {
    const ready = this.#ready.get(key);
    return ready?.ticket === ticket ? ready : undefined;
  }
}
