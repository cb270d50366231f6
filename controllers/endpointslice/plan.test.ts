import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../pkg/api/types.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { goldens } from '../../pkg/testing/build/goldens.ts';
import type { SlicePlan } from './plan.ts';
import { planEndpointSlices } from './plan.ts';
import { inputsOf, type Given } from './testdata/given.ts';

interface Expected {
  /** `create 100`, `update NAME 50`, `delete NAME`, in order. */
  writes: string[];
  added?: number;
  removed?: number;
  failure?: string;
  events?: string[];
  excluded?: string[];
  /** Applied and planned again, nothing is left to do. True unless said. */
  resettles?: boolean;
  objects?: EndpointSlice[];
  types?: string[];
  labels?: Record<string, string>[];
  ports?: EndpointPort[][];
  addresses?: string[];
  conditions?: string[];
  hostnames?: (string | null)[];
  allReady?: boolean;
  /** `own>hinted` for each endpoint with hints, `own` for each without, slice by slice; `+node` for a node hint. */
  hints?: string[];
  /** How many endpoints are hinted to each zone. */
  hintsByZone?: Record<string, number>;
}

const written = (plan: SlicePlan): EndpointSlice[] =>
  plan.steps.flatMap((step) => (step.kind === 'create' || step.kind === 'update' ? [step.object] : []));

function writesOf(plan: SlicePlan): string[] {
  return plan.steps.flatMap((step) => {
    if (step.kind === 'create') return [`create ${step.object.endpoints?.length}`];
    if (step.kind === 'update') return [`update ${step.object.metadata.name} ${step.object.endpoints?.length}`];
    return step.kind === 'delete' ? [`delete ${step.object.metadata.name}`] : [];
  });
}

const hintOf = ({ zone, hints }: Endpoint): string => {
  const zones = (hints?.forZones ?? []).map(({ name }) => name).join('+');
  const nodes = (hints?.forNodes ?? []).map(({ name }) => `+${name}`).join('');
  return hints === undefined ? `${zone}` : `${zone}>${zones}${nodes}`;
};

/** Only what the row speaks about is compared, but that as a whole. */
function outcome(plan: SlicePlan, wanted: Expected): Expected {
  const slices = written(plan);
  const endpoints = slices.flatMap((each) => each.endpoints ?? []);
  const { added, removed } = plan.types.reduce(
    (sum, { figures }) => ({ added: sum.added + figures.added, removed: sum.removed + figures.removed }),
    { added: 0, removed: 0 },
  );
  const byZone: Record<string, number> = {};
  for (const { hints } of endpoints)
    for (const { name } of hints?.forZones ?? []) byZone[name] = (byZone[name] ?? 0) + 1;
  const all: Required<Omit<Expected, 'failure' | 'resettles'>> = {
    writes: writesOf(plan),
    added,
    removed,
    events: plan.steps.flatMap((step) =>
      step.kind === 'event' ? [`${step.type} ${step.reason}: ${step.message}`] : [],
    ),
    excluded: plan.excluded.map(({ pod, because, wanted }) => `${pod} ${because} ${wanted ?? ''}`.trimEnd()),
    objects: slices,
    types: slices.map(({ addressType }) => addressType),
    labels: slices.map(({ metadata }) => metadata.labels ?? {}),
    ports: slices.map(({ ports }) => ports ?? []),
    addresses: endpoints.flatMap(({ addresses }) => addresses),
    hostnames: endpoints.map(({ hostname }) => hostname ?? null),
    conditions: endpoints.map(({ conditions }) =>
      [
        conditions?.ready ? 'ready' : 'not ready',
        conditions?.serving ? 'serving' : 'not serving',
        conditions?.terminating ? 'terminating' : 'staying',
      ].join(', '),
    ),
    allReady: endpoints.every(({ conditions }) => conditions?.ready === true),
    hints: slices.map((each) => (each.endpoints ?? []).map(hintOf).join(' ')),
    hintsByZone: byZone,
  };
  const always = { added: 0, removed: 0, events: [], excluded: [] };
  const named = Object.fromEntries(Object.entries(all).filter(([key]) => key in wanted || key in always));
  return {
    writes: all.writes,
    ...named,
    ...(plan.failure === undefined ? {} : { failure: plan.failure }),
  };
}

const rows = goldens<Given, Expected>(join(import.meta.dirname, 'testdata'));

describe.each(rows)('EndpointSlice planner: %s', (_, stories) => {
  it.each(stories)('$id $says', ({ given, expect: { resettles = true, ...wanted } }) => {
    const inputs = deepFreeze(inputsOf(given));
    const plan = planEndpointSlices(inputs);
    expect(outcome(plan, wanted)).toEqual({ added: 0, removed: 0, events: [], excluded: [], ...wanted });
    if (!resettles) return;
    const after = applyToObjects(inputs.slices, plan.steps);
    const again = planEndpointSlices({ ...inputs, slices: after, memories: plan.memories });
    expect(again.steps).toEqual([]);
  });
});
