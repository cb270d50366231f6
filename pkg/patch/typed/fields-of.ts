/** The fields an object mentions, by the schema: leaves, elements of keyed lists and sets, keys of maps (M31, M36). */
import type { ListType, Type } from '../../api/schema/types.ts';
import { fieldNode, leaf, noFields, type FieldNode, type FieldSet } from '../fields/field-set.ts';
import { fieldElement } from '../fields/path-element.ts';
import { isEmptyObject, isList, isObject, type JsonObject } from '../json/json-object.ts';
import { listElementIfAny } from './list-key.ts';
import { isAtomic, isDeduced, isNamedField, memberType, undeclared } from './shape.ts';

/** Everything `value` mentions; an element of a keyed list that has no key cannot be named and is left out. */
export const fieldsOf = (type: Type, value: unknown): FieldSet => nodeOf(type, value).children;

/** The same with the value's own path: whether it is a member, and what is below it. */
function nodeOf(type: Type, value: unknown): { readonly member: boolean; readonly children: FieldSet } {
  if (isDeduced(type)) return isObject(value) ? granular(ofObject(type, value)) : { ...leaf, member: value !== null };
  if (isAtomic(type)) return leaf;
  if (type.kind === 'list') return granular(isList(value) ? ofList(type, value) : noFields);
  return granular(isObject(value) ? ofObject(type, value) : noFields);
}

const granular = (children: FieldSet): { readonly member: boolean; readonly children: FieldSet } => ({
  member: false,
  children,
});

function ofObject(type: Type, object: JsonObject): FieldSet {
  const fields = new Map<string, FieldNode>();
  for (const key of Object.keys(object)) {
    const value = object[key];
    const below = nodeOf(memberType(type, key) ?? undeclared, value);
    const member = below.member || isEmpty(value) || !isNamedField(type, key);
    const node = fieldNode(member, below.children);
    if (node !== undefined) fields.set(fieldElement(key), node);
  }
  return fields;
}

/** null and `{}` have nothing below that could stand for them; `[]` is left out all the same. */
const isEmpty = (value: unknown): boolean => value === null || (isObject(value) && isEmptyObject(value));

function ofList(type: ListType, list: readonly unknown[]): FieldSet {
  const fields = new Map<string, FieldNode>();
  for (const item of list) {
    const element = listElementIfAny(type, item);
    if (element === undefined) continue;
    // Elements that share a key are owned together, as if they were one atomic value.
    fields.set(element, fields.has(element) ? leaf : (fieldNode(true, nodeOf(type.item, item).children) ?? leaf));
  }
  return fields;
}
