/**
 * Field sets written before a type became atomic. A manager that owned fields inside such a value owns the value.
 * (The other way round nothing can be done: nobody knows which fields the owner of the whole meant.)
 */
import type { Type } from '../../api/schema/types.ts';
import { leaf, type FieldNode, type FieldSet } from '../fields/field-set.ts';
import { fieldName, isField } from '../fields/path-element.ts';
import { isAtomic, isDeduced, memberType } from './shape.ts';

/** The set in terms of today's schema; the same set when nothing changed. */
export function reconcileFields(type: Type, set: FieldSet): FieldSet {
  if (isDeduced(type)) return set;
  let reconciled: Map<string, FieldNode> | undefined;
  for (const [element, node] of set) {
    const below = typeBelow(type, element);
    const fixed = below === undefined ? node : reconcileNode(below, node);
    if (fixed !== node) (reconciled ??= new Map(set)).set(element, fixed);
  }
  return reconciled ?? set;
}

function reconcileNode(type: Type, node: FieldNode): FieldNode {
  if (node.children.size === 0) return node;
  if (isAtomic(type)) return type.kind === 'struct' || type.kind === 'map' || type.kind === 'list' ? leaf : node;
  const children = reconcileFields(type, node.children);
  return children === node.children ? node : { member: node.member, children };
}

function typeBelow(type: Type, element: string): Type | undefined {
  if (type.kind === 'list') return type.item;
  return isField(element) ? memberType(type, fieldName(element)) : undefined;
}
