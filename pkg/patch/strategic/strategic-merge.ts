/**
 * Strategic merge patch (M20 to M23), the format of `kubectl apply` and `kubectl edit`. For each object of the patch:
 *
 * 1. `$patch` decides alone: `replace` takes the patch's object as it is, `delete` leaves an empty one.
 * 2. `$retainKeys` drops live keys it does not name; the patch may only set keys it names.
 * 3. Each `$setElementOrder/<list>` merges that list right away and puts it in order.
 * 4. The other keys are merged one by one: null deletes, objects merge, lists follow their strategy, the rest replaces.
 */
import type { Type } from '../../api/schema/types.ts';
import { badRequest } from '../../api/status.ts';
import { goKind } from '../json/json-patch-operation.ts';
import { isList, isObject, own, withoutKey, type JsonObject } from '../json/json-object.ts';
import {
  deleteFromPrimitiveList,
  directive,
  nothing,
  retainKeys,
  setElementOrder,
  withoutDirectives,
  withoutNulls,
} from './directives.ts';
import { orderedLists } from './ordered-lists.ts';
import { badPrimitiveList, badRetainKeys, unknownDirective, unsupportedFormat } from './errors.ts';
import { deletePrimitives, mergeList } from './merge-list.ts';
import { listStrategy, mapStrategy } from './patch-schema.ts';

/** The object with the patch merged in. Throws a StatusError: 400 and 422 as upstream, 500 where it maps nothing. */
export function applyStrategicMergePatch(type: Type, current: unknown, patch: unknown): unknown {
  // Custom resources have no Go struct and hence no strategies; upstream refuses them.
  if (type.kind !== 'struct' || type.preserveUnknown === true) throw unsupportedFormat();
  if (patch !== null && !isObject(patch)) {
    throw badRequest(`json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`);
  }
  return mergeObject(type, isObject(current) ? current : {}, patch ?? {});
}

/** One level. The result keeps the live order of keys, new ones go last. */
function mergeObject(type: Type, live: JsonObject, patch: JsonObject): JsonObject {
  if (Object.hasOwn(patch, directive)) return followDirective(patch);
  const merged = new Map(Object.entries(live));
  const rest = new Map(Object.entries(patch));
  retainOnly(merged, rest);
  orderedLists(type, merged, rest, mergeElement);
  for (const [key, value] of rest) mergeKey(type, merged, key, value);
  return Object.fromEntries(merged);
}

const mergeElement = mergeObject;

function followDirective(patch: JsonObject): JsonObject {
  switch (own(patch, directive)) {
    case 'replace':
      return withoutKey(patch, directive);
    case 'delete':
      return {};
    default:
      throw unknownDirective(own(patch, directive), patch);
  }
}

function retainOnly(merged: Map<string, unknown>, patch: Map<string, unknown>): void {
  const names = patch.get(retainKeys);
  if (!patch.delete(retainKeys)) return;
  if (!isList(names)) throw badRetainKeys();
  const retained = new Set(names);
  for (const [key, value] of patch) {
    const isParallelList = key.startsWith(deleteFromPrimitiveList) || key.startsWith(setElementOrder);
    if (value !== null && !isParallelList && !retained.has(key)) throw badRetainKeys();
  }
  for (const key of merged.keys()) if (!retained.has(key)) merged.delete(key);
}

function mergeKey(type: Type, merged: Map<string, unknown>, key: string, value: unknown): void {
  const isDeletion = key.startsWith(deleteFromPrimitiveList);
  const name = isDeletion ? listName(key) : key;
  if (value === null) {
    merged.delete(name);
    return;
  }
  const live = merged.get(name);
  if (isList(live) && isList(value)) merged.set(name, mergeLists(type, name, live, value, isDeletion));
  else if (isObject(live) && isObject(value)) merged.set(name, mergeObjects(type, name, live, value));
  else if (!isDeletion) take(merged, name, value);
}

/** `finalizers` of `$deleteFromPrimitiveList/finalizers`. */
function listName(key: string): string {
  if (!key.startsWith(`${deleteFromPrimitiveList}/`)) throw badPrimitiveList();
  return key.slice(deleteFromPrimitiveList.length + 1);
}

function mergeLists(
  type: Type,
  key: string,
  live: readonly unknown[],
  patch: readonly unknown[],
  isDeletion: boolean,
): readonly unknown[] {
  const { item, mergeKey } = listStrategy(type, key);
  if (isDeletion) return deletePrimitives(item, live, patch, mergeKey ?? '', mergeElement);
  return mergeKey === undefined ? patch : mergeList(item, live, patch, mergeKey, mergeElement).list;
}

function mergeObjects(type: Type, key: string, live: JsonObject, patch: JsonObject): JsonObject {
  const strategy = mapStrategy(type, key);
  return strategy.replace ? patch : mergeObject(strategy.type, live, patch);
}

/** Takes the patch's value over where there is nothing to merge it with. */
function take(merged: Map<string, unknown>, key: string, value: unknown): void {
  const taken = withoutDirectives(withoutNulls(value));
  if (taken === nothing) merged.delete(key);
  else merged.set(key, taken);
}
