/** A30–A36: ServiceCIDR objects as ranges to allocate from, and the IPAddress object that records an allocation. */
import type { IPAddress, ServiceCIDR } from '../api/types.ts';
import {
  type Cidr,
  cidrSize,
  formatIp,
  inRange,
  type Ip,
  type IpFamily,
  ipNumber,
  parseCidr,
  usableRange,
} from '../ip/index.ts';
import { addressBand } from './band.ts';

export const ipFamilyLabel = 'ipaddress.kubernetes.io/ip-family';
export const managedByLabel = 'ipaddress.kubernetes.io/managed-by';
export const ipAllocator = 'ipallocator.k8s.io';

/** One CIDR with its usable bounds and static band. */
export interface ServiceRange {
  readonly cidr: Cidr;
  readonly first: bigint;
  readonly last: bigint;
  readonly band: bigint;
}

/** A34: not being deleted, and Ready is True or absent. Unknown counts as not ready. */
export function isReady(serviceCidr: ServiceCIDR): boolean {
  if (serviceCidr.metadata.deletionTimestamp !== undefined) return false;
  const ready = serviceCidr.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True';
}

/**
 * Ranges of one family from ready ServiceCIDRs, each CIDR once. Oldest objects come first, so the order does not
 * depend on how they were listed.
 */
export function readyRanges(serviceCidrs: readonly ServiceCIDR[], family: IpFamily): ServiceRange[] {
  const texts = serviceCidrs
    .filter(isReady)
    .sort(byAge)
    .flatMap(({ spec }) => spec?.cidrs ?? []);
  return [...new Set(texts)].flatMap((text) => {
    const cidr = parseCidr(text);
    const usable = cidr === undefined || cidr.family !== family ? undefined : usableRange(cidr);
    return cidr === undefined || usable === undefined ? [] : [{ cidr, ...usable, band: addressBand(cidrSize(cidr)) }];
  });
}

function byAge(a: ServiceCIDR, b: ServiceCIDR): number {
  const [left, right] = [a, b].map(({ metadata }) => [metadata.creationTimestamp ?? '', metadata.name ?? ''].join(' '));
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

/** A20: network and broadcast addresses are in no range. */
export function hasRoomFor(cidr: Cidr, ip: Ip): boolean {
  const usable = cidr.family === ip.family ? usableRange(cidr) : undefined;
  return usable !== undefined && inRange(usable, ipNumber(ip));
}

/** A36: some ready range has it among its usable addresses. */
export const isAssignable = (ranges: readonly ServiceRange[], ip: Ip): boolean =>
  ranges.some((range) => range.cidr.family === ip.family && inRange(range, ipNumber(ip)));

/** A30: the object whose name is the reservation (A31). */
export function ipAddressFor(ip: Ip, owner: { namespace: string; name: string }): IPAddress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: {
      name: formatIp(ip),
      labels: { [ipFamilyLabel]: ip.family, [managedByLabel]: ipAllocator },
    },
    spec: { parentRef: { group: '', resource: 'services', namespace: owner.namespace, name: owner.name } },
  };
}
