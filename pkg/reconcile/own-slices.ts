/** The slices of one manager: what the cache shows of them, and what was written that it may not show yet (S30–S34). */
import type { EndpointSlice } from '../api/types.ts';
import type { Clock } from '../clock/index.ts';
import type { SliceTracker } from '../endpoints/index.ts';
import { isManagedBy, isTerminatingObject } from '../endpoints/index.ts';
import { isAtLeast } from '../informer/index.ts';
import type { WriteStep } from '../steps/index.ts';
import { StaleError } from '../workqueue/index.ts';
import type { Source } from './candidates.ts';

export interface OwnSlicesInputs {
  readonly manager: string;
  /** With the index `sliceService`. */
  readonly slices: Source<EndpointSlice>;
  readonly tracker: SliceTracker;
  readonly clock: Clock;
}

/** Services go by `namespace/name`. */
export class OwnSlices {
  readonly #inputs: OwnSlicesInputs;

  constructor(inputs: OwnSlicesInputs) {
    this.#inputs = inputs;
  }

  /** S1, S2, M5, U14: those of others and those being deleted are passed over. */
  of(key: string): EndpointSlice[] {
    const { slices, manager } = this.#inputs;
    return slices.store
      .byIndex('sliceService', key)
      .filter((slice) => isManagedBy(slice, manager) && !isTerminatingObject(slice));
  }

  /** S33, M14: throws when a plan made of these slices would rest on an old state. */
  checkFresh(key: string, listed: readonly EndpointSlice[]): void {
    const { tracker, slices, clock } = this.#inputs;
    const hasReached = (version: string): boolean => isAtLeast(slices.store.lastVersion, version);
    if (tracker.isStale(key, listed, { hasReached, now: clock.monotonic() })) {
      throw new StaleError('EndpointSlice informer cache is out of date');
    }
  }

  /** S31: `result` is the server's answer, absent after a deletion. */
  wrote(key: string, step: WriteStep<EndpointSlice>, result: EndpointSlice | undefined): void {
    const { tracker, clock } = this.#inputs;
    if (result === undefined) tracker.expectDeletion(key, step.object, clock.monotonic());
    else tracker.wrote(key, result, clock.monotonic());
  }

  /** From now on a deletion or a change by somebody else is noticed, even of a slice that we never wrote. */
  trackAll(key: string): void {
    const { tracker, clock } = this.#inputs;
    for (const slice of this.of(key)) if (!tracker.has(key, slice)) tracker.wrote(key, slice, clock.monotonic());
  }

  /** S34 */
  forget(key: string): void {
    this.#inputs.tracker.forget(key);
  }
}
