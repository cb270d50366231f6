/**
 * A set of integers of any size, made for address ranges: membership, insertion and removal in O(1), the next number
 * that is *not* in the set in O(pages) with 1,024 numbers a page and full pages skipped at once. Empty regions cost
 * nothing, so a /8 of IPv4 and a /64 of IPv6 are alike.
 */
const pageBits = 10n;
const wordsInPage = 32;
const pageSize = 1024;

interface Page {
  readonly words: Uint32Array;
  used: number;
}

export class SparseBitset {
  readonly #pages = new Map<bigint, Page>();
  #size = 0;

  /** How many numbers are in the set. */
  get size(): number {
    return this.#size;
  }

  has(number: bigint): boolean {
    const page = this.#pages.get(number >> pageBits);
    if (page === undefined) return false;
    const at = Number(number & 1023n);
    return (((page.words[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
  }

  /** False when it was there already. */
  add(number: bigint): boolean {
    const key = number >> pageBits;
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = { words: new Uint32Array(wordsInPage), used: 0 };
      this.#pages.set(key, page);
    }
    const at = Number(number & 1023n);
    const word = page.words[at >>> 5] ?? 0;
    const bit = 1 << (at & 31);
    if ((word & bit) !== 0) return false;
    page.words[at >>> 5] = word | bit;
    page.used += 1;
    this.#size += 1;
    return true;
  }

  /** False when it was not there. */
  delete(number: bigint): boolean {
    const key = number >> pageBits;
    const page = this.#pages.get(key);
    if (page === undefined) return false;
    const at = Number(number & 1023n);
    const word = page.words[at >>> 5] ?? 0;
    const bit = 1 << (at & 31);
    if ((word & bit) === 0) return false;
    page.words[at >>> 5] = word & ~bit;
    page.used -= 1;
    this.#size -= 1;
    if (page.used === 0) this.#pages.delete(key);
    return true;
  }

  /** The lowest number from `from` to `to`, both included, that is not in the set. */
  nextFree(from: bigint, to: bigint): bigint | undefined {
    let at = from;
    while (at <= to) {
      const page = this.#pages.get(at >> pageBits);
      if (page === undefined) return at;
      const offset = page.used === pageSize ? pageSize : firstZero(page.words, Number(at & 1023n));
      const start = (at >> pageBits) << pageBits;
      at = start + BigInt(offset);
      if (offset < pageSize) return at <= to ? at : undefined;
    }
    return undefined;
  }

  /** How many members lie from `from` to `to`, both included. Walks the pages there are or the pages asked about. */
  count(from: bigint, to: bigint): number {
    if (to < from) return 0;
    const first = from >> pageBits;
    const last = to >> pageBits;
    let total = 0;
    const add = (key: bigint, page: Page): void => {
      const low = key === first ? Number(from & 1023n) : 0;
      const high = key === last ? Number(to & 1023n) : pageSize - 1;
      total += low === 0 && high === pageSize - 1 ? page.used : countBits(page.words, low, high);
    };
    if (last - first < BigInt(this.#pages.size)) {
      for (let key = first; key <= last; key += 1n) {
        const page = this.#pages.get(key);
        if (page !== undefined) add(key, page);
      }
    } else {
      for (const [key, page] of this.#pages) if (key >= first && key <= last) add(key, page);
    }
    return total;
  }
}

/** Position of the first zero bit at or after `from`, or the page size. */
function firstZero(words: Uint32Array, from: number): number {
  for (let index = from >>> 5; index < words.length; index += 1) {
    // Bits below the start count as taken in the first word.
    const below = index === from >>> 5 ? (1 << (from & 31)) - 1 : 0;
    const free = ~((words[index] ?? 0) | below);
    if (free !== 0) return index * 32 + (31 - Math.clz32(free & -free));
  }
  return pageSize;
}

function countBits(words: Uint32Array, low: number, high: number): number {
  let total = 0;
  for (let at = low; at <= high; at += 1) total += ((words[at >>> 5] ?? 0) >>> (at & 31)) & 1;
  return total;
}
