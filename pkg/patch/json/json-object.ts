/**
 * Plain JSON as user data: any key may be `__proto__`, `constructor` or `toString` (S35, SV18). Reading goes through
 * `own`, writing through `put`; nothing in this package touches user keys in any other way.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function isEmptyObject(object: JsonObject): boolean {
  for (const _ of Object.keys(object)) return false;
  return true;
}

/** `Array.isArray` that keeps the elements `unknown`. */
export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** The value under `key`, `undefined` when the object has no such key of its own. */
export const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** Sets `key` on an object this package has just made; assignment would swallow `__proto__`. */
export function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/** A copy of `object` with one key set; an existing key keeps its place, a new one goes last. */
export function withKey(object: JsonObject, key: string, value: unknown): JsonObject {
  const copy: Record<string, unknown> = { ...object };
  put(copy, key, value);
  return copy;
}

/** A copy of `object` without `key`. */
export function withoutKey(object: JsonObject, key: string): JsonObject {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(object)) if (name !== key) put(copy, name, object[name]);
  return copy;
}

/** The object under `key`, or an empty one: for reading `metadata` of whatever a client sent. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return isObject(value) ? value : {};
}

/** The string under `key`, or `''`, as Go reads an unset field. */
export function stringAt(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}
