import { isList, isObject, type JsonObject } from './json-object.ts';

/** Equality of JSON values: key order does not matter, `null` differs from absent, 1 equals 1n. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isList(left)) return isList(right) && listsEqual(left, right);
  if (isObject(left)) return isObject(right) && objectsEqual(left, right);
  return isInteger(left) && isInteger(right) && String(left) === String(right);
}

/** SV20: integers beyond 2⁵³ travel as bigint. */
const isInteger = (value: unknown): boolean => typeof value === 'bigint' || Number.isInteger(value);

function listsEqual(left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!jsonEqual(left[index], right[index])) return false;
  }
  return true;
}

function objectsEqual(left: JsonObject, right: JsonObject): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(right, key) || !jsonEqual(left[key], right[key])) return false;
  }
  return true;
}
