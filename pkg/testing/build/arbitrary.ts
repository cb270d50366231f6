/** Random clusters for property tests: few names and values, so that things collide. */
import * as fc from 'fast-check';
import type { Endpoints, EndpointSlice, Node, Pod, Service, ServicePort } from '../../api/types.ts';
import type { PodStory } from './objects.ts';
import { endpoints, ipv4, ipv6, node, pod, service, slice } from './objects.ts';

/** `n` cases, or the share of FAIRLEAD_PROPERTY_RUNS that `n` is of ten thousand. */
export function runs(n: number): { numRuns: number } {
  const wanted = Number(process.env['FAIRLEAD_PROPERTY_RUNS'] ?? 10_000);
  return { numRuns: Math.max(1, Math.round((n * wanted) / 10_000)) };
}

const zones = ['a', 'b', 'c'];
export const nodes: Node[] = [...zones, ...zones].map((zone, at) => node({ name: `n${at}`, zone }));
const nodeNames = [...nodes.map(({ metadata }) => metadata.name ?? ''), 'gone'];

interface PodDice {
  readonly state: number;
  readonly node: number;
  readonly families: number;
  readonly port: number;
}

const podDice: fc.Arbitrary<PodDice> = fc.record({
  state: fc.nat(11),
  node: fc.nat(40),
  families: fc.nat(5),
  port: fc.nat(3),
});

function rolled(at: number, { state, node, families, port }: PodDice): Pod {
  const v4 = ipv4(families === 5 ? 1 : at + 1);
  const story: PodStory = {
    name: `p${String(at).padStart(2, '0')}`,
    ips: [[v4], [ipv6(at)], [v4, ipv6(at)], [ipv6(at), v4], [], [v4]][families] ?? [],
    ready: state !== 1 && state !== 2,
    deleting: state === 2 || state === 3,
    ...(state === 4 ? { phase: 'Succeeded' } : {}),
    ...(state === 5 ? { labels: { app: 'other' } } : {}),
    ...(state === 6 ? { hostname: `h${at}`, subdomain: 'svc' } : {}),
    ...(state === 7 ? { uid: `second-uid-${at}` } : {}),
    ...(port === 3 ? {} : { ports: [{ name: 'web', containerPort: 8080 + port, protocol: 'TCP' }] }),
  };
  // One node in forty is not known: enough to matter, few enough not to spoil every case.
  const nodeName = node === 40 ? 'gone' : nodeNames[node % nodes.length];
  return pod(nodeName === undefined ? story : { ...story, node: nodeName });
}

export const pods = (maxLength = 25): fc.Arbitrary<Pod[]> =>
  fc.array(podDice, { maxLength }).map((dice) => dice.map((each, at) => rolled(at, each)));

const numbered = { name: 'n', port: 80, targetPort: 8080, protocol: 'TCP' };
const named = { name: 'w', port: 81, targetPort: 'web', protocol: 'TCP' };

/** With a selector, and of every kind that makes a difference to endpoints. */
export const services: fc.Arbitrary<Service> = fc
  .record({
    ports: fc.constantFrom<ServicePort[][]>([numbered], [named], [numbered, named], []),
    families: fc.constantFrom<string[][]>(['IPv4'], ['IPv6'], ['IPv4', 'IPv6'], []),
    clusterIP: fc.constantFrom('10.96.0.10', 'None', 'fd00::10'),
    publish: fc.boolean(),
    topology: fc.constantFrom('none', 'none', 'PreferClose', 'PreferSameNode', 'auto'),
    labels: fc.constantFrom<Record<string, string>>({}, { foo: 'bar' }, { constructor: 'x', foo: 'baz' }),
  })
  .map(({ ports, families, clusterIP, publish, topology, labels }) =>
    service({
      labels,
      ...(topology === 'auto' ? { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } } : {}),
      spec: {
        ports,
        ipFamilies: families,
        clusterIP,
        publishNotReadyAddresses: publish,
        ...(topology === 'none' || topology === 'auto' ? {} : { trafficDistribution: topology }),
      },
    }),
  );

/** Slices as somebody with little care might leave them behind. */
export function strangeSlices(manager?: string): fc.Arbitrary<EndpointSlice[]> {
  const one = fc.record({
    first: fc.nat(20),
    count: fc.nat(6),
    owner: fc.constantFrom('uid-svc', 'uid-svc', 'earlier'),
    port: fc.constantFrom(8080, 8081, 9),
    addressType: fc.constantFrom('IPv4', 'IPv4', 'IPv6', 'IP'),
  });
  return fc.array(one, { maxLength: 4 }).map((list) =>
    list.map(({ first, count, port, ...rest }, at) =>
      slice({
        name: `strange-${at}`,
        ...(manager === undefined ? {} : { manager }),
        ...rest,
        ports: port === 9 ? [] : [{ name: 'n', port, protocol: 'TCP' }],
        endpoints: Array.from({ length: count }, (_, index) => ({
          addresses: [rest.addressType === 'IPv6' ? ipv6(first + index) : ipv4(first + index + 1)],
          conditions: { ready: true },
          targetRef: { kind: 'Pod', namespace: 'ns', name: `p${String(first + index).padStart(2, '0')}` },
        })),
      }),
    ),
  );
}

const port = (number: number) => ({ name: `p${number}`, port: number, protocol: 'TCP' });

/** Endpoints as users write them: overlapping subsets, both families, nonsense among the addresses. */
export const handwritten: fc.Arbitrary<Endpoints> = fc
  .record({
    labels: fc.constantFrom<Record<string, string>>({}, { foo: 'bar' }, { 'kubernetes.io/service-name': 'other' }),
    subsets: fc.array(
      fc.record({
        ports: fc.subarray([port(1), port(2), port(3)]),
        ready: fc.uniqueArray(fc.nat(9), { maxLength: 5 }),
        notReady: fc.uniqueArray(fc.nat(9), { maxLength: 5 }),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ labels, subsets }) =>
    endpoints({
      labels,
      subsets: subsets.map(({ ports, ready, notReady }) => ({
        ports,
        addresses: ready.map((number) => ({ ip: someAddress(number) })),
        notReadyAddresses: notReady.map((number) => ({ ip: someAddress(number) })),
      })),
    }),
  );

const someAddress = (number: number): string =>
  number === 9 ? 'nonsense' : number % 3 === 0 ? ipv6(number) : ipv4(number);

/** Two orders of one list. */
export const shuffled = <Item>(list: Item[]): fc.Arbitrary<Item[]> =>
  fc.shuffledSubarray(list, { minLength: list.length });
