/** Who owns what after an object changed (M32 to M34), as pure arithmetic of field sets. */
import type { Type } from '../../api/schema/types.ts';
import {
  difference,
  differenceWithChildren,
  fieldSet,
  intersection,
  noFields,
  union,
  type FieldSet,
} from '../fields/field-set.ts';
import { compare, type Comparison } from '../typed/compare.ts';
import { reconcileFields } from '../typed/reconcile.ts';
import type { ManagedFields, Owner } from './managed-fields.ts';

/** What nobody owns (M36). */
const identityFields = fieldSet(
  ['apiVersion'],
  ['kind'],
  ['metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => ['metadata', name]),
);

export const withoutIdentity = (fields: FieldSet): FieldSet => difference(fields, identityFields);

/** What differs, without the fields this endpoint resets (M38). */
export function compareTracked(type: Type, live: unknown, changed: unknown, reset: FieldSet): Comparison {
  const { added, modified, removed } = compare(type, live, changed);
  return {
    added: differenceWithChildren(added, reset),
    modified: differenceWithChildren(modified, reset),
    removed: differenceWithChildren(removed, reset),
  };
}

/** The owners whose version is served, with their sets in terms of today's schema. Others are forgotten (M39). */
export function reconcileOwners(type: Type, owners: ManagedFields, servedVersions: ReadonlySet<string>): ManagedFields {
  const kept = new Map<string, Owner>();
  for (const [key, owner] of owners) {
    if (!servedVersions.has(owner.id.apiVersion)) continue;
    const fields = reconcileFields(type, owner.fields);
    kept.set(key, fields === owner.fields ? owner : { ...owner, fields });
  }
  return kept;
}

/** What a change takes from `owner`: fields of theirs that were set to something else. */
export const takenFrom = (owner: Owner, { added, modified }: Comparison): FieldSet =>
  intersection(owner.fields, union(modified, added));

/** Everybody but `except` loses what changed hands or is gone; who owns nothing any more is forgotten. */
export function disown(owners: ManagedFields, except: string, changes: Comparison): ManagedFields {
  const { added, modified, removed } = changes;
  const remaining = new Map<string, Owner>();
  for (const [key, owner] of owners) {
    const fields = key === except ? owner.fields : without(owner.fields, modified, added, removed);
    if (fields.size > 0) remaining.set(key, fields === owner.fields ? owner : { ...owner, fields });
  }
  return remaining;
}

const without = (fields: FieldSet, ...taken: readonly FieldSet[]): FieldSet => taken.reduce(difference, fields);

/** All fields anybody owns. */
export function ownedByAnybody(owners: ManagedFields): FieldSet {
  let owned = noFields;
  for (const { fields } of owners.values()) owned = union(owned, fields);
  return owned;
}
