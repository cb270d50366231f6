/** One key: gather what the planner needs, plan, apply, remember. */
import type { EndpointSlice, Endpoints, Service } from '../../pkg/api/types.ts';
import type { Client } from '../../pkg/client/index.ts';
import type { Clock } from '../../pkg/clock/index.ts';
import type { SliceTracker } from '../../pkg/endpoints/index.ts';
import { mirrorManager } from '../../pkg/endpoints/index.ts';
import { splitKey } from '../../pkg/informer/index.ts';
import type { EventSink, Source } from '../../pkg/reconcile/index.ts';
import { applyPlan, OwnSlices, SyncError } from '../../pkg/reconcile/index.ts';
import type { WriteStep } from '../../pkg/steps/index.ts';
import type { WorkContext, WorkResult } from '../../pkg/workqueue/index.ts';
import type { MirrorMetrics } from './metrics.ts';
import type { Because, MirrorPlan } from './plan.ts';
import { planMirror } from './plan.ts';

export interface SyncInputs {
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly metrics: MirrorMetrics;
  readonly tracker: SliceTracker;
  readonly maxEndpointsPerSubset: number;
  readonly endpoints: Source<Endpoints>;
  readonly services: Source<Service>;
  readonly slices: Source<EndpointSlice>;
}

export class MirrorSync {
  readonly #inputs: SyncInputs;
  readonly #slices: OwnSlices;

  constructor(inputs: SyncInputs) {
    this.#inputs = inputs;
    this.#slices = new OwnSlices({ ...inputs, manager: mirrorManager });
  }

  /** Rejects when something has to be tried again. */
  async sync(key: string, work: WorkContext): Promise<WorkResult> {
    const { clock, metrics } = this.#inputs;
    const begun = clock.monotonic();
    try {
      await this.#sync(key, work);
    } finally {
      metrics.synced(clock.monotonic() - begun);
    }
  }

  async #sync(key: string, { signal }: WorkContext): Promise<void> {
    const { endpoints, services, maxEndpointsPerSubset } = this.#inputs;
    const slices = this.#slices.of(key);
    const plan = planMirror({
      ...splitKey(key),
      endpoints: endpoints.store.get(key),
      service: services.store.get(key),
      slices,
      maxEndpointsPerSubset,
    });
    if (plan.figures === undefined) {
      await this.#cleanUp(key, plan, signal);
      return;
    }
    this.#slices.checkFresh(key, slices);
    this.#inputs.metrics.planned(key, plan.figures);
    await this.#apply(key, plan, signal);
    this.#slices.trackAll(key);
  }

  async #apply(key: string, plan: MirrorPlan, signal: AbortSignal): Promise<void> {
    const { client, events, metrics } = this.#inputs;
    await applyPlan(plan, {
      client,
      signal,
      written: (step, result) => {
        this.#slices.wrote(key, step, result);
        metrics.wrote(step.kind);
      },
      event: ({ object, type, reason, message }) => events.event(object, type, reason, message),
      failureText: (step) => failureText(step, key),
    });
  }

  /** M3, M4: everything goes, nothing is waited for, and nothing is counted. */
  async #cleanUp(key: string, plan: MirrorPlan, signal: AbortSignal): Promise<void> {
    const { client, metrics } = this.#inputs;
    this.#slices.forget(key);
    metrics.forget(key);
    try {
      await applyPlan(plan, { client, signal, written: () => {} });
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      const [first] = error.errors;
      const counts = `${error.errors.length}/${plan.steps.length}`;
      const text = `error(s) deleting ${counts} EndpointSlices for ${key} Endpoints, including: `;
      throw new SyncError(text + (Error.isError(first) ? first.message : String(first)), error.errors);
    }
  }
}

/** M17 */
function failureText(step: WriteStep<EndpointSlice, Because>, key: string): string {
  const endpoints = `EndpointSlice for Endpoints ${key}: `;
  if (step.kind === 'create') return `failed to create ${endpoints}`;
  return `failed to ${step.kind} ${step.object.metadata.name} ${endpoints}`;
}
