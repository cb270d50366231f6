/** What strategic merge patch wants to know of a field: the type below it and how its list merges (M20). */
import type { Type } from '../../api/schema/types.ts';
import { notAStruct, unknownField } from './errors.ts';

export interface ListStrategy {
  readonly item: Type;
  /** `undefined`: the list is replaced. `''`: a set of primitives. */
  readonly mergeKey: string | undefined;
}

export interface MapStrategy {
  readonly type: Type;
  readonly replace: boolean;
}

/** How the object under `key` merges. Throws when upstream's struct has no such field. */
export function mapStrategy(type: Type, key: string): MapStrategy {
  const field = fieldOf(type, key);
  return { type: field.type, replace: field.replace === true };
}

/** How the list under `key` merges. */
export function listStrategy(type: Type, key: string): ListStrategy {
  const { type: list } = fieldOf(type, key);
  return list.kind === 'list' ? { item: list.item, mergeKey: list.mergeKey } : { item: list, mergeKey: undefined };
}

function fieldOf(type: Type, key: string): { readonly type: Type; readonly replace?: boolean } {
  if (type.kind !== 'struct') {
    const opaque = opaqueStructs.get(type.kind);
    if (opaque !== undefined) throw unknownField(opaque, key);
    throw notAStruct(goKindOf(type));
  }
  const field = type.byJson.get(key);
  if (field !== undefined) return field;
  throw unknownField(shortName(type.name), key);
}

/** Kinds that are a Go struct without a field a patch could name. */
const opaqueStructs: ReadonlyMap<string, string> = new Map([
  ['rawExtension', 'RawExtension'],
  ['fieldsV1', 'FieldsV1'],
  ['json', 'JSON'],
]);

function goKindOf(type: Type): string {
  if (type.kind === 'map') return 'map';
  return type.kind === 'list' ? 'slice' : type.kind;
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
