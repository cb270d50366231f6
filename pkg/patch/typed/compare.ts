/**
 * What differs between two objects, as field sets (M34). A path is added when only the new object has it, removed when
 * only the old one has, modified when a leaf has another value. Two empty containers are compared like leaves, so that
 * `{}` and null differ.
 */
import type { ListType, Type } from '../../api/schema/types.ts';
import { fieldNode, noFields, type FieldNode, type FieldSet } from '../fields/field-set.ts';
import { fieldElement } from '../fields/path-element.ts';
import { jsonEqual } from '../json/json-equal.ts';
import { isList, isObject, own, type JsonObject } from '../json/json-object.ts';
import { listElement } from './list-key.ts';
import { isAtomic, isDeduced, memberType, undeclared } from './shape.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const sameObjects: Comparison = { added: noFields, modified: noFields, removed: noFields };

/** Compares two objects of one type. Throws ListKeyError when an element of a keyed list has no key. */
export function compare(type: Type, live: unknown, changed: unknown): Comparison {
  if (live === changed) return sameObjects;
  const at = new Differences();
  compareValues(at, type, live, changed);
  return { added: at.added ?? noFields, modified: at.modified ?? noFields, removed: at.removed ?? noFields };
}

/** Absent values are `undefined`; null is a value. */
type Optional = unknown;

type Mark = 'added' | 'modified' | 'removed';

/** What differs at one path: flags for the path itself, sets for what is below. Made lazily, most paths are equal. */
class Differences {
  self: Mark | undefined;
  added: Map<string, FieldNode> | undefined;
  modified: Map<string, FieldNode> | undefined;
  removed: Map<string, FieldNode> | undefined;

  /** Takes in what differs below `element`. */
  adopt(element: string, below: Differences): void {
    const added = fieldNode(below.self === 'added', below.added ?? noFields);
    if (added !== undefined) (this.added ??= new Map()).set(element, added);
    const modified = fieldNode(below.self === 'modified', below.modified ?? noFields);
    if (modified !== undefined) (this.modified ??= new Map()).set(element, modified);
    const removed = fieldNode(below.self === 'removed', below.removed ?? noFields);
    if (removed !== undefined) (this.removed ??= new Map()).set(element, removed);
  }

  mark(mark: Mark, element: string): void {
    const marked = (this[mark] ??= new Map());
    marked.set(element, { member: true, children: marked.get(element)?.children ?? noFields });
  }
}

function compareValues(at: Differences, type: Type, live: Optional, changed: Optional): void {
  if (isDeduced(type)) compareDeduced(at, live, changed);
  else if (isAtomic(type)) compareLeaf(at, live, changed);
  else if (type.kind === 'list') compareLists(at, type, live, changed);
  else compareObjects(at, type, live, changed);
}

function compareLeaf(at: Differences, live: Optional, changed: Optional): void {
  if (live === undefined) at.self = 'added';
  else if (changed === undefined) at.self = 'removed';
  else if (!jsonEqual(live, changed)) at.self = 'modified';
}

/** Where a container itself came or went, its path counts along with what is below. */
function markSelf(at: Differences, live: Optional, changed: Optional): void {
  if (live === undefined) at.self = 'added';
  else if (changed === undefined) at.self = 'removed';
}

/** Without a schema objects are granular and the rest is leaves; a value may turn from one into the other. */
function compareDeduced(at: Differences, live: Optional, changed: Optional): void {
  if (isObject(live) || isObject(changed)) {
    const replaced = [live, changed].some((value) => value !== undefined && value !== null && !isObject(value));
    if (replaced) compareLeaf(at, live, changed);
    compareObjects(at, undeclared, live, changed);
  } else {
    compareLeaf(at, live, changed);
  }
}

function compareObjects(at: Differences, type: Type, live: Optional, changed: Optional): void {
  const before: JsonObject = isObject(live) ? live : {};
  const after: JsonObject = isObject(changed) ? changed : {};
  const beforeKeys = Object.keys(before);
  const afterKeys = Object.keys(after);
  if (beforeKeys.length === 0 && afterKeys.length === 0) return compareLeaf(at, live, changed);
  for (const key of beforeKeys) compareMember(at, type, key, before[key], own(after, key));
  for (const key of afterKeys) {
    if (!Object.hasOwn(before, key)) compareMember(at, type, key, undefined, after[key]);
  }
  markSelf(at, live, changed);
}

function compareMember(at: Differences, type: Type, key: string, live: Optional, changed: Optional): void {
  if (live === changed) return;
  const below = new Differences();
  compareValues(below, memberType(type, key) ?? undeclared, live, changed);
  at.adopt(fieldElement(key), below);
}

function compareLists(at: Differences, type: ListType, live: Optional, changed: Optional): void {
  const before = isList(live) ? live : [];
  const after = isList(changed) ? changed : [];
  if (before.length === 0 && after.length === 0) return compareLeaf(at, live, changed);
  // Most lists are as they were, and looking costs less than finding out the key of each element.
  if (before.length > 0 && jsonEqual(before, after)) return;
  const old = groupByElement(type, before);
  const young = groupByElement(type, after);
  for (const [element, items] of old) compareElements(at, type.item, element, items, young.get(element) ?? []);
  for (const [element, items] of young) if (!old.has(element)) compareElements(at, type.item, element, [], items);
  markSelf(at, live, changed);
}

function groupByElement(type: ListType, list: readonly unknown[]): ReadonlyMap<string, readonly unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const item of list) {
    const element = listElement(type, item);
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [item]);
    else group.push(item);
  }
  return groups;
}

/** Elements that share a key are one value: compared as such, and added or removed as such when one side has just one. */
function compareElements(
  at: Differences,
  type: Type,
  element: string,
  before: readonly unknown[],
  after: readonly unknown[],
): void {
  if (before.length > 1 && after.length > 1) {
    if (!jsonEqual(before, after)) at.mark('modified', element);
    return;
  }
  const below = new Differences();
  if (before.length > 1) {
    if (after.length > 0) compareValues(below, type, undefined, after[0]);
  } else if (after.length > 1) {
    if (before.length > 0) compareValues(below, type, before[0], undefined);
  } else {
    compareValues(below, type, before[0], after[0]);
  }
  at.adopt(element, below);
  if (before.length > 1) at.mark('removed', element);
  else if (after.length > 1) at.mark('added', element);
}
