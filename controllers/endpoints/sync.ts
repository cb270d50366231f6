/** One key: gather what the planner needs, plan, apply, remember. */
import type { Endpoints, Pod, Service } from '../../pkg/api/types.ts';
import type { Client } from '../../pkg/client/index.ts';
import type { Clock } from '../../pkg/clock/index.ts';
import type { TriggerMemory } from '../../pkg/endpoints/index.ts';
import { followsPods, nextTrigger, selectedPods } from '../../pkg/endpoints/index.ts';
import { isAtLeast, splitKey } from '../../pkg/informer/index.ts';
import type { EventSink, Source } from '../../pkg/reconcile/index.ts';
import { applyPlan, candidatePods } from '../../pkg/reconcile/index.ts';
import type { WriteStep } from '../../pkg/steps/index.ts';
import type { WorkContext, WorkResult } from '../../pkg/workqueue/index.ts';
import { StaleError } from '../../pkg/workqueue/index.ts';
import type { Because, EndpointsInputs } from './plan.ts';
import { planEndpoints } from './plan.ts';
import { WriteMemory } from './write-memory.ts';

export interface SyncInputs {
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly services: Source<Service>;
  readonly pods: Source<Pod>;
  readonly endpoints: Source<Endpoints>;
}

export class EndpointsSync {
  readonly #inputs: SyncInputs;
  readonly #triggers = new Map<string, TriggerMemory>();
  readonly #writes = new WriteMemory();

  constructor(inputs: SyncInputs) {
    this.#inputs = inputs;
  }

  /** Rejects when something has to be tried again. */
  async sync(key: string, { signal }: WorkContext): Promise<WorkResult> {
    const service = this.#inputs.services.store.get(key);
    const current = this.#inputs.endpoints.store.get(key);
    if (service === undefined) {
      await this.#apply(key, { service, pods: [], current }, signal);
      this.#triggers.delete(key);
      this.#writes.forget(key);
    } else if (followsPods(service)) {
      this.#checkCache(key, current);
      const pods = selectedPods(service, candidatePods(this.#inputs.pods, service));
      // H5: after the check, so that a sync that goes no further does not use up the time; kept after the writes.
      const trigger = nextTrigger(this.#triggers.get(key), service, pods);
      await this.#apply(key, { service, pods, current, triggerTime: trigger.time }, signal);
      this.#triggers.set(key, trigger.memory);
    }
  }

  async #apply(key: string, inputs: Omit<EndpointsInputs, 'namespace' | 'name'>, signal: AbortSignal): Promise<void> {
    await applyPlan(planEndpoints({ ...splitKey(key), ...inputs }), {
      client: this.#inputs.client,
      signal,
      event: ({ object, type, reason, message }) => this.#inputs.events.event(object, type, reason, message),
      written: (_, result) => this.#remember(key, inputs.current, result),
      failed: (step, text) => this.#tell(step, text),
    });
  }

  #checkCache(key: string, current: Endpoints | undefined): void {
    const { clock, endpoints } = this.#inputs;
    const hasReached = (version: string): boolean => isAtLeast(endpoints.store.lastVersion, version);
    const stale = this.#writes.whyStale(key, current, { hasReached, now: clock.monotonic() });
    if (stale !== undefined) throw new StaleError(stale);
  }

  #remember(key: string, replaced: Endpoints | undefined, result: Endpoints | undefined): void {
    if (result !== undefined) this.#writes.wrote(key, replaced, result, this.#inputs.clock.monotonic());
  }

  /** X20. H20: about an object with a namespace, so that the event lands beside it. */
  #tell({ kind, object }: WriteStep<Endpoints, Because>, text: string): void {
    if (kind === 'delete') return;
    const { namespace, name } = object.metadata;
    const [reason, verb] =
      kind === 'create'
        ? ['FailedToCreateEndpoint', 'Failed to create endpoint for service']
        : ['FailedToUpdateEndpoint', 'Failed to update endpoint'];
    this.#inputs.events.event(object, 'Warning', reason, `${verb} ${namespace}/${name}: ${text}`);
  }
}
