import type { Type } from '../../api/schema/types.ts';
import { noFields, type FieldNode, type FieldSet } from '../fields/field-set.ts';
import { fieldName, isField } from '../fields/path-element.ts';
import { isNamedField, memberType } from './shape.ts';

/**
 * The set with every named field on the way to a member as a member too. A set says `spec.replicas` without saying
 * `spec`; before sets are subtracted from each other, both have to say it.
 */
export function withNamedFields(type: Type | undefined, set: FieldSet): FieldSet {
  if (set.size === 0) return noFields;
  const named = new Map<string, FieldNode>();
  for (const [element, node] of set) {
    const member = node.member || (type !== undefined && isField(element) && isNamedField(type, fieldName(element)));
    const children = withNamedFields(typeBelow(type, element), node.children);
    named.set(element, member === node.member && children === node.children ? node : { member, children });
  }
  return named;
}

/** The type at one step of a path; `undefined` where the schema has nothing to say. */
function typeBelow(type: Type | undefined, element: string): Type | undefined {
  if (type === undefined) return undefined;
  if (isField(element)) return memberType(type, fieldName(element));
  return type.kind === 'list' && element.startsWith('k:') ? type.item : undefined;
}
