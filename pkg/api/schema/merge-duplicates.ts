/**
 * From ordered JSON to what JSON.parse would give if it treated duplicate keys as Go does: structs and lists are
 * decoded over what is there, maps gain entries, scalars are replaced. Reports duplicates and unknown fields in the
 * order of the document, as the one pass of upstream does (F2, F3).
 */
import { goQuote } from './go-quote.ts';
import { setOwn } from './open-map.ts';
import { Entries, NumberText } from './ordered-json.ts';
import type { Ordered } from './ordered-json.ts';
import { LooseNumber } from './loose-number.ts';
import type { StructType, Type } from './types.ts';

const MAX_PROBLEMS = 100;

export class Merger {
  readonly problems: string[] = [];
  readonly #path: string[] = [];

  /** `earlier` is what a previous duplicate left. */
  merge(type: Type | undefined, node: Ordered, earlier?: unknown): unknown {
    if (node instanceof NumberText) return numberFor(type, node.text);
    if (node instanceof Entries) {
      if (type?.kind === 'struct') return this.#struct(type, node, earlier);
      if (type?.kind === 'map') return this.#map(type.value, node, earlier);
      return plain(node);
    }
    if (Array.isArray(node)) return type?.kind === 'list' ? this.#list(type.item, node, earlier) : plain(node);
    return node;
  }

  #struct(type: StructType, node: Entries, earlier: unknown): unknown {
    const out = isObject(earlier) ? earlier : {};
    const seen = new Set<string>();
    for (const [key, value] of node.list) {
      const field = type.byJson.get(key);
      if (field === undefined) {
        this.#report('unknown field', key);
        setOwn(out, key, plain(value));
        continue;
      }
      if (seen.has(key)) this.#report('duplicate field', key);
      seen.add(key);
      // null empties pointers, lists and maps, and does nothing to the rest
      if (value === null && !field.pointer && field.type.kind !== 'list' && field.type.kind !== 'map') {
        if (!Object.hasOwn(out, key)) out[key] = null;
        continue;
      }
      this.#within(key, () => setOwn(out, key, this.merge(field.type, value, ownValue(out, key))));
    }
    return out;
  }

  #map(item: Type, node: Entries, earlier: unknown): unknown {
    const out = isObject(earlier) ? earlier : {};
    const seen = new Set<string>();
    for (const [key, value] of node.list) {
      if (seen.has(key)) this.#report('duplicate field', key);
      seen.add(key);
      this.#within(key, () => setOwn(out, key, this.merge(item, value)));
    }
    return out;
  }

  #list(item: Type, nodes: readonly Ordered[], earlier: unknown): unknown {
    const before: unknown[] = Array.isArray(earlier) ? earlier : [];
    return nodes.map((node, index) => {
      const merged = (): unknown => this.merge(item, node, before[index]);
      return this.#within(`[${index}]`, merged);
    });
  }

  #within<T>(step: string, run: () => T): T {
    this.#path.push(step.startsWith('[') || this.#path.length === 0 ? step : `.${step}`);
    const value = run();
    this.#path.pop();
    return value;
  }

  #report(what: string, key: string): void {
    const path = this.#path.length === 0 ? key : `${this.#path.join('')}.${key}`;
    const problem = `${what} ${goQuote(path)}`;
    if (this.problems.length < MAX_PROBLEMS && !this.problems.includes(problem)) this.problems.push(problem);
  }
}

/** Where a schema wants an integer, `1.0` and `1e3` are no numbers; a quantity cares about the spelling. */
function numberFor(type: Type | undefined, text: string): unknown {
  const value = Number(text);
  const kind = type?.kind;
  if (kind === 'quantity' || kind === 'float64') return new LooseNumber(text);
  if (kind !== 'int32' && kind !== 'int64' && kind !== 'intOrString') return value;
  return /^-?\d+$/.test(text) && Number.isSafeInteger(value) ? value : new LooseNumber(text);
}

/** As JSON.parse has it: of duplicates the last one stays. */
function plain(node: Ordered): unknown {
  if (node instanceof NumberText) return Number(node.text);
  if (Array.isArray(node)) return node.map(plain);
  if (!(node instanceof Entries)) return node;
  const out: Record<string, unknown> = {};
  for (const [key, value] of node.list) setOwn(out, key, plain(value));
  return out;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LooseNumber);
}

function ownValue(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
