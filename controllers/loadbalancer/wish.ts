/** What a Service asks for: addresses, a pool, company (L1, L2, L20, L40). */
import type { Service } from '../../pkg/api/types.ts';
import { formatIp, isIpFamily, parseIpTolerant, type Ip, type IpFamily } from '../../pkg/ip/index.ts';

export interface Wish {
  /** Primary first. */
  readonly families: readonly IpFamily[];
  readonly needsAll: boolean;
  /** Canonical texts; empty: any. */
  readonly addresses: readonly Ip[];
  /** The request contradicts itself or cannot be read. */
  readonly problem?: string;
  readonly pool?: string;
  readonly sharingKey?: string;
}

const addressKeys = [
  'fairlead.dev/load-balancer-ips',
  'metallb.io/loadBalancerIPs',
  'lbipam.cilium.io/ips',
  'kube-vip.io/loadbalancerIPs',
];
const poolKeys = ['fairlead.dev/load-balancer-pool', 'metallb.io/address-pool'];
const sharingKeys = ['fairlead.dev/allow-shared-ip', 'metallb.io/allow-shared-ip', 'lbipam.cilium.io/sharing-key'];

/** The loadBalancerClass that is always ours. */
export const ownClass = 'fairlead.dev/load-balancer';

/** L1 */
export function isOurs({ spec }: Service, withoutClass: boolean): boolean {
  if (spec?.type !== 'LoadBalancer') return false;
  return spec.loadBalancerClass === undefined ? withoutClass : spec.loadBalancerClass === ownClass;
}

export function wishOf({ metadata, spec }: Service): Wish {
  const annotations = new Map(Object.entries(metadata.annotations ?? {}));
  const first = (keys: readonly string[]): string | undefined =>
    keys.map((key) => annotations.get(key)).find((value) => (value ?? '') !== '');
  const families = (spec?.ipFamilies ?? ['IPv4']).filter((family): family is IpFamily => isIpFamily(family));
  const pool = first(poolKeys);
  const sharingKey = first(sharingKeys);
  return {
    families: spec?.ipFamilyPolicy === 'SingleStack' ? families.slice(0, 1) : families,
    needsAll: spec?.ipFamilyPolicy === 'RequireDualStack',
    ...requested(spec?.loadBalancerIP ?? '', first(addressKeys) ?? '', families),
    ...(pool === undefined ? {} : { pool }),
    ...(sharingKey === undefined ? {} : { sharingKey }),
  };
}

/** L20: two requests that differ are none; nobody guesses. */
function requested(
  field: string,
  annotation: string,
  families: readonly IpFamily[],
): Pick<Wish, 'addresses' | 'problem'> {
  const lists = [field, annotation].filter((text) => text !== '').map(readList);
  const addresses: Ip[] = [];
  for (const list of lists) {
    for (const item of list) if (typeof item === 'string') return { addresses: [], problem: `${item} is no address` };
  }
  const [one, two] = lists.map((list) => list.map((item) => (typeof item === 'string' ? item : formatIp(item))));
  if (one !== undefined && two !== undefined && one.some((ip) => !two.includes(ip))) {
    return { addresses: [], problem: 'spec.loadBalancerIP and the annotation ask for different addresses' };
  }
  for (const item of lists.at(-1) ?? []) if (typeof item !== 'string') addresses.push(item);
  const twice = families.find((family) => addresses.filter((ip) => ip.family === family).length > 1);
  if (twice !== undefined) return { addresses: [], problem: `more than one ${twice} address is asked for` };
  return { addresses };
}

const readList = (text: string): (Ip | string)[] =>
  text.split(',').map((part) => parseIpTolerant(part.trim()) ?? JSON.stringify(part.trim()));
