/** Server-side apply (M30 to M33, M37): merge, give up what was left out, see who is hurt, record the owners. */
import { differenceWithChildren, isSubset, sameFields } from '../fields/field-set.ts';
import { jsonEqual } from '../json/json-equal.ts';
import { isObject, type JsonObject } from '../json/json-object.ts';
import { fieldsOf } from '../typed/fields-of.ts';
import { merge } from '../typed/merge.ts';
import { findConflicts, type Conflict } from './conflicts.ts';
import type { ManagedFields, Owner } from './managed-fields.ts';
import { managerKey } from './manager-id.ts';
import { compareTracked, disown, reconcileOwners, withoutIdentity } from './ownership.ts';
import { pruneOmitted } from './prune.ts';
import { managerId, type WriteContext } from './write-context.ts';

export type Applied =
  | { readonly object: JsonObject; readonly owners: ManagedFields }
  | { readonly conflicts: readonly Conflict[] };

/** Applies one configuration. Without `force`, changing what others own ends in conflicts. */
export function applyConfiguration(
  context: WriteContext,
  live: JsonObject,
  applied: JsonObject,
  owners: ManagedFields,
  manager: string,
  force: boolean,
): Applied {
  const { type, resetFields } = context;
  const id = managerId(context, manager, 'Apply');
  const key = managerKey(id);
  const known = reconcileOwners(type, owners, context.servedVersions);
  const last = known.get(key);
  const fields = differenceWithChildren(fieldsOf(type, applied), resetFields);
  const claimed = withOwner(known, key, { id, fields, time: last?.time });
  const merged = merge(type, live, applied);
  const omitsNothing = last === undefined || isSubset(last.fields, fields);
  const result = omitsNothing ? merged : pruneOmitted(type, merged, last.fields, claimed);
  const changes = compareTracked(type, live, result, resetFields);
  const conflicts = force ? [] : findConflicts(claimed, key, changes);
  if (conflicts.length > 0) return { conflicts };
  const object = !isObject(result) || jsonEqual(live, result) ? live : result;
  // A time says when the manager last changed something; applying what is there already changes nothing.
  const time = object === live ? owners.get(key)?.time : context.now;
  const owned = withoutIdentity(fields);
  const owner =
    last !== undefined && sameFields(last.fields, owned) ? { ...last, id, time } : { id, fields: owned, time };
  return { object, owners: settle(disown(claimed, key, changes), key, owner) };
}

function withOwner(owners: ManagedFields, key: string, owner: Owner): ManagedFields {
  return new Map([...owners, [key, owner]]);
}

function settle(owners: ManagedFields, key: string, owner: Owner): ManagedFields {
  if (owner.fields.size > 0) return withOwner(owners, key, owner);
  return new Map([...owners].filter(([other]) => other !== key));
}
