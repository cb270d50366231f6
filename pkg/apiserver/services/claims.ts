/**
 * Which addresses and node ports are taken right now: indexes over the watch caches of Services and IPAddresses, plus
 * what requests in flight have claimed. A claim is made in the same turn as the decision, so two requests of one server
 * never choose the same; between servers the IPAddress object decides (A31).
 */
import {
  NodePortIndex,
  parentOf,
  ServiceIpIndex,
  type AllocationWorld,
  type Claim,
  type NodePortPool,
} from '../../allocator/index.ts';
import type { IPAddress, ServiceCIDR } from '../../api/types.ts';
import { parseIpTolerant, type IpFamily } from '../../ip/index.ts';
import type { WatchCache } from '../watchcache/cache.ts';
import type { Change } from '../watchcache/change.ts';
import type { Entry } from '../watchcache/entry.ts';

export interface ClaimsOptions {
  readonly services: WatchCache;
  readonly addresses: WatchCache;
  readonly serviceCidrs: WatchCache;
  readonly families: readonly IpFamily[];
  readonly nodePorts: NodePortPool;
  readonly random: AllocationWorld['random'];
}

export class Claims {
  readonly #options: ClaimsOptions;
  readonly #ips = new ServiceIpIndex();
  readonly #ports = new NodePortIndex();
  readonly #parsedCidrs = new WeakMap<Entry, ServiceCIDR>();

  constructor(options: ClaimsOptions) {
    this.#options = options;
    for (const [, entry] of options.services.current().iterate()) this.#serviceChanged({ entry });
    for (const [, entry] of options.addresses.current().iterate()) this.#addressChanged({ entry });
    options.services.subscribe({ changed: (change) => this.#serviceChanged(change), lost: () => undefined });
    options.addresses.subscribe({ changed: (change) => this.#addressChanged(change), lost: () => undefined });
  }

  /** What a decision may look at. */
  world(): AllocationWorld {
    const { families, nodePorts, random } = this.#options;
    return { families, cidrs: this.#cidrs(), addresses: this.#ips, ports: this.#ports, nodePorts, random };
  }

  /** A port that somebody beside the owner has, or is about to have. */
  isHeldByOthers(port: number, owner: string): boolean {
    return this.#ports.ownersOf(port).some((holder) => holder !== owner);
  }

  take(claims: readonly Claim[], owner: string): void {
    this.#ips.take(claims, owner);
    this.#ports.take(claims, owner);
  }

  giveBack(claims: readonly Claim[], owner: string): void {
    this.#ips.giveBack(claims, owner);
    this.#ports.giveBack(claims, owner);
  }

  #cidrs(): ServiceCIDR[] {
    return Array.from(this.#options.serviceCidrs.current().iterate(), ([, entry]) => {
      const parsed = this.#parsedCidrs.get(entry) ?? entry.parse();
      this.#parsedCidrs.set(entry, parsed);
      return parsed;
    });
  }

  #serviceChanged({ type, entry, previous }: Partial<Change> & { entry: Entry }): void {
    const now = type === 'DELETED' ? undefined : entry.parse();
    // Addresses go with their IPAddress objects, so that nobody chooses one whose record is still there.
    if (previous !== undefined) this.#ports.remove(previous.parse());
    if (now === undefined) return;
    this.#ports.add(now);
    this.#ips.add(now);
  }

  #addressChanged({ type, entry }: Partial<Change> & { entry: Entry }): void {
    const address = entry.parse() as IPAddress;
    const ip = parseIpTolerant(address.metadata.name ?? '');
    if (ip === undefined) return;
    if (type === 'DELETED') this.#ips.release(ip, parentOf(address));
    else this.#ips.claim(ip, parentOf(address));
  }
}
