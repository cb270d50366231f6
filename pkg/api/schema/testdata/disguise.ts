/** Test aid: a canonical object as a careless client would send it. Decoding must bring the original back. */
import type { StructType, Type } from '../types.ts';

export interface Disguised {
  readonly value: unknown;
  /** What strict validation has to say about it, in order. */
  readonly problems: readonly string[];
}

/** Shuffles the fields of structs and the keys of maps, adds nulls for absent fields, and fields nobody knows. */
export function disguise(type: StructType, canonical: unknown, seed: number): Disguised {
  const disguiser = new Disguiser(seed);
  return { value: disguiser.change(type, canonical, ''), problems: disguiser.problems };
}

class Disguiser {
  readonly problems: string[] = [];
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  change(type: Type | undefined, value: unknown, path: string): unknown {
    if (Array.isArray(value)) {
      const item = type?.kind === 'list' ? type.item : undefined;
      return value.map((element, index) => this.change(item, element, `${path}[${index}]`));
    }
    if (typeof value !== 'object' || value === null || (type?.kind !== 'struct' && type?.kind !== 'map')) return value;
    const entries = Object.entries(value).map(([key, held]) => [key, held] as const);
    return type.kind === 'struct' ? this.#struct(type, entries, path) : this.#map(type.value, entries, path);
  }

  #struct(type: StructType, given: readonly (readonly [string, unknown])[], path: string): unknown {
    const entries: (readonly [string, unknown])[] = [...given];
    for (const { json } of type.fields) {
      if (!given.some(([key]) => key === json) && this.#chance(8)) entries.push([json, null]);
    }
    if (this.#chance(4)) entries.push([`nobody-knows-${this.#next(10)}`, { a: 1 }]);
    const out: Record<string, unknown> = {};
    for (const [key, held] of this.#shuffled(entries)) {
      const field = type.byJson.get(key);
      const here = path === '' ? key : `${path}.${key}`;
      if (field === undefined) this.problems.push(`unknown field ${JSON.stringify(here)}`);
      out[key] = field === undefined ? held : this.change(field.type, held, here);
    }
    return out;
  }

  #map(item: Type, entries: readonly (readonly [string, unknown])[], path: string): unknown {
    return Object.fromEntries(
      this.#shuffled(entries).map(([key, held]) => [key, this.change(item, held, `${path}.${key}`)]),
    );
  }

  #shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, order: this.#next(1000) }))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item);
  }

  #chance(of: number): boolean {
    return this.#next(of) === 0;
  }

  #next(below: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (this.#state >> 8) % below;
  }
}
