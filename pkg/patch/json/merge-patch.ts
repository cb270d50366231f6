/** JSON merge patch (RFC 7386) as kube-apiserver applies it. */
import { badRequest } from '../../api/status.ts';
import { goKind } from './json-patch-operation.ts';
import { isList, isObject, own, put, type JsonObject } from './json-object.ts';

/** The document with the patch merged in. Throws 400 when the patch is no object. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (!isObject(patch)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`,
    );
  }
  return isObject(document) ? mergeObjects(document, patch) : withoutNulls(patch);
}

function mergeObjects(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, unknown> = {};
  for (const key of Object.keys(target)) {
    if (own(patch, key) !== null) put(merged, key, target[key]);
  }
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value !== null) put(merged, key, mergeValues(own(target, key), value));
  }
  return merged;
}

function mergeValues(target: unknown, patch: unknown): unknown {
  if (isObject(target) && isObject(patch)) return mergeObjects(target, patch);
  // A list that replaces an object is taken as it is; one that is new loses the nulls inside its objects. The RFC
  // knows no such difference, the server makes it.
  return isObject(target) ? patch : withoutNulls(patch);
}

/** Drops null members of objects at any depth; null elements of lists stay. */
function withoutNulls(value: unknown): unknown {
  if (isList(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== null) put(kept, key, withoutNulls(value[key]));
  }
  return kept;
}
