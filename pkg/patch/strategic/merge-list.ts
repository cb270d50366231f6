/** Merging one list: by key, as a set of primitives, or by deleting primitives (M20, M21, M23). */
import type { Type } from '../../api/schema/types.ts';
import { isList, own, type JsonObject } from '../json/json-object.ts';
import { directive, isDeletion } from './directives.ts';
import { zipByOrder } from './element-order.ts';
import { listWithoutMergeKey, mergeInList, noMergeKey, unknownDirective, wrongType } from './errors.ts';
import { asObject, elementKind, keyReader, partition, requireKey } from './list-elements.ts';

/** Merges one element into its live counterpart; comes from outside, because maps and lists contain each other. */
export type MergeElement = (type: Type, live: JsonObject, patch: JsonObject) => unknown;

export interface MergedList {
  readonly list: readonly unknown[];
  /**
   * The live list as it looks to a later ordering step. Upstream merges in place, so elements appended after a
   * deletion show up in what was the live list, and take part in its order.
   */
  readonly liveOrder: readonly unknown[];
}

/** Live and patch merged, live order kept as far as the patch allows. */
export function mergeList(
  item: Type,
  live: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
  mergeElement: MergeElement,
): MergedList {
  if (live.length === 0 && patch.length === 0) return { list: live, liveOrder: live };
  return elementKind(live, patch) === 'scalar'
    ? mergeScalars(live, patch, mergeKey)
    : mergeObjects(item, live, patch, mergeKey, mergeElement);
}

/** What is left of `live` without the elements of `deletions`; a list of objects is merged instead, as upstream does. */
export function deletePrimitives(
  item: Type,
  live: readonly unknown[],
  deletions: readonly unknown[],
  mergeKey: string,
  mergeElement: MergeElement,
): readonly unknown[] {
  if (live.length === 0 && deletions.length === 0) return live;
  if (elementKind(live, deletions) === 'object') {
    return mergeObjects(item, live, deletions, mergeKey, mergeElement).list;
  }
  const gone = new Set(deletions);
  return live.filter((element) => !gone.has(element));
}

function mergeScalars(live: readonly unknown[], patch: readonly unknown[], mergeKey: string): MergedList {
  const merged = withoutRepeats([...live, ...patch]);
  // Only a list of objects may have a merge key; upstream then fails on the first element.
  const { ours, theirs } = partition(merged, patch, mergeKey);
  const order = patch.length === 0 ? merged : live;
  return { list: zipByOrder(ours, theirs, patch, order, keyReader('')), liveOrder: order };
}

/**
 * Each value once. The gap of a repeated value is filled from the end, as upstream does it. (Where the live list itself
 * repeats a value, upstream's order also depends on the spare capacity of a slice; that is not followed.)
 */
function withoutRepeats(list: readonly unknown[]): readonly unknown[] {
  if (new Set(list).size === list.length) return list;
  const kept = [...list];
  for (let first = 0; first < kept.length; first++) {
    let index = first + 1;
    while (index < kept.length) {
      if (kept[index] !== kept[first]) {
        index++;
        continue;
      }
      const last = kept.pop();
      if (index < kept.length) kept[index] = last;
    }
  }
  return kept;
}

/**
 * M23: deletions first, whatever their place in the patch, then the other elements are merged into the live one with
 * the same key or appended.
 */
function mergeObjects(
  item: Type,
  live: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
  mergeElement: MergeElement,
): MergedList {
  if (mergeKey === '') throw listWithoutMergeKey();
  const { kept, replaced, plain } = followDirectives(live, patch, mergeKey);
  const [base, additions] = replaced ? [plain, []] : [kept, plain];
  const merged = mergeByKey(item, base, additions, mergeKey, mergeElement);
  const { ours, theirs } = partition(merged, additions, mergeKey);
  for (const element of [...ours, ...additions, ...theirs, ...base]) requireKey(element, mergeKey);
  const list = zipByOrder(deletionsLast(ours), deletionsLast(theirs), additions, base, keyReader(mergeKey));
  return { list, liveOrder: replaced ? live : merged.slice(0, live.length) };
}

interface Followed {
  readonly kept: readonly unknown[];
  readonly replaced: boolean;
  readonly plain: readonly JsonObject[];
}

/** Carries out `{"$patch": …}` elements and returns the ordinary ones. */
function followDirectives(live: readonly unknown[], patch: readonly unknown[], mergeKey: string): Followed {
  const deleted = new Set<unknown>();
  const plain: JsonObject[] = [];
  let replaced = false;
  for (const element of patch.map(asObject)) {
    if (!Object.hasOwn(element, directive)) {
      plain.push(element);
    } else if (isDeletion(element)) {
      if (!Object.hasOwn(element, mergeKey)) throw noMergeKey(element, mergeKey);
      deleted.add(own(element, mergeKey));
    } else if (own(element, directive) === 'replace') {
      replaced = true;
    } else if (own(element, directive) === 'merge') {
      throw mergeInList();
    } else {
      throw unknownDirective(own(element, directive), element);
    }
  }
  const keyOf = keyReader(mergeKey);
  const kept = deleted.size === 0 ? live : live.filter((element) => !isAmong(deleted, keyOf(element)));
  return { kept, replaced, plain };
}

/** A live element without the key is never deleted, even if the patch names `undefined`. */
const isAmong = (keys: ReadonlySet<unknown>, key: unknown): boolean => key !== undefined && keys.has(key);

function mergeByKey(
  item: Type,
  live: readonly unknown[],
  patch: readonly JsonObject[],
  mergeKey: string,
  mergeElement: MergeElement,
): readonly unknown[] {
  const merged = [...live];
  const keyOf = keyReader(mergeKey);
  const places = new Map<unknown, number>();
  for (const [index, element] of merged.entries()) {
    const key = keyOf(element);
    // M22: the first element with a key takes the merge, also where two Service ports share a number.
    if (key !== undefined && !places.has(key)) places.set(key, index);
  }
  for (const element of patch) {
    const key = requireKey(element, mergeKey);
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, merged.length);
      merged.push(element);
    } else {
      merged[place] = mergeElement(item, asObject(merged[place]), element);
    }
  }
  return merged;
}

/** Elements that ask for a deletion but were merged as plain ones stand at the end. */
function deletionsLast(list: readonly unknown[]): readonly unknown[] {
  const objects = list.map(asObject);
  if (!objects.some(isDeletion)) return list;
  return [...objects.filter((element) => !isDeletion(element)), ...objects.filter(isDeletion)];
}

/** The list under a directive. Throws when the patch has something else there. */
export function requireList(value: unknown): readonly unknown[] {
  if (isList(value)) return value;
  throw wrongType('[]interface {}', value);
}
