/**
 * The pure core of the mirroring controller: what has to be written so that an Endpoints object somebody else keeps
 * has slices that say the same. One slice a group, no placeholder; whatever is no longer meant goes.
 */
import { endpointSlices } from '../../pkg/api/resources.ts';
import type { EndpointSlice, Endpoints, Service } from '../../pkg/api/types.ts';
import {
  belongsTo,
  byName,
  endpointIdentity,
  isSelectorless,
  isTerminatingObject,
  mirrorManager,
  saysTheSame,
} from '../../pkg/endpoints/index.ts';
import type { DeleteStep, EventStep, Plan, Step, UpdateStep } from '../../pkg/steps/index.ts';
import { preconditionOf } from '../../pkg/steps/index.ts';
import type { Mirror, MirrorGroup } from './desired.ts';
import { groupKey, mirrorOf } from './desired.ts';
import { isMirrorable } from './mirrorable.ts';
import { looksRight, mirrorSlice } from './template.ts';

/** Why something is written or said. Machine words. */
export type Because =
  | 'groupMissing'
  | 'contentChanged'
  /** the Endpoints object, its labels or its Service say that nothing is to be mirrored */
  | 'notMirrored'
  /** no subset has these ports and this family, or another slice has them already */
  | 'groupGone'
  | 'surplus'
  /** a slice that was to go takes the content of one that was to come */
  | 'recycled'
  | 'addressInvalid'
  | 'tooManyAddresses';

export interface MirrorInputs {
  /** Of the Endpoints object and of its Service. */
  readonly namespace: string;
  readonly name: string;
  readonly endpoints: Endpoints | undefined;
  readonly service: Service | undefined;
  /** At least all slices of this Service; foreign ones are passed over. */
  readonly slices: readonly EndpointSlice[];
  /** `--mirroring-max-endpoints-per-subset`, 1–1000. */
  readonly maxEndpointsPerSubset?: number;
}

/** Numbers for metrics (X10, X12). */
export interface MirrorFigures {
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly skipped: number;
  /** Endpoints and slices as they will be, group by group. */
  readonly groups: readonly { readonly endpoints: number; readonly slices: number }[];
}

export interface MirrorPlan extends Plan<EndpointSlice, Because> {
  readonly steps: readonly Step<EndpointSlice, Because>[];
  /** Undefined when nothing is to be mirrored (M3). */
  readonly figures: MirrorFigures | undefined;
}

export const defaultMaxEndpointsPerSubset = 1000;

export function planMirror(inputs: MirrorInputs): MirrorPlan {
  const { namespace, name, endpoints, service, maxEndpointsPerSubset = defaultMaxEndpointsPerSubset } = inputs;
  // U14: what is being deleted already counts no more, whatever finalizer holds it.
  const slices = inputs.slices
    .filter((slice) => belongsTo(slice, mirrorManager, namespace, name) && !isTerminatingObject(slice))
    .sort(byName);
  if (endpoints === undefined || !isMirrorable(endpoints) || service === undefined || !isSelectorless(service)) {
    // M4: each on its own, so that all are attempted.
    const steps = slices.map((slice) => deleteStep(slice, 'notMirrored', slice.metadata.name ?? ''));
    return { steps: Object.freeze(steps), figures: undefined };
  }
  const mirror = mirrorOf(endpoints, maxEndpointsPerSubset);
  const existing = Map.groupBy(slices, ({ addressType, ports }) => groupKey(addressType, ports));
  const groups = [...mirror.groups].map(([key, group]) => compareGroup(endpoints, group, existing.get(key) ?? []));
  const orphans = [...existing].flatMap(([key, list]) => (mirror.groups.has(key) ? [] : list));
  return {
    steps: Object.freeze([...events(endpoints, mirror, maxEndpointsPerSubset), ...writes(endpoints, groups, orphans)]),
    figures: figures(mirror, groups, orphans),
  };
}

interface GroupPlan {
  readonly group: MirrorGroup;
  /** The first slice listed is kept; `undefined`: one has to be created. */
  readonly kept: EndpointSlice | undefined;
  readonly rewrite: boolean;
  readonly surplus: readonly EndpointSlice[];
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
}

/** M11, M12, M18. */
function compareGroup(endpoints: Endpoints, group: MirrorGroup, slices: readonly EndpointSlice[]): GroupPlan {
  const [kept, ...surplus] = slices;
  if (kept === undefined) {
    return { group, kept, rewrite: true, surplus, added: group.endpoints.size, updated: 0, removed: 0 };
  }
  const pairs = (kept.endpoints ?? []).map((endpoint) => [endpoint, group.endpoints.get(endpointIdentity(endpoint))]);
  const matched = pairs.flatMap(([endpoint, wanted]) => (endpoint && wanted ? [{ endpoint, wanted }] : []));
  const added = group.endpoints.size - matched.length;
  const updated = matched.filter(({ endpoint, wanted }) => !saysTheSame(wanted, endpoint)).length;
  const removed = pairs.length - matched.length;
  const rewrite = added !== 0 || updated > 0 || removed > 0 || !looksRight(kept, endpoints);
  return { group, kept, rewrite, surplus, added, updated, removed };
}

/** M16, M17: creates, updates, deletes; each slice that would go takes the place of one that would come. */
function writes(
  endpoints: Endpoints,
  groups: readonly GroupPlan[],
  orphans: readonly EndpointSlice[],
): Step<EndpointSlice, Because>[] {
  const creates = groups.filter(({ kept }) => kept === undefined).map(({ group }) => group);
  const surplus = groups.flatMap((plan) => plan.surplus);
  const doomed = [
    ...surplus.map((slice) => ({ slice, because: 'surplus' as const })),
    ...orphans.map((slice) => ({ slice, because: 'groupGone' as const })),
  ];
  const updates = groups.flatMap(({ group, kept, rewrite }) =>
    kept !== undefined && rewrite ? [updateStep(endpoints, group, kept, 'contentChanged')] : [],
  );
  // H18: paired by address type alone, never by name.
  const recycled = new Map<EndpointSlice, MirrorGroup>();
  const fresh = creates.filter((group) => {
    const old = doomed.find(({ slice }) => slice.addressType === group.addressType && !recycled.has(slice));
    if (old !== undefined) recycled.set(old.slice, group);
    return old === undefined;
  });
  return [
    ...(isTerminatingObject(endpoints) ? [] : fresh).map((group): Step<EndpointSlice, Because> => ({
      kind: 'create',
      resource: endpointSlices,
      object: mirrorSlice(endpoints, group, undefined),
      because: 'groupMissing',
      chain,
    })),
    ...updates,
    ...[...recycled].map(([old, group]) => updateStep(endpoints, group, old, 'recycled')),
    ...doomed
      .filter(({ slice }) => !recycled.has(slice))
      .map(({ slice, because }) => deleteStep(slice, because, chain)),
  ];
}

const chain = 'mirror';

function updateStep(
  endpoints: Endpoints,
  group: MirrorGroup,
  old: EndpointSlice,
  because: Because,
): UpdateStep<EndpointSlice, Because> {
  const object = mirrorSlice(endpoints, group, old, because === 'recycled');
  return { kind: 'update', resource: endpointSlices, object, precondition: preconditionOf(old), because, chain };
}

function deleteStep(slice: EndpointSlice, because: Because, chain: string): DeleteStep<EndpointSlice, Because> {
  return {
    kind: 'delete',
    resource: endpointSlices,
    object: slice,
    precondition: preconditionOf(slice),
    because,
    chain,
  };
}

/** M19, X22. */
function events(endpoints: Endpoints, { invalid, skipped }: Mirror, max: number): EventStep<Because>[] {
  const warning = (reason: string, message: string, because: Because): EventStep<Because> => ({
    kind: 'event',
    object: endpoints,
    type: 'Warning',
    reason,
    message,
    because,
  });
  const texts: EventStep<Because>[] = [];
  if (invalid > 0) {
    const text = `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`;
    texts.push(warning('InvalidIPAddress', text, 'addressInvalid'));
  }
  if (skipped > invalid) {
    const text =
      `A max of ${max} addresses can be mirrored to EndpointSlices per Endpoints subset. ` +
      `${skipped} addresses were skipped`;
    texts.push(warning('TooManyAddressesToMirror', text, 'tooManyAddresses'));
  }
  return texts;
}

function figures(mirror: Mirror, groups: readonly GroupPlan[], orphans: readonly EndpointSlice[]): MirrorFigures {
  const sum = (list: readonly number[]): number => list.reduce((total, number) => total + number, 0);
  return {
    added: sum(groups.map(({ added }) => added)),
    updated: sum(groups.map(({ updated }) => updated)),
    removed: sum(groups.map(({ removed }) => removed)) + sum(orphans.map(({ endpoints }) => (endpoints ?? []).length)),
    skipped: mirror.skipped,
    groups: groups.map(({ group }) => ({ endpoints: group.endpoints.size, slices: 1 })),
  };
}
