/** Field tracking of create, PUT and the patches that are no apply (M34, M37). */
import { isList, isObject, own, type JsonObject } from '../json/json-object.ts';
import { ListKeyError } from '../typed/list-key.ts';
import { zeroObject } from '../typed/zero.ts';
import { ManagedFieldsError, nobody, parseManagedFields, type ManagedFields } from './managed-fields.ts';
import { entriesOf, uidOf, withManagedFields, withoutManagedFields } from './managed-object.ts';
import { recordUpdate } from './record-update.ts';
import { writeContext, type WriteRequest } from './write-context.ts';

export interface UpdateTracking extends WriteRequest {
  /** What is stored; `undefined` on create. Canonical: fields that are always written are there. */
  readonly liveObject: JsonObject | undefined;
  /** What will be stored, canonical but with `metadata.managedFields` as the client sent it: `[]` asks for a reset. */
  readonly newObject: JsonObject;
}

/**
 * `newObject` with `metadata.managedFields` brought up to date. Never throws: an object whose fields cannot be told
 * apart is stored without any record, as upstream does.
 */
export function updateManagedFields(request: UpdateTracking): JsonObject {
  const { type, liveObject, newObject, manager } = request;
  const context = writeContext(request);
  const bare = withoutManagedFields(newObject);
  const owners = currentOwners(liveObject ?? {}, newObject, context.subresource !== '');
  const isCreate = uidOf(liveObject ?? {}) === '';
  if (owners.size === 0 && !isCreate) return bare;
  const live = liveObject === undefined ? zeroObject(type) : withoutManagedFields(liveObject);
  try {
    return withManagedFields(bare, recordUpdate(context, live, bare, owners, manager));
  } catch (error) {
    if (error instanceof ListKeyError) return bare;
    throw error;
  }
}

/**
 * The record to start from: what the client sent if it makes sense, else what is stored, so that clients which know
 * nothing of managed fields do not delete them. Through a subresource nobody can change the record.
 */
function currentOwners(liveObject: JsonObject, newObject: JsonObject, isSubresource: boolean): ManagedFields {
  const sent = entriesOf(newObject);
  if (!isSubresource) {
    if (isReset(sent)) return nobody;
    const owners = parseOrNobody(sent);
    if (owners.size > 0) return owners;
  }
  return parseOrNobody(entriesOf(liveObject));
}

/** M37: an empty list, or a list of one empty entry. */
function isReset(entries: unknown): boolean {
  if (!isList(entries)) return false;
  const [first] = entries;
  return entries.length === 0 || (entries.length === 1 && isEmptyEntry(first));
}

const isEmptyEntry = (entry: unknown): boolean =>
  isObject(entry) && Object.keys(entry).every((name) => own(entry, name) === null || own(entry, name) === '');

function parseOrNobody(entries: unknown): ManagedFields {
  try {
    return parseManagedFields(entries);
  } catch (error) {
    if (error instanceof ManagedFieldsError) return nobody;
    throw error;
  }
}
