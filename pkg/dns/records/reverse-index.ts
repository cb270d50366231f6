import { SlimMultimap } from '../../collections/slim-multimap.ts';
import type { Octets } from '../wire/index.ts';
import type { ReversePrefix } from './address.ts';
import { nibblesToOctets } from './address.ts';

/** Who owns an address, and which partial reverse names therefore exist (P7). */
export class ReverseIndex<V extends object> {
  readonly #owners = new SlimMultimap<Octets, V>();
  /** How many known addresses begin with these octets, 1 to all but one. */
  readonly #prefixes = new Map<string, number>();

  get(address: Octets): readonly V[] {
    return this.#owners.get(address);
  }

  add(address: Octets, owner: V): void {
    if (this.#owners.add(address, owner)) this.#count(address, 1);
  }

  delete(address: Octets, owner: V): void {
    if (this.#owners.delete(address, owner)) this.#count(address, -1);
  }

  /** Whether some known address begins with the parts, which may end inside an octet. */
  hasPrefix({ family, parts }: ReversePrefix): boolean {
    if (parts.length === 0) return this.#owners.size > 0;
    if (family === 'IPv4') return this.#prefixes.has(prefixKey(4, String.fromCharCode(...parts)));
    const octets = nibblesToOctets(parts);
    if (parts.length % 2 === 0) return this.#prefixes.has(prefixKey(16, octets));
    const high = (parts.at(-1) ?? 0) << 4;
    for (let low = 0; low < 16; low++) {
      const octet = octets + String.fromCharCode(high | low);
      if (octet.length === 16 ? this.#owners.has(octet) : this.#prefixes.has(prefixKey(16, octet))) return true;
    }
    return false;
  }

  #count(address: Octets, step: 1 | -1): void {
    for (let length = 1; length < address.length; length++) {
      const key = prefixKey(address.length, address.slice(0, length));
      const count = (this.#prefixes.get(key) ?? 0) + step;
      if (count === 0) this.#prefixes.delete(key);
      else this.#prefixes.set(key, count);
    }
  }
}

/** Families must not share prefixes: 253.0/16 begins like fd00::. */
function prefixKey(width: number, octets: string): string {
  return `${width}/${octets}`;
}
