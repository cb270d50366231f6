/**
 * Moving from client-side to server-side apply with kubectl. Client-side apply leaves what it applied in an annotation;
 * fields that still are as that annotation says may be taken over by the manager `kubectl` without force, and the
 * annotation is kept up to date, so that the way back stays open.
 */
import type { Type } from '../../api/schema/types.ts';
import { difference, type FieldSet } from '../fields/field-set.ts';
import { goJson, utf8Length } from '../json/go-json.ts';
import { isObject, objectAt, own, stringAt, withKey, withoutKey, type JsonObject } from '../json/json-object.ts';
import { compare } from '../typed/compare.ts';
import { fieldsOf } from '../typed/fields-of.ts';
import { validate } from '../typed/validate.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The only manager this applies to. */
export const clientSideManager = 'kubectl';

/** What the annotation on `live` still describes truly; `undefined` when there is none that can be used. */
export function lastAppliedFields(
  type: Type,
  live: JsonObject,
  apiVersion: string,
  kind: string,
): FieldSet | undefined {
  const applied = parseObject(lastApplied(live));
  if (applied === undefined) return undefined;
  if (stringAt(applied, 'apiVersion') !== apiVersion || stringAt(applied, 'kind') !== kind) return undefined;
  if (validate(type, live).length > 0 || validate(type, applied).length > 0) return undefined;
  const { added, modified, removed } = compare(type, applied, live);
  return [modified, added, removed].reduce(difference, fieldsOf(type, applied));
}

const lastApplied = (object: JsonObject): string => stringAt(annotationsOf(object), annotation);

const annotationsOf = (object: JsonObject): JsonObject => objectAt(objectAt(object, 'metadata'), 'annotations');

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `object` with its annotation, if it has one, saying what `applied` says. */
export function refreshLastApplied(object: JsonObject, applied: JsonObject): JsonObject {
  if (lastApplied(object) === '') return object;
  const annotations = withKey(annotationsOf(object), annotation, `${goJson(withoutAnnotation(applied))}\n`);
  const fitting = isTooLarge(annotations) ? withoutKey(annotations, annotation) : annotations;
  return withKey(object, 'metadata', withKey(objectAt(object, 'metadata'), 'annotations', fitting));
}

function withoutAnnotation(applied: JsonObject): JsonObject {
  const metadata = objectAt(applied, 'metadata');
  const annotations = own(metadata, 'annotations');
  if (!isObject(annotations)) return applied;
  return withKey(applied, 'metadata', withKey(metadata, 'annotations', withoutKey(annotations, annotation)));
}

/** S22. */
function isTooLarge(annotations: JsonObject): boolean {
  const sizes = Object.keys(annotations).map((key) => utf8Length(key) + utf8Length(stringAt(annotations, key)));
  return sizes.reduce((total, size) => total + size, 0) > 256 * 1024;
}
