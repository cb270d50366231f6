/** Lists the patch gives an order for with `$setElementOrder/<list>` (M21). */
import type { Type } from '../../api/schema/types.ts';
import { isObject } from '../json/json-object.ts';
import { directive, isDeletion, nothing, setElementOrder, withoutDirectives } from './directives.ts';
import { zipByOrder } from './element-order.ts';
import { badElementOrder, orderMismatch } from './errors.ts';
import { asObject, elementKind, keyReader, partition, requireKey } from './list-elements.ts';
import { mergeList, requireList, type MergedList, type MergeElement } from './merge-list.ts';
import { listStrategy } from './patch-schema.ts';

/** Merges and orders each such list in `merged`, and takes it and its directive out of `patch`. */
export function orderedLists(
  type: Type,
  merged: Map<string, unknown>,
  patch: Map<string, unknown>,
  mergeElement: MergeElement,
): void {
  for (const [key, value] of patch) {
    if (!key.startsWith(setElementOrder)) continue;
    patch.delete(key);
    const order = requireList(value);
    const name = listName(key);
    const live = merged.has(name) ? requireList(merged.get(name)) : undefined;
    const changes = patch.has(name) ? requireList(patch.get(name)) : undefined;
    const { item, mergeKey } = listStrategy(type, name);
    checkOrder(changes ?? [], order, mergeKey ?? '');
    if (live === undefined && changes === undefined) continue;
    const { list, liveOrder } = merge(item, live, changes, mergeKey, mergeElement);
    merged.set(name, inOrder(list, order, liveOrder, mergeKey ?? '', [live ?? [], changes ?? []]));
    patch.delete(name);
  }
}

function listName(key: string): string {
  if (!key.startsWith(`${setElementOrder}/`)) throw badElementOrder();
  return key.slice(setElementOrder.length + 1);
}

function merge(
  item: Type,
  live: readonly unknown[] | undefined,
  changes: readonly unknown[] | undefined,
  mergeKey: string | undefined,
  mergeElement: MergeElement,
): MergedList {
  if (live === undefined) return { list: withoutDirectiveElements(changes ?? []), liveOrder: [] };
  if (changes === undefined) return { list: live, liveOrder: live };
  if (mergeKey === undefined) return { list: changes, liveOrder: live };
  return mergeList(item, live, changes, mergeKey, mergeElement);
}

const withoutDirectiveElements = (list: readonly unknown[]): readonly unknown[] =>
  list.map(withoutDirectives).filter((element) => element !== nothing);

function inOrder(
  list: readonly unknown[],
  order: readonly unknown[],
  liveOrder: readonly unknown[],
  mergeKey: string,
  sources: readonly (readonly unknown[])[],
): readonly unknown[] {
  const { ours, theirs } = partition(list, order, mergeKey);
  const isKeyed = elementKind(...sources) === 'object';
  if (isKeyed) for (const element of [...ours, ...order, ...theirs, ...liveOrder]) requireKey(element, mergeKey);
  return zipByOrder(ours, theirs, order, liveOrder, keyReader(isKeyed ? mergeKey : ''));
}

/**
 * The elements of the patch, deletions aside, have to come in the order of the directive and all be named in it. An
 * empty list on either side passes.
 */
function checkOrder(changes: readonly unknown[], order: readonly unknown[], mergeKey: string): void {
  if (changes.length === 0 || order.length === 0) return;
  const remaining = mergeKey === '' ? changes : changes.map(asObject).filter((element) => !isDeletion(element));
  let next = 0;
  let at = 0;
  while (next < remaining.length && at < order.length) {
    if (isObject(remaining[next]) && Object.hasOwn(asObject(remaining[next]), directive)) {
      next++;
    } else {
      if (isSame(remaining[next], order[at], mergeKey)) next++;
      at++;
    }
  }
  if (next < remaining.length) throw orderMismatch(changes, order);
}

function isSame(element: unknown, other: unknown, mergeKey: string): boolean {
  if (mergeKey === '') return element === other;
  const [left, right] = [asObject(element), asObject(other)];
  return requireKey(left, mergeKey) === requireKey(right, mergeKey);
}
