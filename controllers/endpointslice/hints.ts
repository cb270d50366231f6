/**
 * Topology of one address type (T3): which mechanism applies, what it does to the drafts, what is remembered for the
 * next time, and what the user is told. H8: remembered for each address type on its own, told only when it changes.
 */
import type { Service } from '../../pkg/api/types.ts';
import type { IpFamily } from '../../pkg/endpoints/index.ts';
import type { HintMode, Hinted, HintRefusal, HintsByZone, NodeShares } from '../../pkg/topology/index.ts';
import { closeHints, proportionalHints, removeHints } from '../../pkg/topology/index.ts';
import type { EventStep } from '../../pkg/steps/index.ts';
import type { Draft, Drafts } from './draft.ts';

/** The outcome of proportional hints at the last sync; absent when they were not asked for. */
export type HintMemory =
  | { readonly kind: 'enabled'; readonly hintsByZone: HintsByZone }
  | { readonly kind: 'disabled'; readonly because: HintRefusal; readonly ready: number };

export type HintEvent = EventStep<'hintsChanged'>;

export interface HintContext {
  readonly mode: HintMode;
  readonly shares: NodeShares;
  readonly memory: HintMemory | undefined;
}

export interface HintedDrafts {
  readonly drafts: Drafts;
  readonly memory: HintMemory | undefined;
  readonly events: readonly HintEvent[];
}

export function hintDrafts(drafts: Drafts, service: Service, family: IpFamily, context: HintContext): HintedDrafts {
  const { mode, shares, memory } = context;
  const slices = {
    written: [...drafts.create, ...drafts.update].map(({ endpoints }) => endpoints),
    unchanged: drafts.unchanged.map(({ endpoints }) => endpoints ?? []),
  };
  const tell = teller(service, family);
  if (mode.kind !== 'proportional') {
    return {
      drafts: applyHints(drafts, mode.kind === 'close' ? closeHints(slices, mode.value) : removeHints(slices)),
      memory: undefined,
      events: memory?.kind === 'enabled' ? [tell.disabled('Topology Aware Hints has been disabled')] : [],
    };
  }
  const outcome = proportionalHints(slices, shares);
  const hinted = applyHints(drafts, outcome);
  if (outcome.kind === 'enabled') {
    const { kind, hintsByZone } = outcome;
    return { drafts: hinted, memory: { kind, hintsByZone }, events: memory?.kind === kind ? [] : [tell.enabled()] };
  }
  const { kind, because, message, ready } = outcome;
  const known = memory?.kind === kind && memory.because === because;
  return { drafts: hinted, memory: { kind, because, ready }, events: known ? [] : [tell.disabled(message)] };
}

/** Puts hinted lists back where they came from; lists that need writing after all join the updates. */
function applyHints(drafts: Drafts, { written, rewritten }: Hinted): Drafts {
  const hinted = (draft: Draft, at: number): Draft => ({ ...draft, endpoints: written[at] ?? draft.endpoints });
  const joining = drafts.unchanged.flatMap((slice, at): Draft[] => {
    const endpoints = rewritten.get(at);
    return endpoints === undefined ? [] : [{ slice, ports: slice.ports ?? [], endpoints, because: 'hintsChanged' }];
  });
  return {
    create: drafts.create.map(hinted),
    update: [...drafts.update.map((draft, at) => hinted(draft, drafts.create.length + at)), ...joining],
    remove: drafts.remove,
    unchanged: drafts.unchanged.filter((_, at) => !rewritten.has(at)),
  };
}

/** X23. */
function teller(service: Service, family: IpFamily): { enabled(): HintEvent; disabled(why: string): HintEvent } {
  const event = (type: HintEvent['type'], reason: string, message: string): HintEvent => ({
    kind: 'event',
    object: service,
    type,
    reason,
    message: `${message}, addressType: ${family}`,
    because: 'hintsChanged',
  });
  return {
    enabled: () => event('Normal', 'TopologyAwareHintsEnabled', 'Topology Aware Hints has been enabled'),
    disabled: (why) => event('Warning', 'TopologyAwareHintsDisabled', why),
  };
}
