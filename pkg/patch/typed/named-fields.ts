import type { Type } from '../../api/schema/types.ts';
import type { FieldNode, FieldSet } from '../fields/field-set.ts';
import { fieldName, isField } from '../fields/path-element.ts';
import { isNamedField, memberType } from './shape.ts';

/**
 * The set with every named field on the way to a member as a member too. A set says `spec.replicas` without saying
 * `spec`; before sets are subtracted from each other, both have to say it.
 */
export function withNamedFields(type: Type | undefined, set: FieldSet): FieldSet {
  let named: Map<string, FieldNode> | undefined;
  for (const [element, node] of set) {
    if (node.children.size === 0) continue;
    const member = node.member || (type !== undefined && isField(element) && isNamedField(type, fieldName(element)));
    const children = withNamedFields(typeBelow(type, element), node.children);
    if (member !== node.member || children !== node.children) {
      (named ??= new Map(set)).set(element, { member, children });
    }
  }
  return named ?? set;
}

/** The type at one step of a path; `undefined` where the schema has nothing to say. */
function typeBelow(type: Type | undefined, element: string): Type | undefined {
  if (type === undefined) return undefined;
  if (isField(element)) return memberType(type, fieldName(element));
  return type.kind === 'list' && element.startsWith('k:') ? type.item : undefined;
}
