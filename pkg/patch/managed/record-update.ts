/** M34, M37: what a write that is no apply does to the owners. */
import { union, type FieldSet } from '../fields/field-set.ts';
import { capUpdateManagers } from './ancient-changes.ts';
import type { ManagedFields, Owner } from './managed-fields.ts';
import { managerKey } from './manager-id.ts';
import { compareTracked, disown, reconcileOwners, withoutIdentity } from './ownership.ts';
import { managerId, type WriteContext } from './write-context.ts';

/**
 * The owners after `live` became `changed`. The writer gets what it added or changed, everybody else loses that, and
 * what is gone is gone for all. The writer's time moves only if it got something.
 */
export function recordUpdate(
  context: WriteContext,
  live: unknown,
  changed: unknown,
  owners: ManagedFields,
  manager: string,
): ManagedFields {
  const { type, resetFields } = context;
  const known = reconcileOwners(type, owners, context.servedVersions);
  const changes = compareTracked(type, live, changed, resetFields);
  const remaining = disown(known, '', changes);
  const gained = withoutIdentity(union(changes.modified, changes.added));
  return capUpdateManagers(gained.size === 0 ? remaining : credit(context, remaining, gained, manager));
}

function credit(context: WriteContext, owners: ManagedFields, gained: FieldSet, manager: string): ManagedFields {
  const id = managerId(context, manager, 'Update');
  const key = managerKey(id);
  const previous = owners.get(key);
  const owner: Owner = {
    id,
    fields: previous === undefined ? gained : union(gained, previous.fields),
    time: context.now,
  };
  return new Map([...owners, [key, owner]]);
}
