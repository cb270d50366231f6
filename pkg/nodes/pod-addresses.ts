/** Which Pod has which address. One that is in use is never given a second time; it is free when its Pod is gone. */
import { cidrBounds, cidrContains, formatIp, ipOfNumber, parseCidr, parseIp, type Cidr } from '../ip/index.ts';

interface Pool {
  readonly cidr: Cidr;
  readonly taken: Set<string>;
  /** Where the next search begins: a freed address rests as long as others are left. */
  next: bigint;
}

export class PodAddresses {
  readonly #pools: ReadonlyMap<string, Pool>;
  readonly #owned = new Map<string, { readonly node: string; readonly ip: string }>();

  /** Name of the node → its Pod range. */
  constructor(ranges: ReadonlyMap<string, string>) {
    this.#pools = new Map([...ranges].map(([node, text]) => [node, newPool(text)]));
  }

  /** The Pod has this address already, from before this process. False when it cannot keep it. */
  reserve(node: string, uid: string, ip: string): boolean {
    const pool = this.#pools.get(node);
    const parsed = parseIp(ip);
    if (pool === undefined || parsed === undefined || !cidrContains(pool.cidr, parsed) || pool.taken.has(ip)) {
      return false;
    }
    pool.taken.add(ip);
    this.#owned.set(uid, { node, ip });
    return true;
  }

  /** The address of the Pod, chosen at the first call; undefined when the node has none left. */
  take(node: string, uid: string): string | undefined {
    const owned = this.#owned.get(uid);
    if (owned !== undefined) return owned.ip;
    const pool = this.#pools.get(node);
    if (pool === undefined) return undefined;
    const ip = nextFree(pool);
    if (ip === undefined) return undefined;
    pool.taken.add(ip);
    this.#owned.set(uid, { node, ip });
    return ip;
  }

  release(uid: string): void {
    const owned = this.#owned.get(uid);
    if (owned === undefined) return;
    this.#owned.delete(uid);
    this.#pools.get(owned.node)?.taken.delete(owned.ip);
  }
}

/** The network's own address and its first, the node's end of the bridge, are nobody's. */
const reservedAtStart = 2n;

function newPool(text: string): Pool {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`${JSON.stringify(text)} is no address range`);
  return { cidr, taken: new Set(), next: cidrBounds(cidr).first + reservedAtStart };
}

function nextFree(pool: Pool): string | undefined {
  const { first, last } = cidrBounds(pool.cidr);
  const lowest = first + reservedAtStart;
  for (let tries = last - lowest; tries > 0n; tries -= 1n) {
    const candidate = pool.next;
    // The last one is the broadcast address.
    pool.next = candidate + 1n >= last ? lowest : candidate + 1n;
    const ip = formatIp(ipOfNumber(pool.cidr.family, candidate));
    if (!pool.taken.has(ip)) return ip;
  }
  return undefined;
}
