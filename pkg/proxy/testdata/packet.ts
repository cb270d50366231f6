/** The first packet of a connection, the node it meets, and what can become of it. */
import { cidrContains, parseAddress, parseCidr } from '../model/index.ts';

export type Origin = 'outside' | 'pod' | 'node' | 'self';

export interface Probe {
  readonly from: Origin;
  readonly source: string;
  /** Where it came in; undefined for what the node itself sends. */
  readonly interface: string | undefined;
  readonly destination: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** Endpoint → whether it sees another source than the real one. Or nobody gets it; `no door`: no relay listens there. */
export type Outcome = ReadonlyMap<string, 'kept' | 'snat'> | 'refused' | 'timeout' | 'no door';

/** The fixture of section 16. */
export const node = {
  name: 'n1',
  ip: '192.0.2.10',
  addresses: ['127.0.0.1', '192.0.2.10', '10.244.1.1'],
  podCIDR: '10.244.0.0/16',
};

const sources: Record<Exclude<Origin, 'node'>, string> = {
  outside: '192.0.2.2',
  pod: '10.244.1.99',
  self: '10.244.1.11',
};

export function probe(from: Origin, destination: string, port: number, protocol: Probe['protocol'] = 'tcp'): Probe {
  const to = { destination, port, protocol };
  if (from === 'node') {
    // To an address of its own a host speaks from that address.
    return { from, source: isLocal(destination) ? destination : node.ip, interface: undefined, ...to };
  }
  return { from, source: sources[from], interface: from === 'outside' ? 'vext' : 'cni0', ...to };
}

export const isLocal = (ip: string): boolean => node.addresses.includes(ip) || inRange('127.0.0.0/8', ip);

export function inRange(range: string, ip: string): boolean {
  const cidr = parseCidr(range.includes('/') ? range : `${range}/32`);
  const address = parseAddress(ip);
  return cidr !== undefined && address !== undefined && cidrContains(cidr, address);
}

/** Joins what became of all random choices. A share that nobody gets shows as an endpoint called `lost`. */
export function joinOutcomes(outcomes: readonly Outcome[]): Outcome {
  const [first = 'timeout'] = outcomes;
  if (outcomes.every((outcome) => outcome === first)) return first;
  const joined = new Map<string, 'kept' | 'snat'>();
  for (const outcome of outcomes) {
    if (typeof outcome === 'string') joined.set('lost', 'snat');
    else for (const [endpoint, source] of outcome) joined.set(endpoint, source);
  }
  return joined;
}

/** `10.244.1.11:8080 kept, 10.244.2.12:8080 snat`, or the one word. */
export function describeOutcome(outcome: Outcome): string {
  if (typeof outcome === 'string') return outcome;
  return [...outcome]
    .map(([endpoint, source]) => `${endpoint} ${source}`)
    .sort()
    .join(', ');
}
