import { isObject, objectAt, own, stringAt, withKey, withoutKey, type JsonObject } from '../json/json-object.ts';
import { formatManagedFields, type ManagedFields } from './managed-fields.ts';

/** `metadata.managedFields` as it stands, or `undefined`. */
export const entriesOf = (object: JsonObject): unknown => own(objectAt(object, 'metadata'), 'managedFields');

export const uidOf = (object: JsonObject): string => stringAt(objectAt(object, 'metadata'), 'uid');

/** The object with these owners and no others. */
export function withManagedFields(object: JsonObject, owners: ManagedFields): JsonObject {
  const entries = formatManagedFields(owners);
  const metadata = own(object, 'metadata');
  if (entries === undefined) return withoutManagedFields(object);
  return withKey(object, 'metadata', withKey(isObject(metadata) ? metadata : {}, 'managedFields', entries));
}

/** The object as if nobody had ever been recorded. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = own(object, 'metadata');
  if (!isObject(metadata) || !Object.hasOwn(metadata, 'managedFields')) return object;
  return withKey(object, 'metadata', withoutKey(metadata, 'managedFields'));
}
