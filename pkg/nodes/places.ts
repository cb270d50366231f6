/** Where the simulated nodes are in the cluster's address plan. */
import { cidrBounds, formatIp, ipNumber, ipOfNumber, parseCidr, parseIp } from '../ip/index.ts';

export interface NodePlace {
  readonly name: string;
  readonly zone: string;
  /** Its InternalIP. */
  readonly hostIP: string;
  /** A /24 of the cluster's Pod range. */
  readonly podCidr: string;
}

export interface NodesPlan {
  readonly count: number;
  /** Of all Pods; by default 10.244.0.0/16, enough for 256 nodes, or 10.244.0.0/14 for up to 1,024. */
  readonly podCidr?: string;
  /** Nodes take turns; a, b and c by default. */
  readonly zones?: readonly string[];
}

const addressesPerNode = 256n;
const firstHost = '10.240.0.0';

/** `node-0`, `node-1`, … Throws when the range has no room for so many. */
export function nodePlaces({
  count,
  podCidr = count <= 256 ? '10.244.0.0/16' : '10.244.0.0/14',
  zones = ['a', 'b', 'c'],
}: NodesPlan): NodePlace[] {
  const range = parseCidr(podCidr);
  const hosts = parseIp(firstHost);
  if (range === undefined || range.family !== 'IPv4' || hosts === undefined) {
    throw new Error(`${JSON.stringify(podCidr)} is no IPv4 range for Pods`);
  }
  const { first, last } = cidrBounds(range);
  if (BigInt(count) * addressesPerNode > last - first + 1n)
    throw new Error(`${podCidr} has no room for ${count} nodes`);
  return Array.from({ length: count }, (_, at) => ({
    name: `node-${at}`,
    zone: zones[at % Math.max(1, zones.length)] ?? 'a',
    hostIP: formatIp(ipOfNumber('IPv4', ipNumber(hosts) + BigInt(at + 1))),
    podCidr: `${formatIp(ipOfNumber('IPv4', first + BigInt(at) * addressesPerNode))}/24`,
  }));
}
