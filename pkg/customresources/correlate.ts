/** Which element of the old list an element of the new one stands for: the one with the same keys, in a keyed list. */
import { jsonEqual } from '../patch/json/json-equal.ts';
import { isObject, propertyOf, itemsOf, type JsonObject, type Schema } from './schema.ts';

export function correlatedItem(
  schema: Schema,
  item: unknown,
  _index: number,
  old: { readonly value: unknown } | undefined,
): { readonly value: unknown } | undefined {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (old === undefined || schema['x-kubernetes-list-type'] !== 'map' || keys.length === 0) return undefined;
  if (!Array.isArray(old.value) || !isObject(item)) return undefined;
  const found = old.value.find((other) => isObject(other) && keys.every((key) => sameKey(schema, key, item, other)));
  return found === undefined ? undefined : { value: found };
}

function sameKey(schema: Schema, key: string, a: JsonObject, b: JsonObject): boolean {
  const initial = propertyOf(itemsOf(schema), key)?.default;
  const read = (object: JsonObject): unknown => (Object.hasOwn(object, key) ? object[key] : initial);
  return jsonEqual(read(a) ?? null, read(b) ?? null);
}
