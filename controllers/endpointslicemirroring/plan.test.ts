import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Endpoint, EndpointPort, EndpointSlice, Endpoints } from '../../pkg/api/types.ts';
import { mirrorManager } from '../../pkg/endpoints/index.ts';
import type { Precondition } from '../../pkg/steps/index.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { goldens } from '../../pkg/testing/build/goldens.ts';
import type { EndpointsStory, ServiceStory, SliceStory } from '../../pkg/testing/build/objects.ts';
import { endpoints, ipv4, service, slice } from '../../pkg/testing/build/objects.ts';
import type { MirrorFigures, MirrorInputs, MirrorPlan } from './plan.ts';
import { planMirror } from './plan.ts';

interface Given {
  service?: ServiceStory;
  noService?: boolean;
  endpoints?: EndpointsStory;
  /** Instead: one subset of so many ready addresses. */
  addresses?: number;
  slices?: (SliceStory & { like?: string; withoutLabels?: string[] })[];
}

interface Expected {
  writes: string[];
  events?: string[];
  objects?: EndpointSlice[];
  endpoints?: Endpoint[][];
  ports?: EndpointPort[][];
  annotations?: (Record<string, string> | null)[];
  types?: string[];
  ready?: (boolean | undefined)[];
  preconditions?: Precondition[];
  chains?: string[];
  figures?: Omit<MirrorFigures, 'groups'> | null;
  resettles?: boolean;
}

const names = { namespace: 'ns', name: 'svc' };

function endpointsOf({ endpoints: story, addresses }: Given): Endpoints | undefined {
  if (addresses === undefined) return story === undefined ? undefined : endpoints(story);
  const list = Array.from({ length: addresses }, (_, at) => ({ ip: ipv4(at + 1) }));
  return endpoints({ subsets: [{ ports: [{ port: 80 }], addresses: list }] });
}

function inputsOf(given: Given): MirrorInputs {
  const source = endpointsOf(given);
  const bare = { ...names, endpoints: source, service: service({ spec: { selector: null as never } }), slices: [] };
  const fresh = planMirror(bare).steps.flatMap((step) => (step.kind === 'create' ? [step.object] : []));
  const slices = (given.slices ?? []).map(({ like, withoutLabels = [], ...story }) => {
    const content = like === undefined ? undefined : fresh[Number(like.replace('group ', '')) - 1];
    const labels = Object.entries(content?.metadata.labels ?? {}).filter(([key]) => !withoutLabels.includes(key));
    const annotations = content?.metadata.annotations;
    return slice({
      manager: mirrorManager,
      ownerKind: 'Endpoints',
      owner: 'uid-endpoints',
      labels: Object.fromEntries(labels),
      ...(content?.endpoints === undefined ? {} : { endpoints: content.endpoints }),
      ...(content?.ports === undefined ? {} : { ports: content.ports }),
      ...(annotations === undefined ? {} : { annotations }),
      ...story,
    });
  });
  const owner = given.noService
    ? undefined
    : service({ ...given.service, spec: { selector: null, ...given.service?.spec } as never });
  return { ...names, endpoints: source, service: owner, slices };
}

function writesOf(plan: MirrorPlan): string[] {
  return plan.steps.flatMap((step) => {
    if (step.kind === 'create') return [`create ${step.object.endpoints?.length}`];
    if (step.kind === 'update') return [`update ${step.object.metadata.name} ${step.object.endpoints?.length}`];
    return step.kind === 'delete' ? [`delete ${step.object.metadata.name}`] : [];
  });
}

/** Only what the row speaks about is compared, but that as a whole. */
function outcome(plan: MirrorPlan, wanted: Expected): Expected {
  const slices = plan.steps.flatMap((step) => (step.kind === 'create' || step.kind === 'update' ? [step.object] : []));
  const { groups: _, ...figures } = plan.figures ?? { groups: [] };
  const all: Required<Omit<Expected, 'resettles'>> = {
    writes: writesOf(plan),
    events: plan.steps.flatMap((step) =>
      step.kind === 'event' ? [`${step.type} ${step.reason}: ${step.message}`] : [],
    ),
    objects: slices,
    endpoints: slices.map((each) => each.endpoints ?? []),
    ports: slices.map(({ ports }) => ports ?? []),
    annotations: slices.map(({ metadata }) => metadata.annotations ?? null),
    types: slices.map(({ addressType }) => addressType),
    ready: slices.flatMap((each) => (each.endpoints ?? []).map(({ conditions }) => conditions?.ready)),
    preconditions: plan.steps.flatMap((step) => ('precondition' in step ? [step.precondition] : [])),
    chains: plan.steps.flatMap((step) => ('chain' in step ? [step.chain] : [])),
    figures: plan.figures === undefined ? null : (figures as Omit<MirrorFigures, 'groups'>),
  };
  return Object.fromEntries(
    Object.entries(all).filter(([key]) => key in wanted || key === 'writes' || key === 'events'),
  ) as unknown as Expected;
}

const rows = goldens<Given, Expected>(join(import.meta.dirname, 'testdata'));

describe.each(rows)('Mirroring planner: %s', (_, stories) => {
  it.each(stories)('$id $says', ({ given, expect: { resettles = true, ...wanted } }) => {
    const inputs = deepFreeze(inputsOf(given));
    const plan = planMirror(inputs);
    expect(outcome(plan, wanted)).toEqual({ events: [], ...wanted });
    if (!resettles) return;
    const again = planMirror({ ...inputs, slices: applyToObjects(inputs.slices, plan.steps) });
    expect(writesOf(again)).toEqual([]);
  });
});
