/**
 * Reads YAML against a table of fields. What is wrong is said with file, line and column, what was expected, and what
 * came (E9). All mistakes at once, not one per attempt.
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Node, Pair, YAMLMap } from 'yaml';
import { ConfigError, didYouMean } from './config-error.ts';
import { parseDuration } from './duration.ts';

/** A field's type, or a table of fields for an object. Durations are given in ms. `unused`: known, and without meaning here. */
export type FieldType = 'string' | 'boolean' | 'integer' | 'number' | 'duration' | 'strings' | 'unused' | Fields;

export interface Fields {
  readonly [name: string]: FieldType;
}

type ValueOf<T extends FieldType> = T extends 'string'
  ? string
  : T extends 'boolean'
    ? boolean
    : T extends 'integer' | 'number' | 'duration'
      ? number
      : T extends 'strings'
        ? readonly string[]
        : T extends Fields
          ? ConfigOf<T>
          : never;

/** What a table describes; every field may be absent. */
export type ConfigOf<F extends Fields> = { readonly [K in keyof F]?: ValueOf<F[K]> };

export interface ConfigSource {
  /** Shown in messages. */
  readonly file: string;
  readonly text: string;
}

/** Throws a ConfigError that lists every mistake. Names may begin with a capital, as Go's do. */
export function readConfig<F extends Fields>({ file, text }: ConfigSource, fields: F): ConfigOf<F> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new Reader(file, lines);
  for (const { message, pos } of document.errors) reader.complainAt(pos[0], message);
  const value = document.errors.length === 0 ? reader.object(document.contents, fields, '') : {};
  if (reader.mistakes.length > 0) throw new ConfigError(reader.mistakes.join('\n'));
  return value as ConfigOf<F>;
}

class Reader {
  readonly mistakes: string[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  complainAt(offset: number, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.mistakes.push(`${this.#file}:${line}:${col}: ${message}`);
  }

  object(node: Node | null, fields: Fields, path: string): Record<string, unknown> {
    if (node === null) return {};
    if (!isMap(node)) {
      this.#complain(node, `expected ${path === '' ? 'an object' : `an object for ${path}`}, got ${describe(node)}`);
      return {};
    }
    const found: [string, unknown][] = [];
    for (const pair of (node as YAMLMap<Node, Node | null>).items) {
      const entry = this.#field(pair, fields, path);
      if (entry !== undefined) found.push(entry);
    }
    return Object.fromEntries(found);
  }

  #field({ key, value }: Pair<Node, Node | null>, fields: Fields, path: string): [string, unknown] | undefined {
    const written = isScalar(key) ? String(key.value) : '';
    const name = Object.hasOwn(fields, written) ? written : written.charAt(0).toLowerCase() + written.slice(1);
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const at = path === '' ? name : `${path}.${name}`;
    if (type === undefined) {
      this.#complain(key, `unknown field ${JSON.stringify(at)}${didYouMean(name, Object.keys(fields))}`);
      return undefined;
    }
    if (type === 'unused' || value === null || (isScalar(value) && value.value === null)) return undefined;
    const read = typeof type === 'object' ? this.object(value, type, at) : this.#scalar(value, type, at);
    return read === undefined ? undefined : [name, read];
  }

  #scalar(node: Node, type: Exclude<FieldType, Fields | 'unused'>, path: string): unknown {
    if (type === 'strings') return this.#strings(node, path);
    const value: unknown = isScalar(node) ? node.value : undefined;
    switch (type) {
      case 'string':
        if (typeof value === 'string') return value;
        return this.#expected(node, 'a string', path);
      case 'boolean':
        if (typeof value === 'boolean') return value;
        return this.#expected(node, 'true or false', path);
      case 'integer':
        if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
        return this.#expected(node, 'a whole number', path);
      case 'number':
        if (typeof value === 'number' && Number.isFinite(value)) return value;
        return this.#expected(node, 'a number', path);
      case 'duration':
        return this.#duration(node, value, path);
      default:
        return type satisfies never;
    }
  }

  #duration(node: Node, value: unknown, path: string): number | undefined {
    if (value === 0) return 0;
    if (typeof value !== 'string') return this.#expected(node, 'a duration like 1m30s', path);
    try {
      return parseDuration(value);
    } catch (error) {
      this.#complain(node, `${path}: ${(error as Error).message}; expected a duration like 1m30s`);
      return undefined;
    }
  }

  #strings(node: Node, path: string): readonly string[] | undefined {
    const items = isSeq(node) ? node.items.map((item) => (isScalar(item) ? item.value : undefined)) : undefined;
    if (items?.every((item) => typeof item === 'string') === true) return items;
    return this.#expected(node, 'a list of strings', path);
  }

  #expected(node: Node, what: string, path: string): undefined {
    this.#complain(node, `expected ${what} for ${path}, got ${describe(node)}`);
  }

  #complain(node: Node, message: string): void {
    this.complainAt(node.range?.[0] ?? 0, message);
  }
}

function describe(node: Node): string {
  if (isScalar(node)) return JSON.stringify(node.value);
  return isMap(node) ? 'an object' : 'a list';
}
