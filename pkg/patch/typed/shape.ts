/**
 * A schema type as merging sees it: granular (fields of their own), atomic (owned and replaced whole) or deduced (no
 * schema: the value decides; objects are granular, lists atomic).
 */
import type { Type } from '../../api/schema/types.ts';

/** The type of a value nobody declared. */
export const undeclared: Type = { kind: 'json' };

export const isDeduced = (type: Type): boolean =>
  type.kind === 'json' || type.kind === 'rawExtension' || type.kind === 'fieldsV1';

/** Whether the whole value is one leaf. */
export function isAtomic(type: Type): boolean {
  if (type.kind === 'struct' || type.kind === 'map') return type.atomic === true;
  return type.kind === 'list' ? type.list === 'atomic' : !isDeduced(type);
}

/** The type of an object's member; `undefined` when the schema declares none. */
export function memberType(type: Type, key: string): Type | undefined {
  if (type.kind === 'struct') {
    const field = type.byJson.get(key);
    if (field !== undefined) return field.type;
    return type.preserveUnknown === true ? undeclared : undefined;
  }
  if (type.kind === 'map') return type.value;
  return isDeduced(type) ? undeclared : undefined;
}

/** Whether `key` is a field with a name in the schema, as opposed to a key of a map. */
export const isNamedField = (type: Type, key: string): boolean => type.kind === 'struct' && type.byJson.has(key);
