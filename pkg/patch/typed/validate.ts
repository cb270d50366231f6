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

/** What is wrong with `value`, each as `path: what`; empty when nothing is. */
export function validate(type: Type, value: unknown, path = ''): readonly string[] {
  if (value === null || isDeduced(type)) return [];
  switch (type.kind) {
    case 'struct':
    case 'map':
      return isObject(value)
        ? validateObject(type, value, path)
        : [finding(path, `expected map, got &{${printValue(value)}}`)];
    case 'list':
      return isList(value)
        ? validateList(type, value, path)
        : [finding(path, `expected list, got &{${printValue(value)}}`)];
    default:
      return validateScalar(type, value, path);
  }
}

/** All findings as the one error text upstream makes of them. */
export const describeFindings = (findings: readonly string[]): string =>
  findings.length === 1 ? (findings[0] ?? '') : ['errors:', ...findings.map((each) => `  ${each}`)].join('\n');

const finding = (path: string, what: string): string => (path === '' ? what : `${path}: ${what}`);

function validateObject(type: Type, object: JsonObject, path: string): readonly string[] {
  const findings: string[] = [];
  for (const key of Object.keys(object)) {
    const memberPath = `${path}.${key}`;
    const member = memberType(type, key);
    // Upstream does not look further in this object either.
    if (member === undefined) return [...findings, finding(memberPath, 'field not declared in schema')];
    findings.push(...validate(member, object[key], memberPath));
  }
  return findings;
}

function validateList(type: ListType, list: readonly unknown[], path: string): readonly string[] {
  const findings: string[] = [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const element = type.list === 'atomic' ? `i:${index}` : elementOf(type, item);
    if (element instanceof ListKeyError) return [...findings, finding(path, `element ${index}: ${element.message}`)];
    const step = printElement(element);
    if (seen.has(element)) findings.push(finding(path, `duplicate entries for key ${step}`));
    seen.add(element);
    findings.push(...validate(type.item, item, path + step));
  }
  return findings;
}

function elementOf(type: ListType, item: unknown): string | ListKeyError {
  try {
    return listElement(type, item);
  } catch (error) {
    if (error instanceof ListKeyError) return error;
    throw error;
  }
}

function validateScalar(type: Type, value: unknown, path: string): readonly string[] {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? [] : [finding(path, `expected boolean, got &{${printValue(value)}}`)];
    case 'int32':
    case 'int64':
    case 'float64':
      return isNumber ? [] : [finding(path, `expected numeric (int or float), got ${typeName(value)}`)];
    case 'string':
    case 'bytes':
    case 'duration':
      return typeof value === 'string'
        ? []
        : [finding(path, `expected string, got &value.valueUnstructured{Value:${printSyntax(value)}}`)];
    default:
      return isObject(value) || isList(value)
        ? [finding(path, `expected any scalar, got &{${printValue(value)}}`)]
        : [];
  }
}
