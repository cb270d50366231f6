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

/** `f:name` → `name`; only for elements that start with `f:`. */
export const fieldName = (element: string): string => element.slice(2);

export const isField = (element: string): boolean => element.startsWith('f:');

/** A step that cannot be understood; a newer server may know it. */
export const unknownElement: unique symbol = Symbol('unknown path element');

/** The canonical spelling of a step. Throws SyntaxError when it is malformed. */
export function parseElement(text: string): string | typeof unknownElement {
  if (text.startsWith('f:')) return text;
  if (text.length < 2) throw new SyntaxError('key must be 2 characters long:');
  if (text[1] !== ':') throw new SyntaxError(`missing colon: ${text}`);
  return 'kvi'.includes(text.charAt(0)) ? read(text).element : unknownElement;
}

/** The order in which FieldsV1 is written: fields, keys, values, indexes. */
export function compareElements(left: string, right: string): number {
  const kind = left.charAt(0);
  if (kind !== right.charAt(0)) return 'fkvi'.indexOf(kind) - 'fkvi'.indexOf(right.charAt(0));
  if (kind === 'f' || left === right) return compareBytes(left, right);
  return compareContents(read(left).content, read(right).content, kind);
}

function compareContents(left: unknown, right: unknown, kind: string): number {
  return kind === 'k' && isObject(left) && isObject(right) ? compareKeys(left, right) : compareValues(left, right);
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
  if (isField(element)) return `.${fieldName(element)}`;
  const { content } = read(element);
  if (!element.startsWith('k:') || !isObject(content))
    return element.startsWith('v:') ? `[=${printScalar(content)}]` : `[${printScalar(content)}]`;
  const keys = Object.keys(content).map((name) => `${name}=${printScalar(own(content, name))}`);
  return `[${keys.join(',')}]`;
}

function printScalar(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quote(value);
  return typeof value === 'number' ? printFloat(value) : printValue(value);
}

interface ReadElement {
  readonly element: string;
  readonly content: unknown;
}

/** What stands behind the colon of a `k:`, `v:` or `i:` step, with the canonical spelling of the step. */
function read(text: string): ReadElement {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const fresh = readAnew(text);
  if (recent.size >= maxRecent) recent.clear();
  recent.set(text, fresh);
  return fresh;
}

/** The same few list keys come with every write; parsing them again was a third of the work. */
const recent = new Map<string, ReadElement>();
const maxRecent = 4096;

function readAnew(text: string): ReadElement {
  const content = text.slice(2);
  if (text.startsWith('i:')) {
    if (!/^[+-]?\d+$/.test(content)) throw new SyntaxError(`strconv.Atoi: parsing ${quote(content)}: invalid syntax`);
    return { element: `i:${Number(content)}`, content: Number(content) };
  }
  const value: unknown = JSON.parse(content);
  if (text.startsWith('k:') && !isObject(value)) throw new SyntaxError(`expected an object of keys, got ${content}`);
  const canonical = goJson(value);
  return { element: text.slice(0, 2) + canonical, content: JSON.parse(canonical) };
}
