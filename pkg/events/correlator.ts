/**
 * Keeps events from becoming noise, by client-go's rules (OB10). In this order:
 *
 * 1. *Aggregate*: ten or more events within ten minutes that differ only in their message become one that says so.
 * 2. *Count*: an event that is the same again becomes a patch of the count, the time and the message.
 * 3. *Filter*: an object may have 25 events of a source and type at once, and then one every five minutes.
 *
 * Told the time; remembers at most 4,096 of each.
 */
import type { Event } from '../api/types.ts';
import { Lru } from '../collections/lru.ts';
import { TokenBucket } from '../collections/token-bucket.ts';
import { eventName, wholeSeconds } from './event.ts';

export type Correlated =
  | { readonly kind: 'create'; readonly event: Event; readonly key: string }
  /** `event` is what the server should then have, for when it has forgotten the first. */
  | { readonly kind: 'patch'; readonly event: Event; readonly patch: object; readonly key: string }
  | { readonly kind: 'drop' };

const remembered = 4096;
const similarLimit = 10;
const similarWindowMs = 600_000;
const spamBurst = 25;
const spamPerSecond = 1 / 300;

interface Similar {
  messages: Set<string>;
  lastAt: number;
}

interface Written {
  readonly name: string;
  readonly firstTimestamp: string | undefined;
  readonly count: number;
}

export class Correlator {
  readonly #similar = new Lru<string, Similar>(remembered);
  readonly #written = new Lru<string, Written>(remembered);
  readonly #spam = new Lru<string, TokenBucket>(remembered);

  /** What to do about a new event. `nanos` names the event that similar ones become. */
  correlate(event: Event, wallMs: number, nanos: bigint): Correlated {
    const { aggregate, key } = this.#aggregate(event, wallMs, nanos);
    const before = this.#written.get(key);
    const counted = before === undefined ? aggregate : countedUp(aggregate, before);
    this.#note(key, counted);
    if (this.#isSpam(counted, wallMs)) return { kind: 'drop' };
    if (before === undefined) return { kind: 'create', event: counted, key };
    const { count, lastTimestamp, message } = counted;
    return { kind: 'patch', event: counted, patch: { count, lastTimestamp, message }, key };
  }

  /** The server has it so. */
  stored(key: string, event: Event): void {
    this.#note(key, event);
  }

  #note(key: string, event: Event): void {
    const { name = '' } = event.metadata;
    this.#written.set(key, { name, firstTimestamp: event.firstTimestamp, count: event.count ?? 1 });
  }

  #aggregate(event: Event, wallMs: number, nanos: bigint): { aggregate: Event; key: string } {
    const kindOfEvent = join(subjectOf(event), [
      event.type,
      event.reason,
      event.reportingComponent,
      event.reportingInstance,
    ]);
    const known = this.#similar.get(kindOfEvent);
    const isFresh = known !== undefined && wallMs - known.lastAt <= similarWindowMs;
    const similar = isFresh ? known : { messages: new Set<string>(), lastAt: wallMs };
    similar.messages.add(event.message ?? '');
    similar.lastAt = wallMs;
    this.#similar.set(kindOfEvent, similar);
    if (similar.messages.size < similarLimit) {
      const fieldPath = event.involvedObject.fieldPath;
      return { aggregate: event, key: join(subjectOf(event), [fieldPath, event.type, event.reason, event.message]) };
    }
    for (const message of similar.messages) {
      similar.messages.delete(message);
      break;
    }
    return { aggregate: combined(event, wallMs, nanos), key: kindOfEvent };
  }

  #isSpam(event: Event, wallMs: number): boolean {
    const key = join(subjectOf(event), [event.type]);
    const bucket = this.#spam.get(key) ?? new TokenBucket(spamPerSecond, spamBurst, wallMs);
    this.#spam.set(key, bucket);
    return !bucket.take(wallMs);
  }
}

/** Whose events are told apart: by source and object. */
function subjectOf({ source, involvedObject }: Event): (string | undefined)[] {
  const { kind, namespace, name, uid, apiVersion } = involvedObject;
  return [source?.component, source?.host, kind, namespace, name, uid, apiVersion];
}

const join = (...parts: readonly (readonly (string | undefined)[])[]): string => JSON.stringify(parts);

function countedUp(event: Event, before: Written): Event {
  return {
    ...event,
    metadata: { ...event.metadata, name: before.name },
    ...(before.firstTimestamp === undefined ? {} : { firstTimestamp: before.firstTimestamp }),
    count: before.count + 1,
  };
}

function combined(event: Event, wallMs: number, nanos: bigint): Event {
  const time = wholeSeconds(wallMs);
  return {
    ...event,
    metadata: {
      name: eventName(event.involvedObject.name ?? '', nanos),
      namespace: event.metadata.namespace ?? 'default',
    },
    message: `(combined from similar events): ${event.message ?? ''}`,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
