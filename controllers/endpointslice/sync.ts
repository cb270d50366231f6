/** One key: gather what the planner needs, plan, apply, remember. */
import type { EndpointSlice, Node, Pod, Service } from '../../pkg/api/types.ts';
import type { Client } from '../../pkg/client/index.ts';
import type { Clock } from '../../pkg/clock/index.ts';
import type { SliceTracker, TriggerMemory } from '../../pkg/endpoints/index.ts';
import {
  followsPods,
  isManagedBy,
  isTerminatingObject,
  nextTrigger,
  selectedPods,
  sliceManager,
} from '../../pkg/endpoints/index.ts';
import { isAtLeast } from '../../pkg/informer/index.ts';
import type { EventSink, Source } from '../../pkg/reconcile/index.ts';
import { applyPlan, candidatePods, SyncError } from '../../pkg/reconcile/index.ts';
import type { WriteStep } from '../../pkg/steps/index.ts';
import type { WorkContext, WorkResult } from '../../pkg/workqueue/index.ts';
import { StaleError } from '../../pkg/workqueue/index.ts';
import type { ClusterTopology } from './cluster-topology.ts';
import type { Because } from './draft.ts';
import type { SliceMetrics } from './metrics.ts';
import type { SliceOptions, SlicePlan } from './plan.ts';
import { planEndpointSlices } from './plan.ts';

export interface SyncInputs {
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly metrics: SliceMetrics;
  readonly tracker: SliceTracker;
  readonly topology: ClusterTopology;
  readonly options: SliceOptions;
  readonly services: Source<Service>;
  readonly pods: Source<Pod>;
  readonly nodes: Source<Node>;
  readonly slices: Source<EndpointSlice>;
}

export class SliceSync {
  readonly #inputs: SyncInputs;
  readonly #triggers = new Map<string, TriggerMemory>();

  constructor(inputs: SyncInputs) {
    this.#inputs = inputs;
  }

  /** Rejects when something has to be tried again. */
  async sync(key: string, work: WorkContext): Promise<WorkResult> {
    const { metrics } = this.#inputs;
    try {
      await this.#sync(key, work);
      metrics.synced('success');
    } catch (error) {
      metrics.synced(error instanceof StaleError ? 'stale' : 'error');
      throw error;
    }
  }

  async #sync(key: string, { signal }: WorkContext): Promise<void> {
    const service = this.#inputs.services.store.get(key);
    if (service === undefined) {
      this.#forget(key);
    } else if (followsPods(service)) {
      const slices = this.#ownSlices(key);
      this.#checkCache(key, slices);
      const pods = selectedPods(service, candidatePods(this.#inputs.pods, service));
      const trigger = nextTrigger(this.#triggers.get(key), service, pods);
      const plan = planEndpointSlices({
        service,
        pods,
        slices,
        nodes: this.#inputs.nodes.store,
        triggerTime: trigger.time,
        shares: this.#inputs.topology.shares,
        memories: this.#inputs.topology.memoriesOf(key) ?? new Map(),
        options: this.#inputs.options,
      });
      await this.#apply(key, service, plan, signal);
      this.#triggers.set(key, trigger.memory);
      // From now on a deletion or a change by somebody else is noticed, even if we never wrote this slice.
      for (const slice of this.#ownSlices(key)) this.#trackIfNew(key, slice);
    }
  }

  async #apply(key: string, service: Service, plan: SlicePlan, signal: AbortSignal): Promise<void> {
    const { client, events, metrics, topology } = this.#inputs;
    const failed = new Set<string>();
    metrics.planned(key, plan);
    topology.remember(key, plan.memories);
    try {
      await applyPlan(plan, {
        client,
        signal,
        written: (step, result) => this.#written(key, step, result),
        event: ({ type, reason, message }) => events.event(service, type, reason, message),
        failed: ({ chain }) => failed.add(chain),
        failureText: (step) => failureText(step, service),
      });
    } catch (error) {
      // X21: every failed reconcile.
      if (error instanceof SyncError) {
        const { namespace, name } = service.metadata;
        const text = `Error updating Endpoint Slices for Service ${namespace}/${name}: ${error.message}`;
        events.event(service, 'Warning', 'FailedToUpdateEndpointSlices', text);
      }
      throw error;
    } finally {
      metrics.finished(plan, failed);
    }
  }

  #written(key: string, step: WriteStep<EndpointSlice, Because>, result: EndpointSlice | undefined): void {
    const { tracker, metrics, clock } = this.#inputs;
    if (result === undefined) tracker.expectDeletion(key, step.object, clock.monotonic());
    else tracker.wrote(key, result, clock.monotonic());
    metrics.wrote(step.kind);
  }

  /** S33 */
  #checkCache(key: string, listed: readonly EndpointSlice[]): void {
    const { tracker, slices, clock } = this.#inputs;
    const hasReached = (version: string): boolean => isAtLeast(slices.store.lastVersion, version);
    if (tracker.isStale(key, listed, { hasReached, now: clock.monotonic() })) {
      throw new StaleError('EndpointSlice informer cache is out of date');
    }
  }

  #trackIfNew(key: string, slice: EndpointSlice): void {
    const { tracker, clock } = this.#inputs;
    if (!tracker.has(key, slice)) tracker.wrote(key, slice, clock.monotonic());
  }

  /** S1, S2 */
  #ownSlices(key: string): EndpointSlice[] {
    return this.#inputs.slices.store
      .byIndex('sliceService', key)
      .filter((slice) => isManagedBy(slice, sliceManager) && !isTerminatingObject(slice));
  }

  /** S1: no request; garbage collection follows the owner reference. */
  #forget(key: string): void {
    const { tracker, topology, metrics } = this.#inputs;
    this.#triggers.delete(key);
    tracker.forget(key);
    topology.forget(key);
    metrics.forget(key);
  }
}

/** S29 */
function failureText(step: WriteStep<EndpointSlice, Because>, { metadata }: Service): string {
  const { namespace, name } = metadata;
  const service = `EndpointSlice for Service ${namespace}/${name}: `;
  if (step.kind === 'create') return `failed to create ${service}`;
  const verb = step.because === 'familyRemoved' ? 'error deleting' : `failed to ${step.kind}`;
  return `${verb} ${step.object.metadata.name} ${service}`;
}
