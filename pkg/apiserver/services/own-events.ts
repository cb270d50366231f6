/** Events that the server itself writes about Services and their ranges. The same thing is told once in half an hour. */
import { pathOf } from '../../api/resources.ts';
import { events } from '../../api/resources.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Clock } from '../../clock/index.ts';
import { eventName, referenceTo, wholeSeconds } from '../../events/index.ts';
import type { OwnClient } from '../bootstrap/bootstrap.ts';

export interface OwnEvent {
  /** Who says it: `ipallocator-repair-controller`. */
  readonly component: string;
  readonly about: KubeObject;
  readonly reason: string;
  readonly note: string;
  /** What was being done; the older kind of event has none. */
  readonly action?: string;
}

const repeatMs = 30 * 60_000;

export class OwnEvents {
  readonly #client: OwnClient;
  readonly #clock: Clock;
  readonly #told = new Map<string, number>();

  constructor(client: OwnClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** True when it was written; false when it was told a moment ago. */
  async warn({ component, about, reason, note, action }: OwnEvent): Promise<boolean> {
    const now = this.#clock.now();
    this.#forget(now);
    const key = JSON.stringify([component, about.metadata.uid, reason, note]);
    if (this.#told.has(key)) return false;
    this.#told.set(key, now);
    const time = wholeSeconds(now);
    const nanos = BigInt(now) * 1_000_000n + BigInt(this.#told.size);
    const namespace = about.metadata.namespace ?? 'default';
    const style =
      action === undefined
        ? { source: { component }, firstTimestamp: time, lastTimestamp: time, count: 1 }
        : { action, eventTime: `${new Date(now).toISOString().slice(0, -1)}000Z` };
    await this.#client.send('POST', pathOf(events, namespace), {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName(about.metadata.name ?? '', nanos), namespace },
      involvedObject: referenceTo(about),
      reason,
      message: note,
      type: 'Warning',
      reportingComponent: component,
      reportingInstance: component,
      ...style,
    });
    return true;
  }

  #forget(now: number): void {
    for (const [key, at] of this.#told) {
      if (now - at < repeatMs) return;
      this.#told.delete(key);
    }
  }
}
