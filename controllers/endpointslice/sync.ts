/** One key: gather what the planner needs, plan, apply, remember. */
import type { EndpointSlice, Node, Pod, Service } from '../../pkg/api/types.ts';
import type { Client } from '../../pkg/client/index.ts';
import type { Clock } from '../../pkg/clock/index.ts';
import type { SliceTracker, TriggerMemory } from '../../pkg/endpoints/index.ts';
import { followsPods, nextTrigger, selectedPods, sliceManager, tuningOf } from '../../pkg/endpoints/index.ts';
import type { EventSink, Source } from '../../pkg/reconcile/index.ts';
import { applyPlan, candidatePods, OwnSlices, SyncError } from '../../pkg/reconcile/index.ts';
import type { WriteStep } from '../../pkg/steps/index.ts';
import type { WorkContext, WorkResult } from '../../pkg/workqueue/index.ts';
import { StaleError } from '../../pkg/workqueue/index.ts';
import type { ClusterTopology } from './cluster-topology.ts';
import type { Compaction } from './compaction.ts';
import type { Because } from './draft.ts';
import type { SliceMetrics } from './metrics.ts';
import type { SliceInputs, SliceOptions, SlicePlan } from './plan.ts';
import { planEndpointSlices } from './plan.ts';

export interface SyncInputs {
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly metrics: SliceMetrics;
  readonly tracker: SliceTracker;
  readonly topology: ClusterTopology;
  readonly compaction: Compaction;
  readonly options: SliceOptions;
  readonly services: Source<Service>;
  readonly pods: Source<Pod>;
  readonly nodes: Source<Node>;
  readonly slices: Source<EndpointSlice>;
}

export class SliceSync {
  readonly #inputs: SyncInputs;
  readonly #slices: OwnSlices;
  readonly #triggers = new Map<string, TriggerMemory>();
  /** U6: what was said about the annotations of each Service. */
  readonly #complaints = new Map<string, string>();

  constructor(inputs: SyncInputs) {
    this.#inputs = inputs;
    this.#slices = new OwnSlices({ ...inputs, manager: sliceManager });
  }

  /** Rejects when something has to be tried again. */
  async sync(key: string, work: WorkContext): Promise<WorkResult> {
    const { metrics } = this.#inputs;
    try {
      const result = await this.#sync(key, work);
      metrics.synced('success');
      return result;
    } catch (error) {
      metrics.synced(error instanceof StaleError ? 'stale' : 'error');
      throw error;
    }
  }

  async #sync(key: string, { signal }: WorkContext): Promise<WorkResult> {
    const service = this.#inputs.services.store.get(key);
    if (service === undefined) {
      this.#forget(key);
    } else if (followsPods(service)) {
      const slices = this.#slices.of(key);
      this.#slices.checkFresh(key, slices);
      const pods = selectedPods(service, candidatePods(this.#inputs.pods, service));
      const trigger = nextTrigger(this.#triggers.get(key), service, pods);
      this.#complain(key, service);
      const { plan, result } = this.#plan(key, {
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
      this.#slices.trackAll(key);
      return result;
    }
  }

  /** U4: the same once more with writes to spend, where nothing else is to be done. */
  #plan(key: string, inputs: SliceInputs): { readonly plan: SlicePlan; readonly result: WorkResult } {
    const { compaction, clock } = this.#inputs;
    const plan = planEndpointSlices(inputs);
    const { writes, requeueAfterMs } = compaction.consider(key, plan, clock.monotonic());
    const result = requeueAfterMs === undefined ? undefined : { requeueAfterMs };
    if (writes === 0) return { plan, result };
    const compacted = planEndpointSlices({ ...inputs, options: { ...inputs.options, compactWrites: writes } });
    compaction.spent(writes, compacted.steps.filter(({ kind }) => kind !== 'event').length);
    return { plan: compacted, result };
  }

  /** U6: said once, until the annotations change. */
  #complain(key: string, service: Service): void {
    const text = tuningOf(service).problems.join('; ');
    if (text === (this.#complaints.get(key) ?? '')) return;
    if (text === '') this.#complaints.delete(key);
    else this.#complaints.set(key, text);
    if (text !== '') this.#inputs.events.event(service, 'Warning', 'InvalidTuning', text);
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
        written: (step, result) => {
          this.#slices.wrote(key, step, result);
          metrics.wrote(step.kind);
        },
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

  /** S1: no request; garbage collection follows the owner reference. */
  #forget(key: string): void {
    const { topology, metrics, compaction } = this.#inputs;
    this.#triggers.delete(key);
    this.#complaints.delete(key);
    compaction.forget(key);
    this.#slices.forget(key);
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
