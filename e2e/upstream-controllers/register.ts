/** Where the controllers differ from upstream on purpose, and why. */
import type { Difference, Pair } from './compare.ts';
import type { Round, Story } from './operation.ts';
import type { NamespaceState } from './state.ts';

export interface Context {
  readonly story: Story;
  /** Of this round. */
  readonly operations: Round;
  readonly now: Pair;
}

export interface Entry {
  readonly why: string;
  covers(difference: Difference, context: Context): boolean;
}

const mirrorManager = 'endpointslicemirroring-controller.k8s.io';

export const register: readonly Entry[] = [
  {
    why: 'S15: a slice that is written gets the right headless label; upstream leaves it on slices that are only filled up',
    covers: ({ what, ours, theirs }) =>
      what === 'labels' &&
      Array.isArray(ours) &&
      Array.isArray(theirs) &&
      withoutHeadless(ours) === withoutHeadless(theirs),
  },
  {
    why: 'T16: who of a zone with too many gets a hint to which zone, and so which slices are written, is chance upstream',
    covers: ({ what, ours, theirs }, { story, now }) =>
      JSON.stringify(story.rounds).includes('"Auto"') &&
      (what === 'annotations' || (what === 'hints' && zonesHinted(ours) === zonesHinted(theirs))) &&
      now.ours.slices.length === now.theirs.slices.length,
  },
  {
    why: 'H10: endpoints follow their Node into another zone at once; upstream leaves them until something else happens',
    covers: ({ what, where, ours, theirs }, { story, operations, now }) => {
      if (story.profile !== 'topology') return false;
      const [service = ''] = where.split(' ');
      if (what === 'hints' && zonesDiffer(now, service)) return true;
      if (what === 'endpoints') return withoutZones(ours) === withoutZones(theirs);
      const moved = operations.some(
        ({ method, ...rest }) => method === 'PATCH' && 'path' in rest && rest.path.startsWith('/api/v1/nodes/'),
      );
      return moved && (what === 'annotations' || what === 'hints' || what === 'generateName');
    },
  },
  {
    why: 'H24: subsets whose ports have equal appProtocols are merged; upstream compares pointers and lists them apart',
    covers: ({ where }, { now }) => {
      const [service = '', manager] = where.split(' ');
      if (manager !== mirrorManager) return false;
      const subsets = now.ours.endpoints[`${service} subsets`] ?? '';
      return subsets.split('appProtocol').length > 2 && pairsOf(now.ours, service) === pairsOf(now.theirs, service);
    },
  },
  {
    why: 'H19: an Endpoints object with labels that belong to slices is mirrored once; upstream writes again at each sync',
    covers: ({ what, where }, { now }) => {
      const [service = '', manager] = where.split(' ');
      const labels = now.ours.endpoints[`${service} labels`] ?? '';
      return what === 'generateName' && manager === mirrorManager && labels.includes('"kubernetes.io/service-name"');
    },
  },
];

export const knownReason = (difference: Difference, context: Context): string | undefined =>
  register.find((entry) => entry.covers(difference, context))?.why;

const withoutHeadless = (labels: readonly unknown[]): string =>
  JSON.stringify([
    ...new Set(labels.map((each) => String(each).replace(/,?"service.kubernetes.io\/headless":""/, ''))),
  ]);

/** How many endpoints have a hint, and for how many zones each. */
function zonesHinted(hints: unknown): string {
  const all = (hints as readonly string[]).map((each) => each.split('"forZones"').length - 1);
  return `${all.filter((count) => count === 1).length} of ${all.length}`;
}

const withoutZones = (endpoints: unknown): string =>
  JSON.stringify((endpoints as readonly string[]).map((each) => each.replace(/,"zone":"[^"]*"/, '')).sort());

/** The same endpoints of a Service in other zones. */
function zonesDiffer({ ours, theirs }: Pair, service: string): boolean {
  const endpointsOf = ({ slices }: NamespaceState): string[] =>
    slices.filter(({ group }) => group.startsWith(`${service} `)).flatMap(({ endpoints }) => endpoints);
  const [mine, others] = [endpointsOf(ours), endpointsOf(theirs)];
  return JSON.stringify(mine.sort()) !== JSON.stringify(others.sort()) && withoutZones(mine) === withoutZones(others);
}

/** Every address with every port behind it, however they are grouped. */
function pairsOf({ slices }: NamespaceState, service: string): string {
  const own = slices.filter(({ group }) => group.startsWith(`${service} ${mirrorManager} `));
  const pairs = own.flatMap(({ group, endpoints }) => {
    const ports = group.split(' ').slice(3).join(' ').split('},');
    return endpoints.flatMap((endpoint) => {
      const address = /"addresses":\["([^"]*)"/.exec(endpoint)?.[1] ?? '';
      return ports.map((port) => `${address} ${port.replace(/\}$/, '')}`);
    });
  });
  return JSON.stringify([...new Set(pairs)].sort());
}
