/**
 * One step of a field path, in the spelling of FieldsV1 (M36): `f:` and a field name, `k:` and the key of a list
 * element as JSON, `v:` and a member of a set as JSON, `i:` and an index. The canonical spelling doubles as the key of
 * a FieldSet, so two steps are the same exactly when their texts are.
 */
import { compareBytes } from '../json/byte-order.ts';
import { goJson } from '../json/go-json.ts';
import { printFloat, printValue, quote } from '../json/go-print.ts';
import { isList, isObject, own, type JsonObject } from '../json/json-object.ts';

export const fieldElement = (name: string): string => `f:${name}`;
export const valueElement = (value: unknown): string => `v:${goJson(value)}`;

/** The key fields of a list element, in any order. */
export function keyElement(keys: JsonObject): string {
  return `k:${goJson(keys)}`;
}

/** `f:name` → `name`; only for elements that start with `f:`. */
export const fieldName = (element: string): string => element.slice(2);

export const isField = (element: string): boolean => element.startsWith('f:');

/** A step that cannot be understood; a newer server may know it. */
export const unknownElement: unique symbol = Symbol('unknown path element');

/** The canonical spelling of a step. Throws SyntaxError when it is malformed. */
export function parseElement(text: string): string | typeof unknownElement {
  if (text.length < 2) throw new SyntaxError('key must be 2 characters long:');
  if (text[1] !== ':') throw new SyntaxError(`missing colon: ${text}`);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return valueElement(JSON.parse(text.slice(2)));
    case 'k':
      return keyElement(parseKeys(text.slice(2)));
    case 'i':
      return `i:${parseIndex(text.slice(2))}`;
    default:
      return unknownElement;
  }
}

function parseKeys(text: string): JsonObject {
  const keys: unknown = JSON.parse(text);
  if (isObject(keys)) return keys;
  throw new SyntaxError(`expected an object of keys, got ${text}`);
}

function parseIndex(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new SyntaxError(`strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  return Number(text);
}

/** The order in which FieldsV1 is written: fields, keys, values, indexes. */
export function compareElements(left: string, right: string): number {
  const kind = kindOrder.indexOf(left[0] ?? '') - kindOrder.indexOf(right[0] ?? '');
  if (kind !== 0) return kind;
  if (left[0] === 'f') return compareBytes(left, right);
  return left === right ? 0 : compareContents(left, right);
}

const kindOrder = 'fkvi';

function compareContents(left: string, right: string): number {
  const [a, b]: [unknown, unknown] = [JSON.parse(left.slice(2)), JSON.parse(right.slice(2))];
  return left[0] === 'k' && isObject(a) && isObject(b) ? compareKeys(a, b) : compareValues(a, b);
}

function compareKeys(left: JsonObject, right: JsonObject): number {
  const [leftNames, rightNames] = [Object.keys(left), Object.keys(right)];
  for (const [index, name] of leftNames.entries()) {
    const other = rightNames[index];
    if (other === undefined) return 1;
    const order = compareBytes(name, other) || compareValues(own(left, name), own(right, other));
    if (order !== 0) return order;
  }
  return leftNames.length - rightNames.length;
}

/** A total order of JSON values: numbers, strings, booleans, lists, objects, null. */
function compareValues(left: unknown, right: unknown): number {
  const kind = valueRank(left) - valueRank(right);
  if (kind !== 0) return kind;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (typeof left === 'string' && typeof right === 'string') return compareBytes(left, right);
  return compareBytes(goJson(left), goJson(right));
}

function valueRank(value: unknown): number {
  if (value === null) return 5;
  if (isList(value)) return 3;
  return ['number', 'string', 'boolean', 'list', 'object'].indexOf(typeof value);
}

/** The step as people read it: `.spec`, `[port=80,protocol="TCP"]`, `[="x"]`, `[0]`. */
export function printElement(element: string): string {
  const content = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${content}`;
    case 'k': {
      const keys: JsonObject = parseKeys(content);
      return `[${Object.keys(keys)
        .map((name) => `${name}=${printScalar(own(keys, name))}`)
        .join(',')}]`;
    }
    case 'v':
      return `[=${printScalar(JSON.parse(content))}]`;
    default:
      return `[${content}]`;
  }
}

function printScalar(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  return typeof value === 'number' ? printFloat(value) : printValue(value);
}
