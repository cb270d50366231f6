/** A small cluster from a seed, in namespaces of its own, with addresses no other world has, and what to ask about it. */
import type { EndpointSlice, Pod, Service } from '../../pkg/api/types.ts';
import type { ClusterObjects } from '../../pkg/dns/records/testdata/build.ts';
import { endpoint, externalName, namespace, pod, ports, service } from '../../pkg/dns/records/testdata/build.ts';
import { Dice } from '../upstream-controllers/dice.ts';

export interface World extends ClusterObjects {
  readonly seed: number;
}

const names = ['web', 'db', '3scale'] as const;
export const hosts = ['h0', 'db-0'] as const;
const portLists = [
  'http 80/TCP',
  'http 80/TCP, dns 53/UDP',
  'http 80/TCP, alt 80/SCTP, dns-tcp 53/TCP, dns 53/UDP',
  '80/TCP',
] as const;

export function makeWorld(seed: number): World {
  const dice = new Dice(seed * 2_654_435_761);
  const own = new Addresses(seed);
  const spaces = dice.once(3) ? [`w${seed}`, `v${seed}`] : [`w${seed}`];
  const keys = spaces.flatMap((space) => names.map((name) => `${space}/${name}`));
  const taken = keys.filter(() => !dice.once(5));
  const services = taken.map((key) => anyService(dice, key, seed));
  const sliced = keys.filter(() => !dice.once(3));
  return {
    seed,
    namespaces: spaces.map((space) => namespace(space)),
    services,
    endpointSlices: sliced.flatMap((key) => slicesOf(dice, key, own, seed % 500 === 3)),
    pods: Array.from({ length: dice.below(3) }, (_, at) => anyPod(dice, `${dice.pick(spaces)}/p${at}`, own)),
  };
}

function anyService(dice: Dice, key: string, seed: number): Service {
  const portText = dice.pick(portLists) ?? '';
  switch (dice.weighed({ cluster: 5, headless: 6, external: 2 })) {
    case 'cluster': {
      const families = dice.pick([['IPv4'], ['IPv4'], ['IPv6'], ['IPv4', 'IPv6'], ['IPv6', 'IPv4']]) ?? [];
      return service(key, '', portText, {
        type: dice.pick(['ClusterIP', 'NodePort', 'LoadBalancer']),
        ipFamilies: families,
        ipFamilyPolicy: families.length > 1 ? 'RequireDualStack' : 'SingleStack',
        ...(dice.once(2) && { selector: { app: 'x' } }),
      });
    }
    case 'headless':
      return service(key, 'None', dice.once(4) ? '' : portText, dice.once(2) ? { selector: { app: 'x' } } : {});
    case 'external':
      return externalName(key, dice.pick(targetsOf(seed)) ?? '');
  }
}

const targetsOf = (seed: number): string[] => [
  'www.example.com',
  'nx.example.com.',
  `web.w${seed}.svc.cluster.local`,
  `db.w${seed}.svc.cluster.local.`,
  `missing.w${seed}.svc.cluster.local`,
  '192.0.2.80',
];

/** Sixteen addresses of each family. Some IPv6 ones end in a colon, which no label may (H3). */
class Addresses {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  ipv4(at: number): string {
    const number = (10 << 24) + (128 << 16) + this.#seed * 16 + at;
    return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
  }

  ipv6(at: number): string {
    return at === 0 ? `fd00:2:${this.#seed.toString(16)}::` : `fd00:1::${this.#seed.toString(16)}:${at.toString(16)}`;
  }
}

/** `loose`: some slices name no Service. Few worlds have them, for CoreDNS never answers about them, which takes long. */
function slicesOf(dice: Dice, key: string, own: Addresses, loose: boolean): EndpointSlice[] {
  const [space = '', name = ''] = key.split('/');
  return Array.from({ length: 1 + dice.below(2) }, (_, at) => {
    const isIPv6 = dice.once(3);
    const count = dice.below(4);
    const points = Array.from({ length: count }, () => {
      const number = dice.below(10);
      const hostname = dice.once(3) ? ` h:${dice.pick(hosts)}` : '';
      const state = dice.pick(['', '', '', ' ready:false', ' ready:false serving:true', ' ready:absent']) ?? '';
      return endpoint(`${isIPv6 ? own.ipv6(number) : own.ipv4(number)}${hostname}${state}`);
    });
    const unique = new Map(points.map((point) => [point.addresses[0], point]));
    const portText = dice.pick(['http 8080/TCP', 'http 8081/TCP, dns 5353/UDP', '9376/TCP', '', 'alt 99/SCTP']) ?? '';
    const isUnlabelled = loose && dice.once(4);
    return {
      metadata: {
        namespace: space,
        name: `${name}-${at}`,
        labels: isUnlabelled ? {} : { 'kubernetes.io/service-name': name },
      },
      addressType: isIPv6 ? 'IPv6' : 'IPv4',
      endpoints: [...unique.values()],
      ports: ports(portText),
    };
  });
}

function anyPod(dice: Dice, key: string, own: Addresses): Pod {
  const number = 10 + dice.below(5);
  const ips = dice.pick([[own.ipv4(number)], [own.ipv4(number), own.ipv6(number)], [own.ipv6(number)], []]) ?? [];
  return pod(key, ips, { phase: dice.pick(['Running', 'Running', 'Pending', 'Succeeded', 'Failed']) ?? '' });
}

/** One thing of the world changes: the answers must follow. */
export type Step =
  | { readonly kind: 'delete-service'; readonly service: Service }
  | { readonly kind: 'delete-slice'; readonly slice: EndpointSlice }
  | { readonly kind: 'replace-service'; readonly old: Service; readonly service: Service };

export function stepOf(world: World): Step | undefined {
  const dice = new Dice(world.seed * 40_503 + 7);
  const service = dice.pick(world.services);
  const slice = dice.pick(world.endpointSlices);
  if (slice !== undefined && dice.once(2)) return { kind: 'delete-slice', slice };
  if (service === undefined) return undefined;
  if (dice.once(2)) return { kind: 'delete-service', service };
  const key = `${service.metadata.namespace}/${service.metadata.name}`;
  return { kind: 'replace-service', old: service, service: anyService(dice, key, world.seed) };
}
