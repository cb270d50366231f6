/** Takes members of a field set out of an object (M32). */
import type { ListType, Type } from '../../api/schema/types.ts';
import type { FieldNode, FieldSet } from '../fields/field-set.ts';
import { fieldElement } from '../fields/path-element.ts';
import { isEmptyObject, isList, isObject, put, type JsonObject } from '../json/json-object.ts';
import { listElementIfAny } from './list-key.ts';
import { isAtomic, memberType, undeclared } from './shape.ts';

/** The value without the given fields. A container that loses all it had becomes null. */
export function removeFields(type: Type, value: unknown, fields: FieldSet): unknown {
  if (fields.size === 0) return value;
  if (isList(value)) return type.kind === 'list' && !isAtomic(type) ? fromList(type, value, fields) : null;
  if (isObject(value)) return isAtomic(type) ? null : fromObject(type, value, fields);
  return value;
}

function fromObject(type: Type, object: JsonObject, fields: FieldSet): unknown {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const node = fields.get(fieldElement(key));
    if (node?.member !== true) put(kept, key, prune(memberType(type, key) ?? undeclared, object[key], node));
  }
  return isEmptyObject(kept) ? null : kept;
}

function fromList(type: ListType, list: readonly unknown[], fields: FieldSet): unknown {
  const kept: unknown[] = [];
  for (const item of list) {
    const node = fields.get(listElementIfAny(type, item) ?? '');
    if (node?.member !== true) kept.push(prune(type.item, item, node));
  }
  return kept.length === 0 ? null : kept;
}

const prune = (type: Type, value: unknown, node: FieldNode | undefined): unknown =>
  node === undefined ? value : removeFields(type, value, node.children);
