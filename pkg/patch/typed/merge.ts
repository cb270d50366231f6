/**
 * Lays an applied object over a live one (M31). Nothing is removed: leaves of the applied object win, granular
 * containers are merged, keyed lists and sets take the order of the applied list where both know an element. What did
 * not change is returned as it was, not copied.
 */
import type { ListType, Type } from '../../api/schema/types.ts';
import { isList, isObject, own, put, type JsonObject } from '../json/json-object.ts';
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
  const beforeKeys = Object.keys(before);
  const afterKeys = Object.keys(after);
  // Two empty ones are a leaf, to keep {} and null apart.
  if (beforeKeys.length === 0 && afterKeys.length === 0) return applied;
  const merged: Record<string, unknown> = {};
  let isChanged = false;
  for (const key of beforeKeys) {
    const value = merge(memberType(type, key) ?? undeclared, before[key], own(after, key));
    isChanged ||= value !== before[key];
    put(merged, key, value);
  }
  for (const key of afterKeys) {
    if (Object.hasOwn(before, key)) continue;
    isChanged = true;
    put(merged, key, merge(memberType(type, key) ?? undeclared, undefined, after[key]));
  }
  return isChanged ? merged : live;
}

function mergeLists(type: ListType, live: unknown, applied: unknown): unknown {
  const before = isList(live) ? live : [];
  const after = isList(applied) ? applied : [];
  if (before.length === 0 && after.length === 0) return applied;
  const beforeKeys = before.map((item) => listElement(type, item));
  const afterKeys = after.map((item) => listElement(type, item));
  const lives = uniqueItems(before, beforeKeys);
  const applieds = uniqueItems(after, afterKeys);
  const merged = mergeOrder(beforeKeys, afterKeys).map((step) =>
    step.from === 'live' ? before[step.index] : merge(type.item, lives.get(step.element), applieds.get(step.element)),
  );
  const isSame = merged.length === before.length && merged.every((item, index) => item === before[index]);
  return isSame ? live : merged;
}

/** Elements by key. One that shares its key with another stands for null, so that nothing is merged into either. */
function uniqueItems(items: readonly unknown[], keys: readonly string[]): ReadonlyMap<string, unknown> {
  const unique = new Map<string, unknown>();
  for (const [index, key] of keys.entries()) unique.set(key, unique.has(key) ? null : items[index]);
  return unique;
}
