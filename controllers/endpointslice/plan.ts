/**
 * The pure core of the EndpointSlice controller: what has to be written so that the slices of one Service say where
 * its pods are, in the fewest writes.
 *
 * For each address type of the Service: endpoints that should exist (desired.ts), packed into slices group by group
 * (pack.ts), an empty slice if there would be none (placeholder.ts), hints (hints.ts), steps (finalize.ts). Slices of
 * other address types are deleted last (S5).
 */
import type { EndpointSlice, Node, Pod, Service } from '../../pkg/api/types.ts';
import type { Exclusion, IpFamily } from '../../pkg/endpoints/index.ts';
import {
  addressTypesOf,
  belongsTo,
  byName,
  followsPods,
  isTerminatingObject,
  selectedPods,
  sliceManager,
  tuningOf,
} from '../../pkg/endpoints/index.ts';
import type { HintMode, NodeShares } from '../../pkg/topology/index.ts';
import { hintModeOf } from '../../pkg/topology/index.ts';
import type { Plan, Step } from '../../pkg/steps/index.ts';
import { aggregate } from '../../pkg/steps/index.ts';
import type { NodesByName } from './desired.ts';
import type { Because } from './draft.ts';
import { deleteStep } from './finalize.ts';
import type { HintMemory } from './hints.ts';
import type { TypePlan } from './plan-type.ts';
import { planType } from './plan-type.ts';

export interface SliceOptions {
  /** `--max-endpoints-per-slice`, 1–1000. */
  readonly maxEndpointsPerSlice: number;
  /** U4: so many writes may be spent on bringing sparse slices together, if nothing else is to be done; 0: none. */
  readonly compactWrites: number;
  /** PreferSameZone and PreferSameNode count (T2). */
  readonly preferSameTrafficDistribution: boolean;
}

export const defaultSliceOptions: SliceOptions = {
  maxEndpointsPerSlice: 100,
  compactWrites: 0,
  preferSameTrafficDistribution: true,
};

export type HintMemories = ReadonlyMap<IpFamily, HintMemory>;

export interface SliceInputs {
  /** Absent: the Service is gone, and garbage collection sees to its slices. */
  readonly service: Service | undefined;
  /** At least all pods that the selector means; others are passed over. */
  readonly pods: readonly Pod[];
  readonly nodes: NodesByName | readonly Node[];
  /** At least all slices of this Service; foreign ones and those being deleted are passed over. */
  readonly slices: readonly EndpointSlice[];
  readonly triggerTime?: string | undefined;
  readonly shares?: NodeShares;
  readonly memories?: HintMemories;
  readonly options?: Partial<SliceOptions>;
}

export interface SlicePlan extends Plan<EndpointSlice, Because> {
  readonly steps: readonly Step<EndpointSlice, Because>[];
  /** Pods left out and why, once for each address type that left them out. */
  readonly excluded: readonly Exclusion[];
  readonly types: readonly TypePlan[];
  readonly mode: HintMode;
  /** Endpoints that a slice of this Service may hold. */
  readonly max: number;
  readonly memories: HintMemories;
}

const nothingToDo: SlicePlan = {
  steps: [],
  excluded: [],
  types: [],
  mode: { kind: 'none' },
  max: defaultSliceOptions.maxEndpointsPerSlice,
  memories: new Map(),
};

export function planEndpointSlices(inputs: SliceInputs): SlicePlan {
  const { service, memories } = inputs;
  if (service === undefined || !followsPods(service)) return nothingToDo;

  const { maxEndpointsPerSlice } = tuningOf(service);
  const options = {
    ...defaultSliceOptions,
    ...inputs.options,
    ...(maxEndpointsPerSlice === undefined ? {} : { maxEndpointsPerSlice }),
  };
  const pods = selectedPods(service, inputs.pods);
  const slices = ownSlices(service, inputs.slices);
  const nodes = byNodeName(inputs.nodes);
  const families = addressTypesOf(service);
  const mode = hintModeOf(service, options);

  const types = families.map((family) =>
    planType({
      service,
      family,
      pods,
      nodes,
      slices: slices.filter(({ addressType }) => addressType === family),
      triggerTime: inputs.triggerTime,
      hints: { mode, shares: inputs.shares, memory: memories?.get(family) },
      max: options.maxEndpointsPerSlice,
      compactWrites: options.compactWrites,
    }),
  );
  const leftovers = slices.filter(({ addressType }) => !families.some((family) => family === addressType));
  const problems = types.flatMap((type) => type.problems);
  return {
    steps: Object.freeze([
      ...types.flatMap(({ steps, events }): Step<EndpointSlice, Because>[] => [...steps, ...events]),
      ...leftovers.map((slice) => deleteStep({ slice, because: 'familyRemoved' }, slice.metadata.name ?? '')),
    ]),
    ...(problems.length === 0 ? {} : { failure: aggregate(problems) }),
    excluded: types.flatMap(({ excluded }) => excluded),
    types,
    mode,
    max: options.maxEndpointsPerSlice,
    memories: new Map(types.flatMap(({ family, memory }) => (memory === undefined ? [] : [[family, memory]]))),
  };
}

/** S1, S2, in one order whatever the order they came in. */
function ownSlices(
  { metadata: { namespace = '', name = '' } }: Service,
  slices: readonly EndpointSlice[],
): EndpointSlice[] {
  return slices
    .filter((slice) => belongsTo(slice, sliceManager, namespace, name) && !isTerminatingObject(slice))
    .sort(byName);
}

function byNodeName(nodes: SliceInputs['nodes']): NodesByName {
  return 'get' in nodes ? nodes : new Map(nodes.map((node) => [node.metadata.name ?? '', node]));
}
