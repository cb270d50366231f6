/**
 * Which addresses and node ports are taken right now: indexes over the watch caches of Services and IPAddresses, plus
 * what requests in flight have claimed. A claim is made in the same turn as the decision, so two requests of one server
 * never choose the same; between servers the IPAddress object decides (A31).
 */
import {
  heldAddresses,
  NodePortIndex,
  parentOf,
  ServiceIpIndex,
  type AllocationWorld,
  type Claim,
  type NodePortPool,
} from '../../allocator/index.ts';
import type { IPAddress, ServiceCIDR } from '../../api/types.ts';
import type { Clock } from '../../clock/index.ts';
import { completePlural } from '../../defaulting/service-read.ts';
import { type Cidr, type Ip, parseIpTolerant, sameIp, type IpFamily } from '../../ip/index.ts';
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
  /** How long an address rests after its release; 0: not at all. */
  readonly quarantineMs: number;
  readonly clock: Clock;
}

/** What a request has taken. */
export interface Taken {
  /** A port that somebody has, or is about to have, beside this request and the Service it is for. */
  isSharedBeyond(port: number, owner: string): boolean;
  /** Once, when the Service is stored or will not be. */
  end(): void;
}

/** No Service is called so. */
const requestMark = '#';

export class Claims {
  #requests = 0;
  readonly #options: ClaimsOptions;
  readonly #ips: ServiceIpIndex;
  readonly #ports = new NodePortIndex();
  readonly #parsedCidrs = new WeakMap<Entry, ServiceCIDR>();

  constructor(options: ClaimsOptions) {
    this.#options = options;
    this.#ips = new ServiceIpIndex({ quarantineMs: options.quarantineMs });
    for (const [, entry] of options.services.current().iterate()) this.#serviceChanged({ entry });
    for (const [, entry] of options.addresses.current().iterate()) this.#addressChanged({ entry });
    options.services.subscribe({ changed: (change) => this.#serviceChanged(change), lost: () => undefined });
    options.addresses.subscribe({ changed: (change) => this.#addressChanged(change), lost: () => undefined });
  }

  /** What a decision may look at. */
  world(): AllocationWorld {
    const { families, nodePorts, random, clock } = this.#options;
    this.#ips.expire(clock.monotonic());
    return { families, cidrs: this.cidrs(), addresses: this.#ips, ports: this.#ports, nodePorts, random };
  }

  /**
   * For a request that is under way. It holds them under a name of its own: the Service it is for may have been there
   * before, and what that one gives back must not be taken from this one.
   */
  take(claims: readonly Claim[]): Taken {
    this.#requests += 1;
    const holder = `${requestMark}${this.#requests}`;
    this.#ips.take(claims, holder);
    this.#ports.take(claims, holder);
    return {
      isSharedBeyond: (port, owner) => this.#ports.ownersOf(port).some((other) => other !== owner && other !== holder),
      end: () => {
        this.#ips.giveBack(claims, holder);
        this.#ports.giveBack(claims, holder);
      },
    };
  }

  /** The Service `owner` has no use for an address any more, and there is no record whose end would tell. */
  letGo(ip: Ip, owner: string): void {
    if (!this.#isListed(ip, owner)) this.#ips.release(ip, owner, this.#options.clock.monotonic());
  }

  /** Some request that is under way has taken it. */
  isInFlight(address: string): boolean {
    return this.#ownersOf(address).some((owner) => owner.startsWith(requestMark));
  }

  /** Addresses held inside a network. */
  countIn(cidr: Cidr): number {
    return this.#ips.countIn(cidr);
  }

  /** Addresses held, of both families. */
  get addresses(): number {
    return this.#ips.size;
  }

  /** Addresses in quarantine. */
  get resting(): number {
    return this.#ips.resting;
  }

  /** Node ports held. */
  get ports(): number {
    return this.#ports.size;
  }

  /** The Services (`namespace/name`) that hold an address; more than one is damage. */
  holdersOf(address: string): string[] {
    return this.#ownersOf(address).filter((owner) => !owner.startsWith(requestMark));
  }

  #ownersOf(address: string): string[] {
    const ip = parseIpTolerant(address);
    return ip === undefined ? [] : this.#ips.ownersOf(ip);
  }

  /** Every ServiceCIDR, ready or not. */
  cidrs(): ServiceCIDR[] {
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
    const parent = parentOf(address);
    if (type !== 'DELETED') this.#ips.claim(ip, parent);
    // Somebody took the record away under a living Service: the address stays taken, and repair writes it again.
    else if (!this.#isListed(ip, parent)) this.#ips.release(ip, parent, this.#options.clock.monotonic());
  }

  #isListed(ip: Ip, parent: string): boolean {
    const service = this.#options.services.get(parent)?.parse();
    return service !== undefined && heldAddresses(completePlural(service)).some((text) => isSame(text, ip));
  }
}

function isSame(text: string, ip: Ip): boolean {
  const own = parseIpTolerant(text);
  return own !== undefined && sameIp(own, ip);
}
