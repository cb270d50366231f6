/** What the rows of this folder are given, as objects. */
import type { Endpoint, Pod } from '../../../pkg/api/types.ts';
import { addressTypesOf } from '../../../pkg/endpoints/index.ts';
import type { NodeStory, PodStory, ServiceStory, SliceStory } from '../../../pkg/testing/build/objects.ts';
import { ipv4, ipv6, node, pod, service, slice } from '../../../pkg/testing/build/objects.ts';
import { nodeShares } from '../../../pkg/topology/index.ts';
import type { HintMemory } from '../hints.ts';
import type { SliceInputs } from '../plan.ts';
import { toEndpoint } from '../to-endpoint.ts';

export interface Given {
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

export function inputsOf(given: Given): SliceInputs {
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
