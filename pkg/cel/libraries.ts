/** The functions that Kubernetes adds to CEL, over what the library brings: lists, regular expressions, URLs, … */
import type { Environment } from '@marcbachmann/cel-js';
import { regexpOf } from '../regexp/index.ts';
import { addNamedFormats } from './named-formats.ts';
import { addAddresses, addUrls } from './network.ts';
import { addQuantities } from './quantity.ts';
import { addSemver } from './semver.ts';

/** `matches` under another name: the library's own is JavaScript's, which can be made to run for ever. */
export const matchesName = 'matchesRe2';

export function addLibraries(environment: Environment): void {
  addRegularExpressions(environment);
  addLists(environment);
  addFormat(environment);
  addUrls(environment);
  addQuantities(environment);
  addAddresses(environment);
  addStrings(environment);
  addSets(environment);
  addSemver(environment);
  addNamedFormats(environment);
}

function addRegularExpressions(environment: Environment): void {
  const matches = (text: string, pattern: string): boolean => regexpOf(pattern).test(text);
  environment.registerFunction(`string.${matchesName}(string): bool`, matches);
  environment.registerFunction(`${matchesName}(string, string): bool`, matches);
  environment.registerFunction('string.find(string): string', (text: string, pattern: string) => {
    const [start, end] = regexpOf(pattern).find(text) ?? [0, 0];
    return text.slice(start, end);
  });
  environment.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
    findAll(text, pattern, Infinity),
  );
  environment.registerFunction(
    'string.findAll(string, int): list<string>',
    (text: string, pattern: string, n: bigint) => findAll(text, pattern, n < 0n ? Infinity : Number(n)),
  );
}

function findAll(text: string, pattern: string, limit: number): string[] {
  const found: string[] = [];
  for (let at = 0; at <= text.length && found.length < limit;) {
    const match = regexpOf(pattern).find(text, at);
    if (match === undefined) break;
    found.push(text.slice(match[0], match[1]));
    at = match[1] > match[0] ? match[1] : match[1] + 1;
  }
  return found;
}

type Ordered = bigint | number | string | boolean;

function addLists(environment: Environment): void {
  environment.registerFunction('list.isSorted(): bool', (list: readonly Ordered[]) =>
    list.every((item, index) => index === 0 || (list[index - 1] ?? item) <= item),
  );
  environment.registerFunction('list.sum(): dyn', (list: readonly (bigint | number)[]) => sumOf(list));
  environment.registerFunction('list.min(): dyn', (list: readonly Ordered[]) => extreme(list, 'min', (a, b) => a < b));
  environment.registerFunction('list.max(): dyn', (list: readonly Ordered[]) => extreme(list, 'max', (a, b) => a > b));
  environment.registerFunction('list.indexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
    BigInt(list.indexOf(item)),
  );
  environment.registerFunction('list.lastIndexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
    BigInt(list.lastIndexOf(item)),
  );
}

function sumOf(list: readonly (bigint | number)[]): bigint | number {
  let whole = 0n;
  let broken = 0;
  for (const item of list) {
    if (typeof item === 'bigint') whole += item;
    else broken += item;
  }
  return list.some((item) => typeof item === 'number') ? broken + Number(whole) : whole;
}

function extreme(list: readonly Ordered[], name: string, better: (a: Ordered, b: Ordered) => boolean): Ordered {
  const [first, ...others] = list;
  if (first === undefined) throw new Error(`${name} called on empty list`);
  return others.reduce((best, item) => (better(item, best) ? item : best), first);
}

function addFormat(environment: Environment): void {
  environment.registerFunction('string.format(list): string', (text: string, args: readonly unknown[]) => {
    let next = 0;
    return text.replaceAll(/%(?:%|(?:\.(\d+))?([sdfexXob]))/g, (whole, digits: string | undefined, verb: string) => {
      if (whole === '%%') return '%';
      const value = args[next];
      next += 1;
      if (verb === 'f') return Number(value).toFixed(digits === undefined ? 6 : Number(digits));
      if (verb === 'e') return Number(value).toExponential(digits === undefined ? 6 : Number(digits));
      const base = { x: 16, X: 16, o: 8, b: 2 }[verb];
      const shown = typeof value === 'bigint' && base !== undefined ? value.toString(base) : textOf(value);
      return verb === 'X' ? shown.toUpperCase() : shown;
    });
  });
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : `${value as Ordered}`;
}

function addStrings(environment: Environment): void {
  environment.registerFunction(
    'string(google.protobuf.Duration): string',
    ({ seconds, nanos }: { readonly seconds: bigint; readonly nanos: number }) =>
      `${seconds}${nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`}s`,
  );
  const charAt = (text: string, index: bigint): string => Array.from(text)[Number(index)] ?? '';
  environment.registerFunction('string.charAt(int): string', charAt);
  const replace = (text: string, from: string, to: string, count: bigint): string => {
    const parts = text.split(from);
    const times = count < 0n ? parts.length - 1 : Math.min(Number(count), parts.length - 1);
    return (
      parts.slice(0, times + 1).join(to) +
      parts
        .slice(times + 1)
        .map((part) => from + part)
        .join('')
    );
  };
  environment.registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    replace(text, from, to, -1n),
  );
  environment.registerFunction('string.replace(string, string, int): string', replace);
  environment.registerFunction('list.reverse(): list', (list: readonly unknown[]) => [...list].reverse());
  environment.registerFunction('list.slice(int, int): list', (list: readonly unknown[], from: bigint, to: bigint) =>
    list.slice(Number(from), Number(to)),
  );
  environment.registerFunction('list.distinct(): list', (list: readonly unknown[]) => [...new Set(list)]);
  environment.registerFunction('list.sort(): list', (list: readonly Ordered[]) =>
    [...list].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}

/** `sets` and `lists` are no values but the first part of a function's name; here they are values with methods. */
class Sets {
  readonly functions = 'sets';
}
class Lists {
  readonly functions = 'lists';
}

function addSets(environment: Environment): void {
  environment.registerType('SetsNamespace', { ctor: Sets });
  environment.registerConstant('sets', 'SetsNamespace', new Sets());
  const method = (name: string, run: (a: readonly unknown[], b: readonly unknown[]) => boolean): void => {
    const handler = (_: Sets, a: readonly unknown[], b: readonly unknown[]): boolean => run(a, b);
    environment.registerFunction(`SetsNamespace.${name}(list, list): bool`, handler);
  };
  const holds = (a: readonly unknown[], b: readonly unknown[]): boolean => b.every((item) => a.includes(item));
  method('contains', holds);
  method('intersects', (a, b) => b.some((item) => a.includes(item)));
  method('equivalent', (a, b) => holds(a, b) && holds(b, a));
  environment.registerType('ListsNamespace', { ctor: Lists });
  environment.registerConstant('lists', 'ListsNamespace', new Lists());
  environment.registerFunction('ListsNamespace.range(int): list<int>', (_: Lists, count: bigint) => {
    if (count > 10_000n) throw new Error(`range of ${count} exceeds limit`);
    return Array.from({ length: Number(count) }, (_item, index) => BigInt(index));
  });
}
