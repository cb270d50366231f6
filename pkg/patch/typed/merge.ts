/**
 * Lays an applied object over a live one (M31). Nothing is removed: leaves of the applied object win, granular
 * containers are merged, keyed lists and sets take the order of the applied list where both know an element. What did
 * not change is returned as it was, not copied.
 */
import type { ListType, Type } from '../../api/schema/types.ts';
import { isEmptyObject, isList, isObject, put, type JsonObject } from '../json/json-object.ts';
import { listElement } from './list-key.ts';
import { mergeOrder } from './merge-order.ts';
import { isAtomic, isDeduced, memberType, undeclared } from './shape.ts';

/** The merged value. `undefined` stands for an absent one. Throws ListKeyError when an element has no key. */
export function merge(type: Type, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (isDeduced(type)) return mergeDeduced(live, applied);
  if (isAtomic(type)) return applied;
  return type.kind === 'list' ? mergeLists(type, live, applied) : mergeObjects(type, live, applied);
}

/** Null says nothing about an object it meets, and replaces anything else. */
function mergeDeduced(live: unknown, applied: unknown): unknown {
  const isGranular = isObject(applied) || (applied === null && isObject(live));
  return isGranular ? mergeObjects(undeclared, live, applied) : applied;
}

function mergeObjects(type: Type, live: unknown, applied: unknown): unknown {
  const before: JsonObject = isObject(live) ? live : {};
  const after: JsonObject = isObject(applied) ? applied : {};
  const afterKeys = Object.keys(after);
  // Two empty ones are a leaf, to keep {} and null apart.
  if (afterKeys.length === 0 && isEmptyObject(before)) return applied;
  let merged: Record<string, unknown> | undefined;
  for (const key of afterKeys) {
    const isKnown = Object.hasOwn(before, key);
    const value = merge(memberType(type, key) ?? undeclared, isKnown ? before[key] : undefined, after[key]);
    if (!isKnown || value !== before[key]) put((merged ??= { ...before }), key, value);
  }
  // Null and absent count as an empty object here, and turn into one only if something is put in.
  return merged ?? live;
}

function mergeLists(type: ListType, live: unknown, applied: unknown): unknown {
  const before = isList(live) ? live : [];
  const after = isList(applied) ? applied : [];
  if (before.length === 0 && after.length === 0) return applied;
  const beforeKeys = before.map((item) => listElement(type, item));
  const afterKeys = after.map((item) => listElement(type, item));
  const merged = isSameOrder(beforeKeys, afterKeys)
    ? after.map((item, index) => merge(type.item, before[index], item))
    : mergeReordered(type, before, after, beforeKeys, afterKeys);
  const isSame = merged.length === before.length && merged.every((item, index) => item === before[index]);
  return isSame ? live : merged;
}

/** The common case: the same elements in the same order, none of them twice. */
const isSameOrder = (before: readonly string[], after: readonly string[]): boolean =>
  before.length === after.length &&
  before.every((key, index) => key === after[index]) &&
  new Set(before).size === before.length;

function mergeReordered(
  type: ListType,
  before: readonly unknown[],
  after: readonly unknown[],
  beforeKeys: readonly string[],
  afterKeys: readonly string[],
): readonly unknown[] {
  const lives = uniqueItems(before, beforeKeys);
  const applieds = uniqueItems(after, afterKeys);
  return mergeOrder(beforeKeys, afterKeys).map((step) =>
    step.from === 'live' ? before[step.index] : merge(type.item, lives.get(step.element), applieds.get(step.element)),
  );
}

/** Elements by key. One that shares its key with another stands for null, so that nothing is merged into either. */
function uniqueItems(items: readonly unknown[], keys: readonly string[]): ReadonlyMap<string, unknown> {
  const unique = new Map<string, unknown>();
  for (const [index, key] of keys.entries()) unique.set(key, unique.has(key) ? null : items[index]);
  return unique;
}
