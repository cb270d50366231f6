/** The allocator alone: how long one decision takes in a range that is nearly empty, nearly full, and all but full. */
import { nodePortPool, NodePortIndex, planServiceAllocation, ServiceIpIndex } from '../../pkg/allocator/index.ts';
import type { AllocationWorld } from '../../pkg/allocator/index.ts';
import type { Service } from '../../pkg/api/types.ts';
import { type Cidr, cidrBounds, ipOfNumber, parseCidr } from '../../pkg/ip/index.ts';
import type { Figure } from './figure.ts';
import type { Effort } from './rounds.ts';

/** As many addresses as a /12 has; of an IPv6 /64 this stretch is filled, and the search starts inside it. */
const stretch = 2 ** 20;
const decisions = 2000;

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'new', namespace: 'default' },
  spec: { type: 'ClusterIP', sessionAffinity: 'None', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] },
};

export function benchAllocator({ rounds }: Effort): Figure[] {
  return ['10.96.0.0/12', 'fd00::/64'].flatMap((text) =>
    [5, 95, 99.99].flatMap((percent) => {
      const cidr = parseCidr(text);
      if (cidr === undefined) throw new Error(text);
      const world = worldAt(cidr, text, percent);
      timeDecisions(world, decisions);
      const p50: number[] = [];
      const p99: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const took = timeDecisions(world, decisions);
        p50.push(took[Math.floor(took.length * 0.5)] ?? 0);
        p99.push(took[Math.floor(took.length * 0.99)] ?? 0);
      }
      const name = `/${cidr.bits}, ${percent} % full`;
      const bench = `allocator-${cidr.family.toLowerCase()}-${cidr.bits}-${percent}`;
      console.log(`  ${cidr.family} ${name}: p50 ${p50.at(-1)?.toFixed(4)} ms, p99 ${p99.at(-1)?.toFixed(4)} ms`);
      const shared = { unit: 'ms', better: 'lower', theirs: [] } as const;
      return [
        { bench: `${bench}-p50`, what: `the allocator alone, ${cidr.family} ${name}, p50`, ours: p50, ...shared },
        { bench: `${bench}-p99`, what: `the allocator alone, ${cidr.family} ${name}, p99`, ours: p99, ...shared },
      ];
    }),
  );
}

interface FullWorld extends AllocationWorld {
  readonly addresses: ServiceIpIndex;
}

function worldAt(cidr: Cidr, text: string, percent: number): FullWorld {
  const addresses = new ServiceIpIndex();
  const { first } = cidrBounds(cidr);
  const free = Math.round(stretch * (1 - percent / 100));
  // Free ones lie at random among the taken, at the same share everywhere.
  let left = free;
  for (let offset = 0; offset < stretch; offset += 1) {
    if (Math.random() * (stretch - offset) < left) left -= 1;
    else addresses.claim(ipOfNumber(cidr.family, first + BigInt(offset)), 'n/s');
  }
  return {
    families: [cidr.family],
    cidrs: [{ metadata: { name: 'kubernetes' }, spec: { cidrs: [text] } }],
    addresses,
    ports: new NodePortIndex(),
    nodePorts: nodePortPool([{ first: 30_000, last: 32_767 }]),
    random: cidr.family === 'IPv4' ? Math.random : withinStretch(),
  };
}

/** A 64-bit draw is made of two 32-bit ones: the upper is 0, the lower falls into the stretch. */
function withinStretch(): () => number {
  let upper = true;
  return () => {
    upper = !upper;
    return upper ? (Math.random() * stretch) / 2 ** 32 : 0;
  };
}

/** Each address is given back, so that the range stays as full as it was. Ascending, in milliseconds. */
function timeDecisions(world: FullWorld, count: number): number[] {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    const plan = planServiceAllocation({ service, world });
    if (plan.kind !== 'planned') throw new Error('the range is not full');
    world.addresses.take(plan.take, 'default/new');
    took.push(performance.now() - start);
    world.addresses.giveBack(plan.take, 'default/new');
  }
  return took.toSorted((a, b) => a - b);
}
