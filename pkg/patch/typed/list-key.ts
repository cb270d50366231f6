/** How an element of an associative list is found again (M31): by its key fields, or by itself in a set. */
import type { Field, ListType, Type } from '../../api/schema/types.ts';
import { valueElement } from '../fields/path-element.ts';
import { compareBytes } from '../json/byte-order.ts';
import { goJson, goJsonString } from '../json/go-json.ts';
import { quote } from '../json/go-print.ts';
import { isList, isObject } from '../json/json-object.ts';

/** The path element of a list element. Throws ListKeyError when it has none. */
export function listElement(type: ListType, item: unknown): string {
  return type.list === 'map' && type.keys.length > 0 ? keyedElement(type, item) : setElement(item);
}

/** The same, `undefined` for an element that has none. */
export function listElementIfAny(type: ListType, item: unknown): string | undefined {
  try {
    return listElement(type, item);
  } catch (error) {
    if (error instanceof ListKeyError) return undefined;
    throw error;
  }
}

/** An element of an associative list that cannot be told from its neighbours. */
export class ListKeyError extends Error {}

function keyedElement(type: ListType, item: unknown): string {
  if (item === null) throw new ListKeyError('associative list with keys may not have a null element');
  if (!isObject(item)) throw new ListKeyError('associative list with keys may not have non-map elements');
  let keys = '';
  for (const { name, label, missing } of keysOf(type)) {
    const value = Object.hasOwn(item, name) ? item[name] : missing;
    if (value !== undefined) keys += `${keys === '' ? '' : ','}${label}${goJson(value)}`;
  }
  if (keys === '') throw withoutKeys(type.keys);
  return `k:{${keys}}`;
}

interface Key {
  readonly name: string;
  /** `"port":` */
  readonly label: string;
  /** What an absent key counts as; `undefined` when it stays absent. */
  readonly missing: unknown;
}

/** The keys of a list type as FieldsV1 writes them: sorted. */
function keysOf(type: ListType): readonly Key[] {
  const known = sortedKeys.get(type);
  if (known !== undefined) return known;
  const { item } = type;
  const keys = [...type.keys].sort(compareBytes).map((name) => ({
    name,
    label: `${goJsonString(name)}:`,
    missing: item.kind === 'struct' ? keyDefault(item.byJson.get(name)) : undefined,
  }));
  sortedKeys.set(type, keys);
  return keys;
}

/** Types are fixed for the life of a server. */
const sortedKeys = new WeakMap<ListType, readonly Key[]>();

/** What OpenAPI shows as default: the declared one, else the zero of a scalar that is always written. */
function keyDefault(field: Field | undefined): unknown {
  if (field === undefined) return undefined;
  if (field.default !== undefined) return field.default;
  if (field.pointer || field.omitEmpty) return undefined;
  return zeroScalars.get(field.type.kind);
}

const zeroScalars: ReadonlyMap<Type['kind'], unknown> = new Map<Type['kind'], unknown>([
  ['string', ''],
  ['bool', false],
  ['int32', 0],
  ['int64', 0],
  ['float64', 0],
]);

const withoutKeys = (names: readonly string[]): ListKeyError =>
  new ListKeyError(
    `associative list with keys has an element that omits all key fields [${names.map(quote).join(' ')}] ` +
      `(and doesn't have default values for any key fields)`,
  );

function setElement(item: unknown): string {
  if (isObject(item)) throw new ListKeyError("associative list without keys has an element that's a map type");
  if (isList(item)) throw new ListKeyError('not supported: associative list with lists as elements');
  if (item === null) throw new ListKeyError("associative list without keys has an element that's an explicit null");
  return valueElement(item);
}
