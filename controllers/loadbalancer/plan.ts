/**
 * Who gets which address, from the objects alone: whatever order they came in and however often the controller was
 * restarted, an address that stands in a status and may stay does stay (L30–L35).
 */
import type { Service } from '../../pkg/api/types.ts';
import { formatIp, ipFamilies, ipOfNumber, parseIp, type Ip, type IpFamily } from '../../pkg/ip/index.ts';
import { conditionOf } from './condition.ts';
import { describeSharing, Holders } from './holders.ts';
import { byAge, contains, sizeOf, type Pool, type Pools } from './pool.ts';
import { wishOf, type Wish } from './wish.ts';

/** L51, and `kept` of L34: the address stays although it is no longer allowed. */
export type Reason =
  | 'assigned'
  | 'kept_outside_pools'
  | 'no_pool'
  | 'pool_exhausted'
  | 'requested_ip_in_use'
  | 'requested_ip_not_allowed'
  | 'sharing_conflict'
  | 'family_unavailable';

export interface Verdict {
  readonly service: Service;
  /** In the order of ipFamilies (L2). */
  readonly addresses: readonly string[];
  readonly reason: Reason;
  readonly message: string;
}

export interface Usage {
  readonly family: IpFamily;
  readonly total: bigint;
  readonly used: bigint;
}

export interface Plan {
  readonly verdicts: readonly Verdict[];
  /** By name of the pool. */
  readonly usage: ReadonlyMap<string, readonly Usage[]>;
}

export interface PlanInputs {
  readonly pools: Pools;
  /** All Services that are ours. */
  readonly services: readonly Service[];
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>>;
  /** L14: when an address was last given back; the longer ago the better. Forgotten at a restart. */
  readonly released?: ReadonlyMap<string, number>;
}

export function planAddresses(inputs: PlanInputs): Plan {
  const holders = new Holders();
  // L43: whoever has changed since its address was written gives way to the others.
  const inOrder = inputs.services.toSorted((a, b) => Number(isSettled(b)) - Number(isSettled(a)) || byAge(a, b));
  // L31: everybody who has an address is looked at before anybody gets one.
  const kept = new Map(inOrder.map((service) => [service, adopt(inputs, holders, service)]));
  const verdicts = inputs.services.toSorted(byAge).map((service) => {
    const verdict = decide(inputs, holders, service, kept.get(service) ?? []);
    return verdict.addresses.length === 0
      ? verdict
      : { ...verdict, message: verdict.message + describeSharing(service) };
  });
  return { verdicts, usage: usageOf(inputs.pools, verdicts) };
}

function isSettled(service: Service): boolean {
  const said = conditionOf(service)?.message ?? '';
  const mark = said.indexOf(', shared by the key ');
  return said !== '' && (mark < 0 ? '' : said.slice(mark)) === describeSharing(service);
}

/** What the Service has and may keep, by family. */
function adopt({ pools }: PlanInputs, holders: Holders, service: Service): Ip[] {
  const { families } = wishOf(service);
  const kept: Ip[] = [];
  for (const { ip: text = '' } of service.status?.loadBalancer?.ingress ?? []) {
    const ip = parseIp(text);
    // L50: a family that was dropped goes.
    if (ip === undefined || !families.includes(ip.family) || kept.some(({ family }) => family === ip.family)) continue;
    const address = formatIp(ip);
    // An address that was never ours is not counted, but stays (L55).
    if (holders.conflict(address, service) !== undefined && pools.usable.some((pool) => contains(pool, ip))) continue;
    holders.add(address, service);
    kept.push(ip);
  }
  return kept;
}

/** Verdicts that leave a Service what it has. */
const staying =
  (service: Service, wish: Wish, kept: readonly Ip[]) =>
  (reason: Reason, message: string): Verdict => ({ service, addresses: inOrderOf(wish, kept), reason, message });

function decide(inputs: PlanInputs, holders: Holders, service: Service, kept: readonly Ip[]): Verdict {
  const wish = wishOf(service);
  const had = kept.map(formatIp);
  const stay = staying(service, wish, kept);
  if (wish.problem !== undefined) return stay('requested_ip_not_allowed', wish.problem);
  if (wish.addresses.length > 0) return decideRequested(inputs, holders, service, wish, kept);
  const outside = kept.find(
    (ip) => !inputs.pools.usable.some((pool) => contains(pool, ip) && admits(pool, service, inputs)),
  );
  if (outside !== undefined && kept.length === wish.families.length) {
    return stay(
      'kept_outside_pools',
      `${formatIp(outside)} is in no pool that admits this Service any more; it is kept`,
    );
  }
  const found: Ip[] = [...kept];
  let failure: Failure | undefined;
  for (const family of wish.families) {
    if (found.some((ip) => ip.family === family)) continue;
    const next = choose(inputs, holders, service, wish, family);
    if ('reason' in next) failure ??= next;
    else found.push(next);
  }
  if (failure !== undefined && (found.length === 0 || (wish.needsAll && kept.length === 0))) {
    return { service, addresses: [], ...failure };
  }
  for (const ip of found) if (!had.includes(formatIp(ip))) holders.add(formatIp(ip), service);
  const addresses = inOrderOf(wish, found);
  if (failure !== undefined && wish.needsAll) return { service, addresses, ...failure };
  return { service, addresses, reason: 'assigned', message: `assigned ${addresses.join(', ')}` };
}

/** L21–L23: exactly what was asked for, else what there was. */
function decideRequested(
  inputs: PlanInputs,
  holders: Holders,
  service: Service,
  wish: Wish,
  kept: readonly Ip[],
): Verdict {
  const had = kept.map(formatIp);
  const stay = staying(service, wish, kept);
  for (const ip of wish.addresses) {
    const address = formatIp(ip);
    if (!wish.families.includes(ip.family))
      return stay('family_unavailable', `the Service has no ${ip.family}, ${address} cannot be had`);
    if (had.includes(address)) continue;
    const pool = inputs.pools.usable.find((each) => contains(each, ip));
    if (pool === undefined) return stay('requested_ip_not_allowed', `${address} is in no pool`);
    if (pool.disabled)
      return stay('requested_ip_not_allowed', `${address} is in the pool ${pool.name}, which is disabled`);
    if (!admits(pool, service, inputs) || (wish.pool !== undefined && wish.pool !== pool.name)) {
      return stay(
        'requested_ip_not_allowed',
        `${address} is in the pool ${pool.name}, which does not admit this Service`,
      );
    }
    const conflict = holders.conflict(address, service);
    if (conflict !== undefined) return stay(conflict, `${address} is held by ${namesOf(holders.of(address))}`);
  }
  for (const ip of wish.addresses) if (!had.includes(formatIp(ip))) holders.add(formatIp(ip), service);
  const addresses = inOrderOf(wish, wish.addresses);
  return { service, addresses, reason: 'assigned', message: `assigned ${addresses.join(', ')}` };
}

interface Failure {
  readonly reason: Reason;
  readonly message: string;
}

function choose(inputs: PlanInputs, holders: Holders, service: Service, wish: Wish, family: IpFamily): Ip | Failure {
  const named = wish.pool;
  const admitting = inputs.pools.usable.filter(
    (pool) =>
      !pool.disabled && admits(pool, service, inputs) && (named === undefined ? pool.autoAssign : pool.name === named),
  );
  if (admitting.length === 0) {
    const why =
      named === undefined
        ? 'no pool admits this Service'
        : `the pool ${named} does not exist, is disabled or does not admit this Service`;
    return { reason: 'no_pool', message: why };
  }
  const candidates = admitting.filter((pool) => sizeOf(pool, family) > 0n);
  if (candidates.length === 0) {
    return { reason: 'family_unavailable', message: `no pool that admits this Service has ${family} addresses` };
  }
  const shared = sharedAddress(holders, service, wish, family, candidates);
  if (shared !== undefined) return shared;
  for (const pool of candidates) {
    const free = firstFree(pool, family, holders, inputs.released);
    if (free !== undefined) return free;
  }
  return {
    reason: 'pool_exhausted',
    message: `no ${family} address is free in ${candidates.map(({ name }) => name).join(', ')}`,
  };
}

function sharedAddress(
  holders: Holders,
  service: Service,
  wish: Wish,
  family: IpFamily,
  pools: readonly Pool[],
): Ip | undefined {
  if (wish.sharingKey === undefined) return undefined;
  return [...holders.sharedBy(wish.sharingKey)]
    .flatMap((address) => parseIp(address) ?? [])
    .find(
      (ip) =>
        ip.family === family &&
        pools.some((pool) => contains(pool, ip)) &&
        holders.conflict(formatIp(ip), service) === undefined,
    );
}

/** L14: the lowest that nobody had lately, else the one given back longest ago. */
function firstFree(
  pool: Pool,
  family: IpFamily,
  holders: Holders,
  released: ReadonlyMap<string, number> = new Map(),
): Ip | undefined {
  let rested: { readonly ip: Ip; readonly since: number } | undefined;
  for (const stretch of pool.stretches) {
    if (stretch.family !== family) continue;
    for (let number = stretch.first; number <= stretch.last; number += 1n) {
      const ip = ipOfNumber(family, number);
      const address = formatIp(ip);
      if (holders.of(address).length > 0) continue;
      const since = released.get(address);
      if (since === undefined) return ip;
      if (rested === undefined || since < rested.since) rested = { ip, since };
    }
  }
  return rested?.ip;
}

function admits(pool: Pool, { metadata }: Service, { namespaceLabels }: PlanInputs): boolean {
  const namespace = metadata.namespace ?? '';
  const byName = pool.namespaces.length === 0 && pool.namespaceSelector === undefined;
  const named = pool.namespaces.includes(namespace);
  const selected = pool.namespaceSelector?.matches(namespaceLabels(namespace)) ?? false;
  return (byName || named || selected) && (pool.serviceSelector?.matches(metadata.labels) ?? true);
}

function inOrderOf({ families }: Wish, ips: readonly Ip[]): string[] {
  return families.flatMap((family) => ips.filter((ip) => ip.family === family).map(formatIp));
}

const namesOf = (services: readonly Service[]): string =>
  services.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');

/** L15 */
function usageOf(pools: Pools, verdicts: readonly Verdict[]): Map<string, Usage[]> {
  const used = [...new Set(verdicts.flatMap(({ addresses }) => addresses))].flatMap(
    (address) => parseIp(address) ?? [],
  );
  return new Map(
    pools.usable.map((pool) => [
      pool.name,
      ipFamilies.flatMap((family): Usage[] => {
        const total = sizeOf(pool, family);
        const inPool = used.filter((ip) => ip.family === family && contains(pool, ip));
        return total === 0n ? [] : [{ family, total, used: BigInt(inPool.length) }];
      }),
    ]),
  );
}
