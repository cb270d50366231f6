/**
 * Whether an applied object fits the schema: no undeclared fields, right kinds of values, no two list elements with
 * one key. The findings are worded as upstream's typed values word them, since apply sends them to the client.
 */
import type { ListType, Type } from '../../api/schema/types.ts';
import { printElement } from '../fields/path-element.ts';
import { printSyntax, printValue, typeName } from '../json/go-print.ts';
import { isList, isObject, type JsonObject } from '../json/json-object.ts';
import { listElement, ListKeyError } from './list-key.ts';
import { isDeduced, memberType } from './shape.ts';

export interface Finding {
  readonly path: string;
  readonly what: string;
}

/** What is wrong with `value`; empty when nothing is. */
export function validate(type: Type, value: unknown): readonly Finding[] {
  if (value === null || isDeduced(type)) return none;
  if (type.kind === 'struct' || type.kind === 'map') {
    return isObject(value) ? validateObject(type, value) : here(`expected map, got ${pointed(value)}`);
  }
  if (type.kind === 'list') {
    return isList(value) ? validateList(type, value) : here(`expected list, got ${pointed(value)}`);
  }
  const wrong = wrongScalar(type.kind, value);
  return wrong === undefined ? none : here(wrong);
}

/** All findings as the one error text upstream makes of them. */
export function describeFindings(findings: readonly Finding[]): string {
  const texts = findings.map(({ path, what }) => (path === '' ? what : `${path}: ${what}`));
  return texts.length === 1 ? (texts[0] ?? '') : ['errors:', ...texts.map((text) => `  ${text}`)].join('\n');
}

/** Upstream prints the pointer to its wrapper of the value. */
const pointed = (value: unknown): string => `&{${printValue(value)}}`;

const none: readonly Finding[] = [];
const here = (what: string): readonly Finding[] => [{ path: '', what }];

/** Adds what was found one step down. Paths are put together here, since nearly always there is nothing to report. */
function adopt(found: Finding[], step: string, inside: readonly Finding[]): void {
  for (const { path, what } of inside) found.push({ path: step + path, what });
}

function validateObject(type: Type, object: JsonObject): readonly Finding[] {
  const found: Finding[] = [];
  for (const key of Object.keys(object)) {
    const member = memberType(type, key);
    if (member === undefined) {
      found.push({ path: `.${key}`, what: 'field not declared in schema' });
      // Upstream does not look further in this object either.
      break;
    }
    const inside = validate(member, object[key]);
    if (inside.length > 0) adopt(found, `.${key}`, inside);
  }
  return found;
}

function validateList(type: ListType, list: readonly unknown[]): readonly Finding[] {
  const found: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const element = type.list === 'atomic' ? `i:${index}` : elementOf(type, item);
    if (element instanceof ListKeyError) {
      found.push({ path: '', what: `element ${index}: ${element.message}` });
      break;
    }
    if (seen.has(element)) found.push({ path: '', what: `duplicate entries for key ${printElement(element)}` });
    seen.add(element);
    const inside = validate(type.item, item);
    if (inside.length > 0) adopt(found, printElement(element), inside);
  }
  return found;
}

function elementOf(type: ListType, item: unknown): string | ListKeyError {
  try {
    return listElement(type, item);
  } catch (error) {
    if (error instanceof ListKeyError) return error;
    throw error;
  }
}

const numbers: ReadonlySet<Type['kind']> = new Set<Type['kind']>(['int32', 'int64', 'float64']);
const strings: ReadonlySet<Type['kind']> = new Set<Type['kind']>(['string', 'bytes', 'duration']);

/** What is wrong with a scalar. Times, quantities and int-or-string are any scalar to upstream. */
function wrongScalar(kind: Type['kind'], value: unknown): string | undefined {
  if (kind === 'bool') return typeof value === 'boolean' ? undefined : `expected boolean, got ${pointed(value)}`;
  if (numbers.has(kind)) {
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    return isNumber ? undefined : `expected numeric (int or float), got ${typeName(value)}`;
  }
  if (strings.has(kind)) {
    return typeof value === 'string'
      ? undefined
      : `expected string, got &value.valueUnstructured{Value:${printSyntax(value)}}`;
  }
  return isObject(value) || isList(value) ? `expected any scalar, got ${pointed(value)}` : undefined;
}
