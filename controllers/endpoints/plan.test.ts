import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { EndpointSubset, Endpoints, Pod, Service } from '../../pkg/api/types.ts';
import { explode } from '../../pkg/endpoints/index.ts';
import type { Precondition } from '../../pkg/steps/index.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { goldens } from '../../pkg/testing/build/goldens.ts';
import type { EndpointsStory, PodStory, ServiceStory } from '../../pkg/testing/build/objects.ts';
import { endpoints, ipv4, pod, service } from '../../pkg/testing/build/objects.ts';
import type { EndpointsInputs, EndpointsPlan } from './plan.ts';
import { planEndpoints } from './plan.ts';

interface CurrentStory extends EndpointsStory {
  /** Content and labels are what the planner would write; the story's own fields come on top. */
  upToDate?: boolean;
  referenceVersions?: boolean;
  reversed?: boolean;
  unpacked?: boolean;
  withoutLabels?: string[];
}

interface Given {
  service?: ServiceStory;
  noService?: boolean;
  pods?: PodStory[] | { ready?: number; notReady?: number };
  current?: CurrentStory;
  triggerTime?: string;
}

interface Expected {
  writes: string[];
  objects?: Endpoints[];
  preconditions?: Precondition[];
  subsets?: EndpointSubset[];
  labels?: Record<string, string>[];
  annotations?: (Record<string, string> | null)[];
  ports?: string[];
  ready?: string[];
  notReady?: string[];
  /** `ready+notReady` of each subset. */
  counts?: string[];
  subsetCount?: number;
  excluded?: string[];
}

function podsOf(story: Given['pods'] = []): Pod[] {
  if (Array.isArray(story)) return story.map(pod);
  const { ready = 0, notReady = 0 } = story;
  return Array.from({ length: ready + notReady }, (_, at) =>
    pod({ name: `pod-${at + 1}`, ips: [ipv4(at + 1)], node: 'n1', ready: at < ready }),
  );
}

function currentOf(story: CurrentStory, owner: Service | undefined, pods: Pod[]): Endpoints {
  const { upToDate = false, labels = {}, annotations, subsets, withoutLabels = [] } = story;
  const [step] = upToDate ? planEndpoints({ ...names, service: owner, pods, current: undefined }).steps : [];
  const right = step?.kind === 'create' ? step.object : endpoints();
  let list = subsets === undefined ? right.subsets : subsets;
  if (story.referenceVersions) list = withVersions(list);
  if (story.reversed) list = reversed(list);
  if (story.unpacked) list = unpacked(list);
  const all = Object.entries({ ...right.metadata.labels, ...labels }).filter(([key]) => !withoutLabels.includes(key));
  return endpoints({
    labels: Object.fromEntries(all),
    ...(annotations === undefined ? {} : { annotations }),
    ...(list === undefined ? {} : { subsets: list }),
  });
}

const withVersions = (subsets: EndpointSubset[] = []): EndpointSubset[] =>
  subsets.map((subset) => ({
    ...subset,
    addresses: (subset.addresses ?? []).map((address) => ({
      ...address,
      targetRef: { ...address.targetRef, resourceVersion: '77' },
    })),
  }));

const reversed = (subsets: EndpointSubset[] = []): EndpointSubset[] =>
  subsets
    .map(({ addresses = [], ports = [] }) => ({ addresses: addresses.toReversed(), ports: ports.toReversed() }))
    .reverse();

const unpacked = (subsets: EndpointSubset[] = []): EndpointSubset[] =>
  explode(subsets).map(({ address, port }) => ({ addresses: [address], ...(port ? { ports: [port] } : {}) }));

const names = { namespace: 'ns', name: 'svc' };

function inputsOf(given: Given): EndpointsInputs {
  const owner = given.noService ? undefined : service(given.service);
  const pods = podsOf(given.pods);
  const current = given.current === undefined ? undefined : currentOf(given.current, owner, pods);
  return { ...names, service: owner, pods, current, triggerTime: given.triggerTime };
}

const writtenObjects = (plan: EndpointsPlan): Endpoints[] =>
  plan.steps.flatMap((step) => (step.kind === 'create' || step.kind === 'update' ? [step.object] : []));

/** Only what the row speaks about is compared, but that as a whole. */
function outcome(plan: EndpointsPlan, wanted: Expected): Expected {
  const objects = writtenObjects(plan);
  const subsets = objects.flatMap((object) => object.subsets ?? []);
  const all: Required<Expected> = {
    writes: plan.steps.map(({ kind, because }) => `${kind} ${because}`),
    objects,
    preconditions: plan.steps.flatMap((step) => ('precondition' in step ? [step.precondition] : [])),
    subsets,
    labels: objects.map(({ metadata }) => metadata.labels ?? {}),
    annotations: objects.map(({ metadata }) => metadata.annotations ?? null),
    ports: subsets.flatMap(({ ports = [] }) =>
      ports.map(({ name, port, protocol, appProtocol }) =>
        [name, `${port}/${protocol}`, appProtocol].filter((part) => part !== undefined).join(' '),
      ),
    ),
    ready: subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)),
    notReady: subsets.flatMap(({ notReadyAddresses = [] }) => notReadyAddresses.map(({ ip }) => ip)),
    counts: subsets.map(
      ({ addresses = [], notReadyAddresses = [] }) => `${addresses.length}+${notReadyAddresses.length}`,
    ),
    subsetCount: subsets.length,
    excluded: plan.excluded.map(({ pod, because, wanted }) => `${pod} ${because} ${wanted ?? ''}`.trimEnd()),
  };
  const always = new Set(['writes', 'excluded', 'notReady']);
  return Object.fromEntries(
    Object.entries(all).filter(([key]) => key in wanted || always.has(key)),
  ) as unknown as Expected;
}

const rows = goldens<Given, Expected>(join(import.meta.dirname, 'testdata'));

describe.each(rows)('Endpoints planner: %s', (_, stories) => {
  it.each(stories)('$id $says', ({ given, expect: wanted }) => {
    const inputs = deepFreeze(inputsOf(given));
    const plan = planEndpoints(inputs);
    const { notReady = wanted.counts === undefined ? [] : expect.anything() } = wanted;
    expect(outcome(plan, wanted)).toEqual({ excluded: [], ...wanted, notReady });

    const [after] = applyToObjects(inputs.current === undefined ? [] : [inputs.current], plan.steps);
    if (inputs.service !== undefined) expect(planEndpoints({ ...inputs, current: after }).steps).toEqual([]);
  });
});
