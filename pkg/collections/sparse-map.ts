/**
 * A map from integers of any size, made for address ranges: reading, writing and removal in O(1), the next number that
 * is *not* in the map in O(pages) with 1,024 numbers a page and full pages skipped at once. Empty regions cost nothing,
 * so a /8 of IPv4 and a /64 of IPv6 are alike.
 */
const pageBits = 10n;
const wordsInPage = 32;
const pageSize = 1024;

interface Page<T> {
  /** One bit a number: set when there is a value. */
  readonly words: Uint32Array;
  /** By offset in the page; a Map, because a wide range drawn from at random leaves one value a page. */
  readonly values: Map<number, T>;
}

export class SparseMap<T> {
  readonly #pages = new Map<bigint, Page<T>>();
  #size = 0;

  /** How many numbers have a value. */
  get size(): number {
    return this.#size;
  }

  has(number: bigint): boolean {
    const page = this.#pages.get(number >> pageBits);
    return page !== undefined && isSet(page.words, Number(number & 1023n));
  }

  get(number: bigint): T | undefined {
    return this.#pages.get(number >> pageBits)?.values.get(Number(number & 1023n));
  }

  set(number: bigint, value: T): void {
    const key = number >> pageBits;
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = { words: new Uint32Array(wordsInPage), values: new Map() };
      this.#pages.set(key, page);
    }
    const at = Number(number & 1023n);
    page.values.set(at, value);
    if (isSet(page.words, at)) return;
    page.words[at >>> 5] = (page.words[at >>> 5] ?? 0) | (1 << (at & 31));
    this.#size += 1;
  }

  /** False when there was no value. */
  delete(number: bigint): boolean {
    const key = number >> pageBits;
    const page = this.#pages.get(key);
    const at = Number(number & 1023n);
    if (page === undefined || !isSet(page.words, at)) return false;
    page.words[at >>> 5] = (page.words[at >>> 5] ?? 0) & ~(1 << (at & 31));
    page.values.delete(at);
    this.#size -= 1;
    if (page.values.size === 0) this.#pages.delete(key);
    return true;
  }

  /** Numbers and values, in no particular order of pages. */
  *entries(): Generator<[number: bigint, value: T]> {
    for (const [key, { values }] of this.#pages) {
      for (const [at, value] of values) yield [(key << pageBits) + BigInt(at), value];
    }
  }

  /** The lowest number from `from` to `to`, both included, without a value. */
  nextFree(from: bigint, to: bigint): bigint | undefined {
    let at = from;
    while (at <= to) {
      const page = this.#pages.get(at >> pageBits);
      if (page === undefined) return at;
      const offset = page.values.size === pageSize ? pageSize : firstZero(page.words, Number(at & 1023n));
      const start = (at >> pageBits) << pageBits;
      at = start + BigInt(offset);
      if (offset < pageSize) return at <= to ? at : undefined;
    }
    return undefined;
  }

  /** How many numbers have a value from `from` to `to`, both included. Walks the pages there are or the pages asked about. */
  count(from: bigint, to: bigint): number {
    if (to < from) return 0;
    const first = from >> pageBits;
    const last = to >> pageBits;
    let total = 0;
    const add = (key: bigint, page: Page<T>): void => {
      const low = key === first ? Number(from & 1023n) : 0;
      const high = key === last ? Number(to & 1023n) : pageSize - 1;
      total += low === 0 && high === pageSize - 1 ? page.values.size : countBits(page.words, low, high);
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

const isSet = (words: Uint32Array, at: number): boolean => (((words[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;

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
