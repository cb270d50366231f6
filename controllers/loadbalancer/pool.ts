/** A pool of addresses: what its author wrote, and what that means (L10, L11, L54). */
import { selectorFromSpec, type LabelSelectorSpec, type Selector } from '../../pkg/api/labels/selector.ts';
import type { KubeObject } from '../../pkg/api/types.ts';
import { cidrBounds, familyBits, ipNumber, parseCidr, parseIp, type Ip, type IpFamily } from '../../pkg/ip/index.ts';

/** The kind `LoadBalancerPool` of fairlead.dev/v1, cluster-wide. */
export interface LoadBalancerPool extends KubeObject {
  readonly spec?: {
    /** `192.0.2.0/24`, `192.0.2.10-192.0.2.20` or a single address. */
    readonly addresses?: readonly string[];
    readonly namespaces?: readonly string[];
    readonly namespaceSelector?: LabelSelectorSpec;
    readonly serviceSelector?: LabelSelectorSpec;
    /** Lower comes first; 0 when absent. */
    readonly priority?: number;
    /** False: only for those who ask for the pool or one of its addresses. */
    readonly autoAssign?: boolean;
    /** Nothing more is given out; what was given stays. */
    readonly disabled?: boolean;
    /** Leave out the first and the last address of each CIDR. */
    readonly skipEdges?: boolean;
  };
}

export interface Stretch {
  readonly family: IpFamily;
  readonly first: bigint;
  readonly last: bigint;
}

export interface Pool {
  readonly name: string;
  readonly stretches: readonly Stretch[];
  readonly priority: number;
  readonly autoAssign: boolean;
  readonly disabled: boolean;
  readonly namespaces: readonly string[];
  readonly namespaceSelector: Selector | undefined;
  readonly serviceSelector: Selector | undefined;
}

/** Good pools in the order in which they are tried (L12), and why the others are not used. */
export interface Pools {
  readonly usable: readonly Pool[];
  readonly refused: ReadonlyMap<string, string>;
}

/** `reserved`: addresses that Services, Pods and nodes have (L54). */
export function readPools(objects: readonly LoadBalancerPool[], reserved: readonly string[] = []): Pools {
  const refused = new Map<string, string>();
  const usable: Pool[] = [];
  const taken = reserved.flatMap((text) => stretchesOf(text, false) ?? []);
  // L11: of two that overlap the older one stands.
  for (const object of objects.toSorted(byAge)) {
    const name = object.metadata.name ?? '';
    const pool = readPool(object);
    if (typeof pool === 'string') {
      refused.set(name, pool);
      continue;
    }
    const overlaps = usable.find((other) =>
      pool.stretches.some((mine) => other.stretches.some((its) => meet(mine, its))),
    );
    if (overlaps !== undefined) refused.set(name, `overlaps with the older pool ${overlaps.name}`);
    else if (pool.stretches.some((mine) => taken.some((its) => meet(mine, its)))) {
      refused.set(name, 'overlaps with addresses of Services, Pods or nodes of the cluster');
    } else usable.push(pool);
  }
  const inOrder = usable.sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1));
  return { usable: inOrder, refused };
}

/** Oldest first; the name decides between those of one second. */
export function byAge(a: KubeObject, b: KubeObject): number {
  const key = ({ metadata }: KubeObject): string =>
    `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
  const [first, second] = [key(a), key(b)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

const meet = (a: Stretch, b: Stretch): boolean => a.family === b.family && a.first <= b.last && b.first <= a.last;

function readPool({ metadata, spec = {} }: LoadBalancerPool): Pool | string {
  const addresses = spec.addresses ?? [];
  if (addresses.length === 0) return 'has no addresses';
  const stretches: Stretch[] = [];
  for (const text of addresses) {
    const read = typeof text === 'string' ? stretchesOf(text, spec.skipEdges === true) : undefined;
    if (read === undefined) return `${JSON.stringify(text)} is no CIDR, range or address`;
    if (stretches.some((other) => read.some((mine) => meet(mine, other))))
      return `${text} overlaps with another of its addresses`;
    stretches.push(...read);
  }
  try {
    return {
      name: metadata.name ?? '',
      stretches,
      priority: spec.priority ?? 0,
      autoAssign: spec.autoAssign ?? true,
      disabled: spec.disabled ?? false,
      namespaces: spec.namespaces ?? [],
      namespaceSelector: spec.namespaceSelector && selectorFromSpec(spec.namespaceSelector),
      serviceSelector: spec.serviceSelector && selectorFromSpec(spec.serviceSelector),
    };
  } catch (error) {
    return `a selector is wrong: ${(error as Error).message}`;
  }
}

function stretchesOf(text: string, skipEdges: boolean): Stretch[] | undefined {
  const cidr = parseCidr(text);
  if (cidr !== undefined) {
    const { first, last } = cidrBounds(cidr);
    const { family } = cidr;
    const edges = skipEdges && cidr.bits < familyBits(family) - 1;
    return [edges ? { family, first: first + 1n, last: last - 1n } : { family, first, last }];
  }
  const [from = '', to = from, ...more] = text.split('-').map((part) => part.trim());
  const [first, last] = [parseIp(from), parseIp(to)];
  if (more.length > 0 || first === undefined || last === undefined || first.family !== last.family) return undefined;
  const [low, high] = [ipNumber(first), ipNumber(last)];
  return low <= high ? [{ family: first.family, first: low, last: high }] : undefined;
}

/** Whether the address lies in the pool. */
export function contains({ stretches }: Pool, ip: Ip): boolean {
  const number = ipNumber(ip);
  return stretches.some(({ family, first, last }) => family === ip.family && first <= number && number <= last);
}

/** How many addresses of a family the pool has. */
export function sizeOf({ stretches }: Pool, family: IpFamily): bigint {
  return stretches.reduce((sum, each) => (each.family === family ? sum + each.last - each.first + 1n : sum), 0n);
}
