import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Endpoint, EndpointPort, EndpointSlice, Pod } from '../../pkg/api/types.ts';
import { addressTypesOf } from '../../pkg/endpoints/index.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { goldens } from '../../pkg/testing/build/goldens.ts';
import type { NodeStory, PodStory, ServiceStory, SliceStory } from '../../pkg/testing/build/objects.ts';
import { ipv4, ipv6, node, pod, service, slice } from '../../pkg/testing/build/objects.ts';
import { nodeShares } from '../../pkg/topology/index.ts';
import type { HintMemory } from './hints.ts';
import type { SliceInputs, SlicePlan } from './plan.ts';
import { planEndpointSlices } from './plan.ts';
import { toEndpoint } from './to-endpoint.ts';

interface Given {
  service?: ServiceStory;
  pods?: PodStory[] | { count: number; notReadyEach?: number; namedPort?: string; numbers?: number[]; zones?: string };
  nodes?: NodeStory[];
  slices?: (SliceStory & { holds?: [number, number]; hints?: string })[] | { count: number; each: number };
  /** What each zone has of the cluster's CPUs; absent: not known. */
  shares?: Record<string, number>;
  memory?: HintMemory['kind'] | HintMemory;
  preferSame?: boolean;
  max?: number;
  triggerTime?: string;
}

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

const nodeOf = (number: number, zones: string | undefined): string =>
  zones === undefined ? 'n1' : `n-${zones[(number - 1) % zones.length]}`;

function podsOf(story: Given['pods'] = []): Pod[] {
  if (Array.isArray(story)) return story.map(pod);
  const { count, notReadyEach, namedPort, numbers = [], zones } = story;
  return Array.from({ length: count }, (_, at) =>
    pod({
      name: `pod-${String(at + 1).padStart(3, '0')}`,
      ips: [ipv4(at + 1), ipv6(at + 1)],
      node: nodeOf(at + 1, zones),
      ready: notReadyEach === undefined || at % notReadyEach !== 0,
      ...(namedPort === undefined
        ? {}
        : { ports: [{ name: namedPort, containerPort: numbers[at % numbers.length] ?? 0 }] }),
    }),
  );
}

/** `a b` hints the endpoints of a slice to zones in order; `-` leaves one without. */
function hinted(endpoints: Endpoint[], hints: string | undefined): Endpoint[] {
  const zones = hints?.split(' ') ?? [];
  return endpoints.map((endpoint, at) => {
    const zone = zones[at] ?? '-';
    return zone === '-' ? endpoint : { ...endpoint, hints: { forZones: zone === '{}' ? [] : [{ name: zone }] } };
  });
}

function inputsOf(given: Given): SliceInputs {
  const owner = service(given.service);
  const zones = Array.isArray(given.pods) ? undefined : given.pods?.zones;
  const zoneNodes = [...new Set(zones ?? '')].map((zone) => node({ name: `n-${zone}`, zone }));
  const nodes = [...(given.nodes ?? [{ name: 'n1' }]).map(node), ...zoneNodes];
  const byName = new Map(nodes.map((each) => [each.metadata.name, each]));
  const pods = podsOf(given.pods);
  const stories = Array.isArray(given.slices)
    ? given.slices
    : Array.from({ length: given.slices?.count ?? 0 }, (_, at) => {
        const each = given.slices && 'each' in given.slices ? given.slices.each : 0;
        return {
          name: `s${String(at + 1).padStart(2, '0')}`,
          holds: [at * each + 1, (at + 1) * each] as [number, number],
        };
      });
  const slices = stories.map(
    ({ holds, hints, ...story }: SliceStory & { holds?: [number, number]; hints?: string }) => {
      if (holds === undefined) return slice(story);
      const family = story.addressType === 'IPv6' ? 'IPv6' : 'IPv4';
      const [from, to] = holds;
      const inside = pods.slice(from - 1, to);
      const endpoints = inside.flatMap(
        (each) => toEndpoint(each, byName.get(each.spec?.nodeName), owner, family) ?? [],
      );
      return slice({ endpoints: hinted(endpoints, hints), ...story });
    },
  );
  const memory = typeof given.memory === 'string' ? memories[given.memory] : given.memory;
  return {
    service: owner,
    pods,
    nodes,
    slices,
    triggerTime: given.triggerTime,
    shares: given.shares === undefined ? nodeShares(zoneNodes) : new Map(Object.entries(given.shares)),
    memories: new Map(memory === undefined ? [] : addressTypesOf(owner).map((family) => [family, memory])),
    options: {
      ...(given.max === undefined ? {} : { maxEndpointsPerSlice: given.max }),
      ...(given.preferSame === undefined ? {} : { preferSameTrafficDistribution: given.preferSame }),
    },
  };
}

const memories: Record<HintMemory['kind'], HintMemory> = {
  enabled: { kind: 'enabled', hintsByZone: new Map([['a', 1]]) },
  disabled: { kind: 'disabled', because: 'tooFewEndpoints', ready: 2 },
};

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
