/** Which addresses and ports Services would be given, by the server's own pipeline (P1, P3). */
import {
  createService,
  NodePortIndex,
  nodePortPool,
  ServiceIpIndex,
  updateService,
  type AllocationWorld,
  type Claim,
} from '../allocator/index.ts';
import type { Service, ServiceCIDR } from '../api/types.ts';
import { formatIp, parseCidr, parsePortRange, type IpFamily } from '../ip/index.ts';

export interface PlannedService {
  readonly namespace: string;
  readonly name: string;
  /** As the server would say it; absent: accepted. */
  readonly refused?: string;
  /** An address or port asked for, or `one of …` where the server would choose. */
  readonly given: readonly string[];
  readonly warnings: readonly string[];
}

export interface ServicesPlan {
  readonly planned: readonly PlannedService[];
  /** What would be stored; a chosen address is one example. */
  readonly accepted: readonly Service[];
  /** Example address → `one of <range>`. */
  readonly examples: ReadonlyMap<string, string>;
}

export interface Ranges {
  readonly cidrs: readonly ServiceCIDR[];
  readonly nodePorts: string;
}

/** One after the other, so that two Services that ask for the same are seen to. */
export function planServices(wanted: readonly Service[], present: readonly Service[], ranges: Ranges): ServicesPlan {
  const world = allocationWorld(present, ranges);
  const stored = new Map(present.map((service) => [keyOf(service), service]));
  const ipRange = ranges.cidrs.flatMap(({ spec }) => spec?.cidrs ?? []).join(' or ');
  const planned: PlannedService[] = [];
  const accepted: Service[] = [];
  const examples = new Map<string, string>();
  for (const service of wanted) {
    const { namespace = '', name = '' } = service.metadata;
    const before = stored.get(keyOf(service));
    const outcome = before === undefined ? createService(service, world) : updateService(service, before, world);
    if (outcome.kind === 'refused') {
      planned.push({ namespace, name, refused: outcome.error.message, given: [], warnings: [] });
      continue;
    }
    world.addresses.take(outcome.take, keyOf(service));
    world.ports.take(outcome.take, keyOf(service));
    accepted.push(outcome.service);
    for (const claim of outcome.take) {
      if (claim.kind === 'clusterIP' && claim.how === 'dynamic') examples.set(formatIp(claim.ip), `one of ${ipRange}`);
    }
    const given = outcome.take.map((claim) => claimText(claim, ipRange, ranges.nodePorts));
    planned.push({ namespace, name, given, warnings: outcome.warnings });
  }
  return { planned, accepted, examples };
}

function claimText(claim: Claim, ipRange: string, nodePorts: string): string {
  const chosen = claim.how === 'dynamic';
  if (claim.kind === 'clusterIP') return `${claim.kind} ${chosen ? `one of ${ipRange}` : formatIp(claim.ip)}`;
  return `${claim.kind} ${chosen ? `one of ${nodePorts}` : claim.port}`;
}

interface PlanWorld extends AllocationWorld {
  readonly addresses: ServiceIpIndex;
  readonly ports: NodePortIndex;
}

function allocationWorld(present: readonly Service[], { cidrs, nodePorts }: Ranges): PlanWorld {
  const addresses = new ServiceIpIndex();
  const ports = new NodePortIndex();
  for (const service of present) {
    addresses.add(service);
    ports.add(service);
  }
  const families = cidrs.flatMap(({ spec }) => spec?.cidrs ?? []).flatMap((cidr) => parseCidr(cidr)?.family ?? []);
  return {
    families: [...new Set<IpFamily>(families)],
    cidrs,
    addresses,
    ports,
    nodePorts: nodePortPool(nodePorts.split(',').map(parsePortRange)),
    // The same manifests, the same plan: what is shown of a choice is its range.
    random: () => 0,
  };
}

const keyOf = ({ metadata }: Service): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
