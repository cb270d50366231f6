/** JSON patch, merge patch, strategic merge patch and server-side apply with managed fields; pure. */
export { applyJsonPatch, maxCopiedBytes, maxJsonPatchOperations } from './json/json-patch.ts';
export { unknownJsonPatchFields } from './json/json-patch-operation.ts';
export { printValue as printGoValue } from './json/go-print.ts';
export { sortTouched } from './json/sort-touched.ts';
export { goJsonInOrder } from './json/go-json.ts';
export { applyMergePatch } from './json/merge-patch.ts';
export { fromUnstructured } from './strategic/from-unstructured.ts';
export { withoutUnmatchedNulls } from './strategic/directives.ts';
export { applyStrategicMergePatch } from './strategic/strategic-merge.ts';

export {
  difference,
  differenceWithChildren,
  fieldSet,
  intersection,
  isSubset,
  noFields,
  sameFields,
  union,
  type FieldNode,
  type FieldSet,
} from './fields/field-set.ts';
export { fieldPaths } from './fields/field-paths.ts';
export { formatFieldsV1, parseFieldsV1 } from './fields/fields-v1.ts';
export { compare, type Comparison } from './typed/compare.ts';
export { fieldsOf } from './typed/fields-of.ts';

export { applyServerSide, type ApplyRequest, type ApplyResult } from './managed/apply-server-side.ts';
export { conflictError, type Conflict } from './managed/conflicts.ts';
export { keepTimestampsIfUnchanged } from './managed/keep-timestamps.ts';
export type { ManagerId, Operation } from './managed/manager-id.ts';
export { customResetFields, resetFieldsOf } from './managed/reset-fields.ts';
export { updateManagedFields, type UpdateTracking } from './managed/update-managed-fields.ts';
export type { WriteRequest } from './managed/write-context.ts';
