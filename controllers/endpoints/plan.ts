/**
 * The pure core of the Endpoints controller: the one write, if any, that makes the Endpoints object of a Service say
 * where its pods are.
 */
import { endpoints as endpointsResource } from '../../pkg/api/resources.ts';
import type { EndpointSubset, Endpoints, Pod, Service } from '../../pkg/api/types.ts';
import type { Exclusion } from '../../pkg/endpoints/index.ts';
import {
  endpointsManagedByLabel,
  endpointsManager,
  followsPods,
  headlessLabel,
  isHeadless,
  overCapacityAnnotation,
  sameEntries,
  selectedPods,
  triggerTimeAnnotation,
  valueOf,
  withoutKeys,
} from '../../pkg/endpoints/index.ts';
import type { Plan, Step } from '../../pkg/steps/index.ts';
import { preconditionOf } from '../../pkg/steps/index.ts';
import { publishesTheSame } from './same-subsets.ts';
import { desiredSubsets } from './subsets.ts';
import type { Truncated } from './truncate.ts';
import { maxAddresses, truncate } from './truncate.ts';

/** Why the object is written. Machine words. */
export type Because = 'serviceGone' | 'endpointsMissing' | 'subsetsChanged' | 'labelsChanged' | 'capacityChanged';

export interface EndpointsInputs {
  /** Of the Service and of its Endpoints object. */
  readonly namespace: string;
  readonly name: string;
  /** Absent: it is gone, and its Endpoints object with it (E2). */
  readonly service: Service | undefined;
  /** At least all pods that the selector means; others are passed over. */
  readonly pods: readonly Pod[];
  readonly current: Endpoints | undefined;
  readonly triggerTime?: string | undefined;
}

export interface EndpointsPlan extends Plan<Endpoints, Because> {
  readonly steps: readonly Step<Endpoints, Because>[];
  readonly excluded: readonly Exclusion[];
}

const truncatedMark = 'truncated';
/** Labels that are ours to set whatever the Service carries; H29: they never count as a difference. */
const ownLabels: ReadonlySet<string> = new Set([headlessLabel, endpointsManagedByLabel]);
const ownAnnotations: ReadonlySet<string> = new Set([triggerTimeAnnotation, overCapacityAnnotation]);

export function planEndpoints(inputs: EndpointsInputs): EndpointsPlan {
  const { service } = inputs;
  if (service === undefined) return { steps: Object.freeze([removal(inputs)]), excluded: [] };
  if (!followsPods(service)) return { steps: [], excluded: [] };

  const desired = desiredSubsets(service, selectedPods(service, inputs.pods));
  const truncated = truncate(desired.subsets);
  const left = cutOff(desired.subsets, truncated);
  const steps = [...write(inputs, service, truncated), ...news(inputs, service, truncated, left.length)];
  return { steps: Object.freeze(steps), excluded: [...desired.excluded, ...left] };
}

function removal({ namespace, name, current }: EndpointsInputs): Step<Endpoints, Because> {
  return {
    kind: 'delete',
    resource: endpointsResource,
    object: current ?? { metadata: { namespace, name } },
    // Not the version: however it was edited meanwhile, it goes.
    precondition: current?.metadata.uid === undefined ? {} : { uid: current.metadata.uid },
    because: 'serviceGone',
    chain: name,
  };
}

function write(inputs: EndpointsInputs, service: Service, truncated: Truncated): Step<Endpoints, Because>[] {
  const { current, namespace, name, triggerTime } = inputs;
  const write = { resource: endpointsResource, chain: name };
  if (current === undefined) {
    const empty: Endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { namespace, name } };
    const object = fill(empty, service, truncated, triggerTime);
    return [{ ...write, kind: 'create', object, because: 'endpointsMissing' }];
  }
  const because = difference(current, service, truncated);
  if (because === undefined) return [];
  const object = fill(current, service, truncated, triggerTime);
  return [{ ...write, kind: 'update', object, precondition: preconditionOf(current), because }];
}

/** E20. H3: compared with what would be written, so that an object over capacity is not written at every sync. */
function difference(current: Endpoints, service: Service, { subsets, overCapacity }: Truncated): Because | undefined {
  if (!publishesTheSame(current.subsets, subsets)) return 'subsetsChanged';
  if (!labelsAreRight(current, service)) return 'labelsChanged';
  const mark = valueOf(current.metadata.annotations, overCapacityAnnotation);
  return mark === (overCapacity ? truncatedMark : undefined) ? undefined : 'capacityChanged';
}

/** E21: a missing or superfluous headless label alone is no reason to write. */
function labelsAreRight(current: Endpoints, service: Service): boolean {
  return (
    valueOf(current.metadata.labels, endpointsManagedByLabel) === endpointsManager &&
    sameEntries(current.metadata.labels, service.metadata.labels, ownLabels)
  );
}

/** E14–E17: everything we decide, put into a copy; annotations of others stay. */
function fill(
  base: Endpoints,
  service: Service,
  { subsets, overCapacity }: Truncated,
  triggerTime: string | undefined,
): Endpoints {
  const { subsets: _, metadata, ...rest } = base;
  const { annotations: existing, ...kept } = metadata;
  const annotations = {
    ...withoutKeys(existing, ownAnnotations),
    ...(triggerTime === undefined ? {} : { [triggerTimeAnnotation]: triggerTime }),
    ...(overCapacity ? { [overCapacityAnnotation]: truncatedMark } : {}),
  };
  return {
    ...rest,
    metadata: {
      ...kept,
      labels: {
        ...withoutKeys(service.metadata.labels, ownLabels),
        ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
        [endpointsManagedByLabel]: endpointsManager,
      },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    ...(subsets.length === 0 ? {} : { subsets }),
  };
}

/** U11: said once when pods begin to be left out, and once when none is any more. */
function news(
  { current, namespace, name }: EndpointsInputs,
  service: Service,
  { overCapacity }: Truncated,
  left: number,
): Step<Endpoints, Because>[] {
  const wasOver = valueOf(current?.metadata.annotations, overCapacityAnnotation) !== undefined;
  if (wasOver === overCapacity) return [];
  const event = { kind: 'event', object: service, because: 'capacityChanged' } as const;
  if (!overCapacity) {
    const message = `Endpoints ${namespace}/${name} hold all addresses again`;
    return [{ ...event, type: 'Normal', reason: 'EndpointsComplete', message }];
  }
  const pods = left === 1 ? '1 Pod is' : `${left} Pods are`;
  const message = `Endpoints ${namespace}/${name} hold at most ${maxAddresses} addresses, and ${pods} left out; EndpointSlices have all`;
  return [{ ...event, type: 'Warning', reason: 'EndpointsTruncated', message }];
}

/** The pods that fell to the limit. */
function cutOff(all: readonly EndpointSubset[], { subsets, overCapacity }: Truncated): Exclusion[] {
  if (!overCapacity) return [];
  const names = (list: readonly EndpointSubset[]): string[] =>
    list
      .flatMap(({ addresses, notReadyAddresses }) => [...(addresses ?? []), ...(notReadyAddresses ?? [])])
      .map(({ targetRef }) => targetRef?.name ?? '');
  const kept = new Set(names(subsets));
  return [...new Set(names(all))].filter((pod) => !kept.has(pod)).map((pod) => ({ pod, because: 'overCapacity' }));
}
