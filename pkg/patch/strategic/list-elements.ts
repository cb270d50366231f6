/** Looking at the elements of lists that merge: what they are, and under which key they are found. */
import { isList, isObject, own, type JsonObject } from '../json/json-object.ts';
import { typeName } from '../json/go-print.ts';
import { listOfLists, mixedElements, noElements, noMap, noMergeKey, nullElement, wrongType } from './errors.ts';

export type ElementKind = 'object' | 'scalar';

/** What all elements of the lists are. Throws when they differ, are lists or null, or when there are none. */
export function elementKind(...lists: readonly (readonly unknown[])[]): ElementKind {
  const first = lists.find((list) => list.length > 0)?.[0];
  if (first === undefined) throw noElements();
  if (isList(first)) throw listOfLists();
  if (first === null) throw nullElement();
  const name = typeName(first);
  if (lists.some((list) => list.some((item) => typeName(item) !== name))) throw mixedElements(lists);
  return isObject(first) ? 'object' : 'scalar';
}

/** The element as an object. Throws when it is none. */
export function asObject(item: unknown): JsonObject {
  if (isObject(item)) return item;
  throw wrongType('map[string]interface {}', item);
}

/** The value of the merge key. Throws when the element has none. */
export function requireKey(item: unknown, mergeKey: string): unknown {
  const object = asObject(item);
  if (!Object.hasOwn(object, mergeKey)) throw noMergeKey(object, mergeKey);
  return object[mergeKey];
}

/** What an element is compared by: the value of the merge key, or itself. `undefined` when it has none. */
export const keyReader =
  (mergeKey: string) =>
  (item: unknown): unknown =>
    mergeKey === '' ? item : isObject(item) ? own(item, mergeKey) : undefined;

/** `list` in two parts: elements whose key stands in `order`, and the rest. */
export function partition(
  list: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string,
): { readonly ours: readonly unknown[]; readonly theirs: readonly unknown[] } {
  const listed = new Set(order.map(keyReader(mergeKey)));
  const stranger = mergeKey === '' ? -1 : order.findIndex((item) => !isObject(item));
  const ours: unknown[] = [];
  const theirs: unknown[] = [];
  for (const item of list) {
    const isListed = listed.has(mergeKey === '' ? item : requireKey(item, mergeKey));
    if (!isListed && stranger >= 0) throw noMap(stranger);
    (isListed ? ours : theirs).push(item);
  }
  return { ours, theirs };
}
