/** JSONPath as printer columns use it: `.spec.replicas`, `.status.conditions[?(@.type=="Ready")].status`. */
import { isObject } from './schema.ts';

type Step = (values: readonly unknown[]) => unknown[];

export class JsonPathError extends Error {}

/** Finds every value a path leads to; throws JsonPathError when it cannot be read. */
export function parseJsonPath(path: string): (value: unknown) => unknown[] {
  const steps = new PathParser(path).steps();
  return (value) => steps.reduce<unknown[]>((values, step) => step(values), [value]);
}

/** `.spec.replicas` → `['spec', 'replicas']`: the plain paths of scale and selectable fields. */
export const plainPath = (path: string): readonly string[] => path.replace(/^\./, '').split('.');

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const step of path) {
    if (!isObject(current) || !Object.hasOwn(current, step)) return undefined;
    current = current[step];
  }
  return current;
}

class PathParser {
  readonly #path: string;
  #at = 0;

  constructor(path: string) {
    this.#path = path;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    if (this.#path[0] === '$' || this.#path[0] === '@') this.#at = 1;
    while (this.#at < this.#path.length) {
      if (this.#path.startsWith('..', this.#at)) {
        this.#at += 1;
        steps.push(descend);
      } else if (this.#path[this.#at] === '.') {
        this.#at += 1;
        const name = this.#name();
        if (name === '*') steps.push(everything);
        else if (name !== '') steps.push(field(name));
      } else if (this.#path[this.#at] === '[') steps.push(this.#bracket());
      else throw new JsonPathError(`unrecognized character in ${this.#path}`);
    }
    return steps;
  }

  #name(): string {
    const found = /^(?:\\.|[^.[\]\\])*/.exec(this.#path.slice(this.#at))?.[0] ?? '';
    this.#at += found.length;
    return found.replaceAll(/\\(.)/g, '$1');
  }

  #bracket(): Step {
    const end = this.#closing();
    const inner = this.#path.slice(this.#at + 1, end).trim();
    this.#at = end + 1;
    if (inner === '*') return everything;
    const filter = /^\?\((.*)\)$/s.exec(inner);
    if (filter !== null) return filterStep(filter[1] ?? '');
    if (/^-?\d*:-?\d*(?::\d+)?$/.test(inner)) return sliceStep(inner);
    const parts = inner.split(',').map((part) => part.trim());
    if (parts.every((part) => /^-?\d+$/.test(part))) return indexStep(parts.map(Number));
    const names = parts.map((part) => /^(['"])(.*)\1$/s.exec(part)?.[2]);
    if (names.every((name) => name !== undefined)) return (values) => names.flatMap((name) => field(name)(values));
    throw new JsonPathError(`invalid array index ${inner}`);
  }

  /** The bracket that closes the one at the current place; brackets in quotes do not count. */
  #closing(): number {
    let depth = 0;
    let quote = '';
    for (let at = this.#at; at < this.#path.length; at += 1) {
      const char = this.#path[at] ?? '';
      if (quote !== '') {
        if (char === quote) quote = '';
      } else if (char === '"' || char === "'") quote = char;
      else if (char === '[') depth += 1;
      else if (char === ']') {
        depth -= 1;
        if (depth === 0) return at;
      }
    }
    throw new JsonPathError('unterminated array');
  }
}

const field =
  (name: string): Step =>
  (values) =>
    values.flatMap((value) => (isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []));

const everything: Step = (values) =>
  values.flatMap((value) =>
    Array.isArray(value) ? (value as unknown[]) : isObject(value) ? Object.values(value) : [],
  );

const descend: Step = (values) => values.flatMap(withDescendants);

function withDescendants(value: unknown): unknown[] {
  return [value, ...everything([value]).flatMap(withDescendants)];
}

const indexStep =
  (indexes: readonly number[]): Step =>
  (values) =>
    values.flatMap((value) =>
      Array.isArray(value)
        ? indexes.map((index) => value.at(index) as unknown).filter((item) => item !== undefined)
        : [],
    );

function sliceStep(text: string): Step {
  const [from = '', to = '', step = ''] = text.split(':');
  const every = step === '' ? 1 : Number(step);
  return (values) =>
    values.flatMap((value) => {
      if (!Array.isArray(value)) return [];
      const part = value.slice(from === '' ? 0 : Number(from), to === '' ? undefined : Number(to)) as unknown[];
      return part.filter((_, index) => index % every === 0);
    });
}

function filterStep(text: string): Step {
  const [, left = '', operator = '', right = ''] = /^(.*?)(==|!=|<=|>=|<|>)(.*)$/s.exec(text) ?? [];
  if (operator === '') {
    const exists = operandOf(text);
    return (values) => everything(values).filter((value) => exists(value).length > 0);
  }
  const [a, b] = [operandOf(left), operandOf(right)];
  return (values) => everything(values).filter((value) => compare(a(value)[0], operator, b(value)[0]));
}

function operandOf(text: string): (value: unknown) => unknown[] {
  const trimmed = text.trim();
  const quoted = /^(['"])(.*)\1$/s.exec(trimmed);
  if (quoted !== null) return () => [quoted[2]];
  if (trimmed.startsWith('@') || trimmed.startsWith('$')) return parseJsonPath(trimmed);
  if (/^(?:true|false|-?\d+(?:\.\d+)?)$/.test(trimmed)) return () => [JSON.parse(trimmed)];
  throw new JsonPathError(`unrecognized identifier ${trimmed}`);
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return false;
  const [a, b] = [left, right as typeof left];
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}
