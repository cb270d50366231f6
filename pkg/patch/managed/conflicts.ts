/** M33: what an apply may not change without force, and how it is told. */
import { failure, type StatusError } from '../../api/status.ts';
import { difference, type FieldSet } from '../fields/field-set.ts';
import { fieldPaths } from '../fields/field-paths.ts';
import { compareBytes } from '../json/byte-order.ts';
import type { Comparison } from '../typed/compare.ts';
import type { ManagedFields } from './managed-fields.ts';
import { managerKey, printManager, type ManagerId } from './manager-id.ts';
import { takenFrom } from './ownership.ts';

export interface Conflict {
  readonly owner: ManagerId;
  /** Never empty. */
  readonly fields: FieldSet;
}

/** The owners other than `applier` who would lose fields to these changes, sorted by identity. */
export function findConflicts(owners: ManagedFields, applier: string, changes: Comparison): readonly Conflict[] {
  return [...owners]
    .filter(([key]) => key !== applier)
    .map(([, owner]) => ({ owner: owner.id, fields: takenFrom(owner, changes) }))
    .filter(({ fields }) => fields.size > 0)
    .sort((left, right) => compareBytes(managerKey(left.owner), managerKey(right.owner)));
}

/** What is left of the conflicts when changing `allowed` is no offence. */
export const conflictsBeyond = (conflicts: readonly Conflict[], allowed: FieldSet): readonly Conflict[] =>
  conflicts
    .map(({ owner, fields }) => ({ owner, fields: difference(fields, allowed) }))
    .filter(({ fields }) => fields.size > 0);

/** The 409 of a refused apply; kubectl prints its advice from reason and causes. */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const rows = conflicts.map(({ owner, fields }) => ({ owner: printManager(owner), paths: fieldPaths(fields) }));
  const causes = rows.flatMap(({ owner, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${owner}`, field })),
  );
  const [only] = causes;
  const message =
    causes.length === 1 && only !== undefined
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${rows.map(printRow).join('\n')}`;
  return failure(409, 'Conflict', message, { causes });
}

const printRow = ({ owner, paths }: { readonly owner: string; readonly paths: readonly string[] }): string =>
  [`conflicts with ${owner}:`, ...paths.map((path) => `- ${path}`)].join('\n');
