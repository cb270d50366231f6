/** C4: a write that only moves a manager's time writes nothing. */
import { jsonEqual } from '../json/json-equal.ts';
import { isList, isObject, objectAt, withKey, withoutKey, type JsonObject } from '../json/json-object.ts';
import { entriesOf, withoutManagedFields } from './managed-object.ts';

/**
 * `changed`, or with the times of `live` when nothing else differs. Both have to be canonical, and `changed` must not
 * have a resource version of its own.
 */
export function keepTimestampsIfUnchanged(live: JsonObject, changed: JsonObject): JsonObject {
  const [before, after] = [entriesOf(live), entriesOf(changed)];
  if (!isList(before) || !isList(after) || before.length === 0 || before.length !== after.length) return changed;
  if (!before.every((entry, index) => jsonEqual(withoutTime(entry), withoutTime(after[index])))) return changed;
  if (jsonEqual(before, after)) return changed;
  if (!jsonEqual(withoutManagedFields(live), withoutManagedFields(changed))) return changed;
  return withKey(changed, 'metadata', withKey(objectAt(changed, 'metadata'), 'managedFields', before));
}

const withoutTime = (entry: unknown): unknown => (isObject(entry) ? withoutKey(entry, 'time') : entry);
