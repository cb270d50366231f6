/**
 * Which Service holds which cluster IP, kept in memory beside the stored objects: the AddressView of allocation. It can
 * be rebuilt at any time from Services and IPAddress objects. An address counts as taken when either says so.
 */
import type { IPAddress, Service } from '../api/types.ts';
import { type Cidr, cidrBounds, type Ip, type IpFamily, ipNumber, ipOfNumber, parseIpTolerant } from '../ip/index.ts';
import { ClaimTable, type ClaimTableOptions } from './claim-table.ts';
import { heldAddresses } from './families.ts';
import { ownerOf, parentOf } from './owner.ts';
import type { AddressView, Claim } from './world.ts';

export class ServiceIpIndex implements AddressView {
  readonly #tables: Record<IpFamily, ClaimTable>;

  constructor(options: ClaimTableOptions = {}) {
    this.#tables = { IPv4: new ClaimTable(options), IPv6: new ClaimTable(options) };
  }

  /** Everything the stored objects say. The order of the lists does not matter. */
  static from(
    services: Iterable<Service>,
    addresses: Iterable<IPAddress>,
    options: ClaimTableOptions = {},
  ): ServiceIpIndex {
    const index = new ServiceIpIndex(options);
    for (const address of addresses) {
      const ip = parseIpTolerant(address.metadata.name ?? '');
      if (ip !== undefined) index.claim(ip, parentOf(address));
    }
    for (const service of services) index.add(service);
    return index;
  }

  /** Claims every address of a Service. Unreadable ones are left to repair. */
  add(service: Service): void {
    for (const text of heldAddresses(service)) {
      const ip = parseIpTolerant(text);
      if (ip !== undefined) this.claim(ip, ownerOf(service));
    }
  }

  remove(service: Service, now?: number): void {
    for (const text of heldAddresses(service)) {
      const ip = parseIpTolerant(text);
      if (ip !== undefined) this.release(ip, ownerOf(service), now);
    }
  }

  /** True when nobody else holds it. */
  claim(ip: Ip, owner: string): boolean {
    return this.#tables[ip.family].claim(ipNumber(ip), owner);
  }

  release(ip: Ip, owner: string, now?: number): boolean {
    return this.#tables[ip.family].release(ipNumber(ip), owner, now);
  }

  /** The addresses among the claims of a plan, taken for an owner. */
  take(claims: readonly Claim[], owner: string): void {
    for (const claim of claims) if (claim.kind === 'clusterIP') this.claim(claim.ip, owner);
  }

  giveBack(claims: readonly Claim[], owner: string, now?: number): void {
    for (const claim of claims) if (claim.kind === 'clusterIP') this.release(claim.ip, owner, now);
  }

  isTaken(ip: Ip): boolean {
    return this.#tables[ip.family].isTaken(ipNumber(ip));
  }

  nextFree(family: IpFamily, from: bigint, to: bigint, desperate = false): bigint | undefined {
    return this.#tables[family].nextFree(from, to, desperate);
  }

  lastHeldBy(family: IpFamily, owner: string): readonly bigint[] {
    return this.#tables[family].lastHeldBy(owner);
  }

  get size(): number {
    return this.#tables.IPv4.size + this.#tables.IPv6.size;
  }

  /** Addresses in quarantine. */
  get resting(): number {
    return this.#tables.IPv4.resting + this.#tables.IPv6.resting;
  }

  ownersOf(ip: Ip): string[] {
    return this.#tables[ip.family].ownersOf(ipNumber(ip));
  }

  /** Ends quarantine that is due. */
  expire(now: number): void {
    this.#tables.IPv4.expire(now);
    this.#tables.IPv6.expire(now);
  }

  /** Addresses held inside a network: the `allocated_ips` gauge (R10). */
  countIn(cidr: Cidr): number {
    const { first, last } = cidrBounds(cidr);
    return this.#tables[cidr.family].count(first, last);
  }

  /** Addresses with several owners (R7). */
  conflicts(): { ip: Ip; owners: string[] }[] {
    return (['IPv4', 'IPv6'] as const).flatMap((family) =>
      this.#tables[family].conflicts().map(({ number, owners }) => ({ ip: ipOfNumber(family, number), owners })),
    );
  }
}
