/** A22, A30–A36, U20–U34: the addresses a Service takes and gives back. */
import { clusterIpNone, clusterIpsOf, isExternalName, specOf } from '../api/service.ts';
import type { Service } from '../api/types.ts';
import { formatIp, inRange, type Ip, type IpFamily, isIpFamily, ipOfNumber, parseIpTolerant } from '../ip/index.ts';
import { invalid, json } from '../validation/errors.ts';
import { goQuote } from '../api/schema/go-quote.ts';
import { pickFree } from './band.ts';
import { heldAddresses, keepsPreferDualStack } from './families.ts';
import { exhausted, outOfRange, rangeFull, type Refusal, refuse, taken } from './outcome.ts';
import { isAssignable, readyRanges } from './service-cidrs.ts';
import { ownerOf } from './owner.ts';
import type { AllocationWorld, Claim } from './world.ts';

export type AddressPlan =
  | { readonly kind: 'planned'; readonly service: Service; readonly take: Claim[]; readonly release: Claim[] }
  | Refusal;

/** `service` has its families settled; `previous` is complete. */
export function planClusterIps(service: Service, previous: Service | undefined, world: AllocationWorld): AddressPlan {
  const unchanged: AddressPlan = { kind: 'planned', service, take: [], release: [] };
  const headless = clusterIpsOf(service)[0] === clusterIpNone;
  if (previous === undefined || isExternalName(previous)) {
    return isExternalName(service) || headless ? unchanged : allocateMissing(service, 0, world);
  }
  if (keepsPreferDualStack(service, previous) || clusterIpsOf(previous)[0] === clusterIpNone) return unchanged;
  // Becoming headless is refused later (V60). Upstream first picks a second address for a dual policy, and on a
  // single-stack cluster breaks off the connection over it.
  if (headless && !isExternalName(service)) return unchanged;
  const held = heldAddresses(previous);
  // U24: everything goes, once the write has succeeded (A51).
  if (isExternalName(service)) return { ...unchanged, release: held.flatMap(releaseOf) };
  const before = specOf(previous).ipFamilies?.length ?? 0;
  const after = specOf(service).ipFamilies?.length ?? 0;
  if (before === 1 && after === 2) return allocateMissing(service, 1, world); // U30
  if (before === 2 && after === 1) return { ...unchanged, release: held.slice(1).flatMap(releaseOf) }; // U32
  return unchanged;
}

/** What deleting the Service gives back. */
export const releasedAddresses = (service: Service): Claim[] => heldAddresses(service).flatMap(releaseOf);

function releaseOf(text: string): Claim[] {
  const ip = parseIpTolerant(text);
  return ip === undefined ? [] : [{ kind: 'clusterIP', ip, how: 'static' }];
}

/** One address a family, from index `from` on: the one asked for, or one of our choice. */
function allocateMissing(service: Service, from: number, world: AllocationWorld): AddressPlan {
  const spec = specOf(service);
  const ips = [...clusterIpsOf(service)];
  const families = (spec.ipFamilies ?? []).filter(isIpFamily);
  const shown = json(families.map((_, index) => ips[index] ?? ''));
  const take: Claim[] = [];
  for (const [index, family] of families.entries()) {
    if (index < from) continue;
    const wanted = ips[index];
    if (wanted === undefined || wanted === '') {
      const number = pickAddress(family, ownerOf(service), world);
      if (number === undefined) {
        return exhausted(
          `failed to allocate a serviceIP for Service ${goQuote(service.metadata.name ?? '')}: ${rangeFull}`,
        );
      }
      const ip = ipOfNumber(family, number);
      ips[index] = formatIp(ip);
      take.push({ kind: 'clusterIP', ip, how: 'dynamic' });
    } else {
      const ip = parseIpTolerant(wanted);
      const reason = ip === undefined ? outOfRange : refusalOf(ip, world);
      if (ip === undefined || reason !== undefined) {
        return refuse(invalid('spec.clusterIPs', shown, `failed to allocate IP ${wanted}: ${reason}`));
      }
      take.push({ kind: 'clusterIP', ip, how: 'static' });
    }
  }
  const [clusterIP = ''] = ips;
  return { kind: 'planned', service: { ...service, spec: { ...spec, clusterIP, clusterIPs: ips } }, take, release: [] };
}

function refusalOf(ip: Ip, world: AllocationWorld): string | undefined {
  if (!isAssignable(readyRanges(world.cidrs, ip.family), ip)) return outOfRange;
  return world.addresses.isTaken(ip) ? taken.address : undefined;
}

/** A36: the address it had before, else range after range; addresses in quarantine only when nothing else is left. */
function pickAddress(family: IpFamily, owner: string, world: AllocationWorld): bigint | undefined {
  const ranges = readyRanges(world.cidrs, family);
  const kept = world.addresses
    .lastHeldBy(family, owner)
    .find((number) => ranges.some((range) => inRange(range, number)));
  if (kept !== undefined) return kept;
  for (const desperate of [false, true]) {
    for (const { first, last, band } of ranges) {
      const nextFree = (from: bigint, to: bigint): bigint | undefined =>
        world.addresses.nextFree(family, from, to, desperate);
      const number = pickFree(first, last, band, nextFree, world.random);
      if (number !== undefined) return number;
    }
  }
  return undefined;
}
