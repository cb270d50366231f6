/** M32: a field the applier had applied and left out this time goes away, unless somebody else owns it too. */
import type { Type } from '../../api/schema/types.ts';
import { difference, intersection, union, type FieldSet } from '../fields/field-set.ts';
import { fieldsOf } from '../typed/fields-of.ts';
import { withNamedFields } from '../typed/named-fields.ts';
import { removeFields } from '../typed/remove.ts';
import type { ManagedFields } from './managed-fields.ts';
import { ownedByAnybody } from './ownership.ts';

/**
 * `merged` without what the applier gave up. `last` is what it owned before; `owners` are all there are now, the
 * applier with what it owns now among them.
 *
 * 1. Take everything in `last` out.
 * 2. Put back what that took along but somebody owns.
 * 3. Put back what nobody owned, if it was not the applier's: of the rest, only `last` may really go.
 */
export function pruneOmitted(type: Type, merged: unknown, last: FieldSet, owners: ManagedFields): unknown {
  const named = (fields: FieldSet): FieldSet => withNamedFields(type, fields);
  const everything = named(fieldsOf(type, merged));
  const bare = removeFields(type, merged, named(last));
  const kept = union(named(fieldsOf(type, bare)), named(ownedByAnybody(owners)));
  const withOwned = removeFields(type, merged, difference(everything, kept));
  const gone = difference(everything, named(fieldsOf(type, withOwned)));
  return removeFields(type, merged, intersection(gone, named(last)));
}
