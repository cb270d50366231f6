/** One address type of one Service (S5): its own groups, placeholder, hints and steps. */
import type { EndpointSlice, Pod, Service } from '../../pkg/api/types.ts';
import type { Exclusion, IpFamily } from '../../pkg/endpoints/index.ts';
import { portGroupKey } from '../../pkg/endpoints/index.ts';
import { compact } from './compact.ts';
import type { DesiredGroup, NodesByName } from './desired.ts';
import { desiredEndpoints } from './desired.ts';
import type { Drafts } from './draft.ts';
import type { SliceStep } from './finalize.ts';
import { finalize } from './finalize.ts';
import type { HintContext, HintEvent, HintMemory } from './hints.ts';
import { hintDrafts } from './hints.ts';
import type { Packing } from './pack.ts';
import { pack } from './pack.ts';
import { settlePlaceholder } from './placeholder.ts';
import { isOwnedBy, labelsChanged } from './template.ts';

export interface TypeInputs {
  readonly service: Service;
  readonly family: IpFamily;
  /** What the selector means, in order of names. */
  readonly pods: readonly Pod[];
  readonly nodes: NodesByName;
  /** Ours, of this address type, in order of names. */
  readonly slices: readonly EndpointSlice[];
  readonly triggerTime: string | undefined;
  readonly hints: HintContext;
  readonly max: number;
  /** Writes that may be spent on compaction. */
  readonly compactWrites: number;
}

/** Numbers for metrics (X1–X5, X7). */
export interface TypeFigures {
  readonly added: number;
  readonly removed: number;
  /** Endpoints and slices as they will be, group by group. */
  readonly groups: readonly { readonly endpoints: number; readonly slices: number }[];
  readonly changed: number;
}

export interface TypePlan {
  readonly family: IpFamily;
  readonly steps: readonly SliceStep[];
  readonly events: readonly HintEvent[];
  readonly problems: readonly string[];
  readonly excluded: readonly Exclusion[];
  readonly memory: HintMemory | undefined;
  readonly figures: TypeFigures;
}

export function planType(inputs: TypeInputs): TypePlan {
  const { service, family, slices, triggerTime } = inputs;
  const { groups, excluded, problems } = desiredEndpoints(service, inputs.pods, inputs.nodes, family);
  const owned = slices.filter((slice) => isOwnedBy(slice, service));
  const existing = Map.groupBy(owned, ({ ports }) => portGroupKey(ports));

  const packings = compacted(
    inputs,
    [...groups].map(([key, group]) => packGroup(inputs, group, existing.get(key) ?? [])),
  );
  const packed: Drafts = {
    create: packings.flatMap(({ create }) => create),
    update: packings.flatMap(({ update }) => update),
    remove: [
      ...slices.filter((slice) => !owned.includes(slice)).map((slice) => ({ slice, because: 'notOwned' as const })),
      ...packings.flatMap(({ remove }) => remove),
      // S23
      ...owned
        .filter(({ ports }) => !groups.has(portGroupKey(ports)))
        .map((slice) => ({ slice, because: 'portsGone' as const })),
    ],
    unchanged: packings.flatMap(({ unchanged }) => unchanged),
  };
  const settled = settlePlaceholder(packed, slices.length, service, family);
  const { drafts, memory, events } = hintDrafts(settled.drafts, service, family, inputs.hints);
  const { steps, changed } = finalize(drafts, service, family, triggerTime);
  return {
    family,
    steps,
    events,
    problems,
    excluded,
    memory,
    figures: {
      added: packings.reduce((sum, { added }) => sum + added, 0),
      removed: packings.reduce((sum, { removed }) => sum + removed, 0),
      groups: settled.needed ? [{ endpoints: 0, slices: 1 }] : packings.map(groupFigures),
      changed,
    },
  };
}

function packGroup({ service, max }: TypeInputs, group: DesiredGroup, slices: readonly EndpointSlice[]): Packing {
  return pack(slices, group.endpoints, {
    max,
    ports: group.ports,
    labelsChanged: (slice) => labelsChanged(slice, service),
  });
}

/** Only where the whole address type rests. */
function compacted({ max, compactWrites }: TypeInputs, packings: readonly Packing[]): readonly Packing[] {
  const rests = packings.every(({ create, update, remove }) => create.length + update.length + remove.length === 0);
  if (!rests || compactWrites <= 0) return packings;
  let writes = compactWrites;
  return packings.map((packing) => {
    const ports = packing.unchanged[0]?.ports ?? [];
    const drafts = compact(packing.unchanged, { max, ports, writes });
    if (drafts === undefined) return packing;
    writes -= drafts.update.length + drafts.remove.length;
    return { ...packing, ...drafts };
  });
}

function groupFigures({ create, update, unchanged }: Packing): { endpoints: number; slices: number } {
  const lists = [...create, ...update, ...unchanged].map(({ endpoints }) => endpoints ?? []);
  return { endpoints: lists.reduce((sum, { length }) => sum + length, 0), slices: lists.length };
}
