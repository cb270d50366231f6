/**
 * The flat layout: a Service port is elements of a few maps, and how many endpoints it has decides which chain its
 * elements lead to. `cluster-ip/tcp/3` serves every TCP port with three endpoints: it translates to what the map
 * `endpoints-tcp` has under (address, port, random number below three). Thousands of Services share a handful of chains,
 * a change comes to a few elements, and nothing is ever listed.
 *
 * There is a map for each protocol because nft 1.0.6 has no protocol-free way to say "the port of an endpoint": with
 * `th dport` it makes a map that it cannot read back, and every later command fails.
 *
 * A number that finds no element, because the list shrank between two looks of one packet, drops that packet: the client
 * sends it again. Let through, it would fix the connection to an address that nobody has.
 *
 * Session affinity remembers clients for each endpoint, so ports with it keep chains of their own (port.ts).
 */
import {
  cidrContains,
  parseAddress,
  type Cidr,
  type Destination,
  type Endpoint,
  type PortPlan,
} from '../../model/index.ts';
import type { Context } from './context.ts';
import { annotated, rule, type Chain, type Container, type Element } from './ruleset.ts';

/** How packets of one kind find their endpoints. */
interface Door {
  /** What its chains are called after. */
  readonly name: string;
  /** The key of a packet, less the number. */
  readonly key: string;
  readonly map: string;
}

const protocols = ['tcp', 'udp', 'sctp'] as const;

const byAddress = (kind: 'cluster-ip' | 'external', protocol: string, ip: string): Door => ({
  name: `${kind}/${protocol}`,
  key: `${ip} daddr . ${protocol} dport`,
  map: `endpoints-${protocol}`,
});

const byNodePort = (protocol: string): Door => ({
  name: `node-port/${protocol}`,
  key: `${protocol} dport`,
  map: `node-port-endpoints-${protocol}`,
});

/** Numbers of a list of local endpoints begin here, those of all endpoints at 0. */
const localFrom = 1_000_000;

/** What one destination adds: the chain that it leads to, which others may share, and its endpoints. */
export interface FlatRoute {
  readonly chain: Chain;
  readonly elements: readonly Element[];
}

export function flatRoute(plan: PortPlan, { kind, ip, port }: Destination, context: Context): FlatRoute {
  const { service, cluster, local } = plan;
  const protocol = service.protocol.toLowerCase();
  if (kind === 'cluster-ip') {
    const door = byAddress('cluster-ip', protocol, context.ip);
    const list = service.internalLocal ? local : cluster;
    const key = `${ip} . ${port}`;
    return { chain: clusterIPChain(door, list.length, context), elements: numbered(door, key, list, 0) };
  }
  const door = kind === 'node-port' ? byNodePort(protocol) : byAddress('external', protocol, context.ip);
  const key = kind === 'node-port' ? `${port}` : `${ip} . ${port}`;
  const elements = numbered(door, key, cluster, 0);
  if (!service.externalLocal) return { chain: externalChain(door, cluster.length, context), elements };
  return {
    chain: externalLocalChain(door, cluster.length, local.length, context),
    elements: [...elements, ...numbered(door, key, local, localFrom)],
  };
}

/** Maps that only this layout has. A random number has no type name, so they are typed by what is looked up. */
export function flatContainers({ ip, addressType }: Context): Container[] {
  const map = ({ map: name, key }: Door, protocol: string, of: string): Container => ({
    kind: 'map',
    name,
    type: `${key} . numgen random mod 2 : ${ip} daddr . ${protocol} dport`,
    isTypeOf: true,
    comment: `endpoints of each ${of}, those of this node from ${localFrom}`,
  });
  return [
    ...protocols.flatMap((protocol) => [
      map(byAddress('external', protocol, ip), protocol, 'address and port'),
      map(byNodePort(protocol), protocol, 'node port'),
    ]),
    {
      kind: 'set',
      name: sourceRanges,
      type: `${addressType} . inet_proto . inet_service . ${addressType}`,
      flags: 'interval',
      comment: 'who may use a destination of firewall-ips',
    },
  ];
}

const sourceRanges = 'firewall-sources';

/** N34 for every Service at once. */
export const flatFirewallChain = ({ ip }: Context): Chain => ({
  name: 'firewall-sources-check',
  rules: [`${ip} daddr . meta l4proto . th dport . ${ip} saddr @${sourceRanges} return`, 'drop'],
});

/** Ranges within others are left out: the kernel refuses intervals that overlap. */
export function flatFirewall(plan: PortPlan, key: string, context: Context): Element[] {
  const ranges = [...new Map(plan.service.sourceRanges.map((range) => [range.text, range])).values()];
  const widest = ranges.filter(
    (range) => !ranges.some((other) => other.prefix < range.prefix && holds(other, range.base)),
  );
  const admits = (text: string): boolean => {
    const address = parseAddress(text);
    return address !== undefined && ranges.some((range) => cidrContains(range, address));
  };
  const vips = admits(context.options.nodeIP ?? '') ? new Set(vipsOf(plan)) : new Set<string>();
  const own = [...vips].filter((vip) => !admits(vip));
  return [...widest.map(({ text }) => text), ...own].map((source) => ({
    container: sourceRanges,
    key: `${key} . ${source}`,
  }));
}

const holds = ({ family, base, prefix }: Cidr, value: bigint): boolean => {
  const hostBits = BigInt((family === 'IPv4' ? 32 : 128) - prefix);
  return base >> hostBits === value >> hostBits;
};

const vipsOf = ({ destinations }: PortPlan): string[] =>
  destinations.flatMap(({ kind, ip }) => (kind === 'load-balancer' ? [ip] : []));

/** Containers that nothing looks into before a dispatch element leads there: they may be filled ahead (N44). */
export const isFilledAhead = (container: string): boolean =>
  /(^|-)endpoints-/.test(container) || container === sourceRanges;

function numbered({ map }: Door, key: string, list: readonly Endpoint[], from: number): Element[] {
  return list.map(({ ip, port }, index) => ({
    container: map,
    key: `${key} . ${from + index}`,
    value: `${ip} . ${port}`,
  }));
}

/** G36: whoever is not a pod, or everybody. */
function clusterIPChain(door: Door, count: number, context: Context): Chain {
  const { options, isNotPod, mark } = context;
  const act = `mark set mark or ${mark}`;
  const first =
    options.masqueradeAll === true
      ? [annotated(act, 'masquerade all clusterIP traffic')]
      : isNotPod === ''
        ? []
        : [annotated(rule(isNotPod, act), 'masquerade clusterIP traffic from outside cluster')];
  return { name: `${door.name}/${count}`, rules: [...first, pick(door, count, 0, context), 'drop'] };
}

function externalChain(door: Door, count: number, context: Context): Chain {
  const rules = [annotated(`mark set mark or ${context.mark}`, 'masquerade'), pick(door, count, 0, context), 'drop'];
  return { name: `${door.name}/${count}`, rules };
}

/** G37, G38: pods and the node take the short circuit, others stay here. */
function externalLocalChain(door: Door, count: number, localCount: number, context: Context): Chain {
  const { isPod, mark } = context;
  const rules: string[] = [];
  if (count > 0) {
    const toCluster = pick(door, count, 0, context);
    const fromHere = 'fib saddr type local';
    if (isPod !== '') rules.push(annotated(rule(isPod, toCluster), 'short-circuit pod traffic'));
    rules.push(annotated(`${fromHere} mark set mark or ${mark}`, 'masquerade local traffic'));
    rules.push(annotated(`${fromHere} ${toCluster}`, 'short-circuit local traffic'));
  }
  if (localCount > 0) rules.push(pick(door, localCount, localFrom, context));
  return { name: `${door.name}/${count}/local/${localCount}`, rules: [...rules, 'drop'] };
}

function pick({ key, map }: Door, count: number, from: number, { ip }: Context): string {
  const offset = from === 0 ? '' : ` offset ${from}`;
  return `dnat ${ip} to ${key} . numgen random mod ${count}${offset} map @${map}`;
}
