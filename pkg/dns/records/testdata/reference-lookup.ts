/** Lookup by the letter of N3 in the flat list of records: short enough to be believed. */
import type { RecordText } from '../record-text.ts';

export interface ReferenceZone {
  readonly text: string;
  readonly fallthrough: boolean;
}

export interface ReferenceAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'elsewhere';
  readonly answer: readonly RecordText[];
}

export class ReferenceLookup {
  readonly #byName: Map<string, RecordText[]>;
  readonly #ancestors = new Set<string>();
  readonly #structural: ReadonlySet<string>;
  readonly #zones: readonly ReferenceZone[];

  /** All names in lower case. `structural` are the names of N4. */
  constructor(records: readonly RecordText[], structural: readonly string[], zones: readonly ReferenceZone[]) {
    this.#byName = Map.groupBy(records, ({ name }) => name);
    this.#structural = new Set(structural);
    this.#zones = zones.toSorted((a, b) => b.text.length - a.text.length);
    for (const name of this.#byName.keys()) {
      for (let rest = parentOf(name); rest !== ''; rest = parentOf(rest)) this.#ancestors.add(rest);
    }
  }

  ask(name: string, type: string, depth = 0): ReferenceAnswer {
    const zone = this.#zones.find(({ text }) => name === text || name.endsWith(`.${text}`));
    if (zone === undefined) return { rcode: 'elsewhere', answer: [] };
    const own = this.#byName.get(name) ?? [];
    const alias = own.find((record) => record.type === 'CNAME');
    if (alias !== undefined && type !== 'CNAME') {
      if (depth === 10) return { rcode: 'SERVFAIL', answer: [] };
      const rest = this.ask(alias.data, type, depth + 1);
      return rest.rcode === 'SERVFAIL' ? rest : { rcode: rest.rcode, answer: [alias, ...rest.answer] };
    }
    const answer = own.filter((record) => record.type === type);
    if (answer.length > 0) return { rcode: 'NOERROR', answer };
    const isAncestor = this.#ancestors.has(name) && !zone.fallthrough;
    const exists = own.length > 0 || this.#structural.has(name) || isAncestor;
    if (!exists && zone.fallthrough) return { rcode: 'elsewhere', answer: [] };
    return { rcode: exists ? 'NOERROR' : 'NXDOMAIN', answer: [] };
  }
}

function parentOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}
