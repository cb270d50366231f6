/** The words of strategic merge patch (M21) and what they do to a value that is taken over from the patch. */
import { isList, isObject, own, put, type JsonObject } from '../json/json-object.ts';

export const directive = '$patch';
export const retainKeys = '$retainKeys';
export const deleteFromPrimitiveList = '$deleteFromPrimitiveList';
export const setElementOrder = '$setElementOrder';

/** Marks a value that the patch spends on a directive and that leaves nothing behind. */
export const nothing: unique symbol = Symbol('nothing');

/** The value without null members of objects, at any depth. Null elements of lists stay. */
export function withoutNulls(value: unknown): unknown {
  if (isList(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== null) put(kept, key, withoutNulls(value[key]));
  }
  return kept;
}

/** A patch after it was merged: where the live object had nothing, upstream has taken the nulls out of it. */
export function withoutUnmatchedNulls(patch: unknown, live: unknown): unknown {
  if (!isObject(patch)) return patch;
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    const counterpart = isObject(live) ? own(live, key) : undefined;
    const goesIn = isObject(value) && !isObject(counterpart);
    put(kept, key, goesIn ? withoutNulls(value) : withoutUnmatchedNulls(value, counterpart));
  }
  return kept;
}

/** The value without objects that carry `$patch`; `nothing` when it is one itself. */
export function withoutDirectives(value: unknown): unknown {
  if (isList(value)) return value.map(withoutDirectives).filter((item) => item !== nothing);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, directive)) return nothing;
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = withoutDirectives(value[key]);
    if (member !== nothing) put(kept, key, member);
  }
  return kept;
}

/** Whether a list element says `{"$patch": "delete"}`. */
export const isDeletion = (item: JsonObject): boolean => own(item, directive) === 'delete';
