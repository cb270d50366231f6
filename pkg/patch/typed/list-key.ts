/** How an element of an associative list is found again (M31): by its key fields, or by itself in a set. */
import type { Field, ListType, Type } from '../../api/schema/types.ts';
import { keyElement, valueElement } from '../fields/path-element.ts';
import { isList, isObject, own, put, type JsonObject } from '../json/json-object.ts';
import { quote } from '../json/go-print.ts';

/** The path element of a list element. Throws ListKeyError when it has none. */
export function listElement(type: ListType, item: unknown): string {
  return type.list === 'map' && type.keys.length > 0 ? keyedElement(type, item) : setElement(item);
}

/** An element of an associative list that cannot be told from its neighbours. */
export class ListKeyError extends Error {}

function keyedElement(type: ListType, item: unknown): string {
  if (item === null) throw new ListKeyError('associative list with keys may not have a null element');
  if (!isObject(item)) throw new ListKeyError('associative list with keys may not have non-map elements');
  const keys: Record<string, unknown> = {};
  for (const name of type.keys) {
    const value = keyValue(type.item, item, name);
    if (value !== undefined) put(keys, name, value);
  }
  if (Object.keys(keys).length === 0) throw withoutKeys(type.keys);
  return keyElement(keys);
}

function keyValue(item: Type, element: JsonObject, name: string): unknown {
  const value = own(element, name);
  if (value !== undefined) return value;
  return item.kind === 'struct' ? keyDefault(item.byJson.get(name)) : undefined;
}

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
