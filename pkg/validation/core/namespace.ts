/** Namespace, its status and its finalizers. */
import type { FieldError } from '../../api/field-error.ts';
import type { Namespace } from '../../api/types.ts';
import { invalid, invalidEach, json } from '../errors.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { validateFinalizerNames } from '../metadata/finalizers.ts';
import { labelName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

const finalizersField = 'spec.finalizers';

/** Format and ownership of one entry. */
function validateFinalizer(finalizer: string, field: string): FieldError[] {
  const named = validateFinalizerNames([finalizer], field).map((error) => ({ ...error, field }));
  return [...invalidEach(field, finalizer, labelKeyProblems(finalizer)), ...named];
}

export const validateNamespace = (namespace: Namespace): FieldError[] => [
  ...validateObjectMeta(namespace.metadata, false, labelName),
  ...(namespace.spec?.finalizers ?? []).flatMap((finalizer) => validateFinalizer(finalizer, finalizersField)),
];

export const validateNamespaceUpdate = (next: Namespace, previous: Namespace): FieldError[] => [
  ...validateNamespace(next),
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
];

/** The phase follows from the deletion timestamp. */
export function validateNamespaceStatusUpdate(next: Namespace, previous: Namespace): FieldError[] {
  const deleting = next.metadata.deletionTimestamp !== undefined;
  const expected = deleting ? 'Terminating' : 'Active';
  const phase = next.status?.phase ?? '';
  const detail = `may only be '${expected}' if \`deletionTimestamp\` is ${deleting ? 'not ' : ''}empty`;
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...(phase === expected ? [] : [invalid('status.Phase', json(phase), detail)]),
  ];
}

/** A write to `…/finalize`. */
export const validateNamespaceFinalize = (next: Namespace, previous: Namespace): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...(next.spec?.finalizers ?? []).flatMap((finalizer, index) =>
    validateFinalizer(finalizer, `${finalizersField}[${index}]`),
  ),
];
