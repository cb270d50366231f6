/** V11, V12, V14: finalizers. */
import type { FieldError } from '../../api/field-error.ts';
import { forbidden, invalid, invalidEach, json } from '../errors.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { goQuote } from '../../api/schema/go-quote.ts';

const standard: readonly string[] = ['foregroundDeletion', 'kubernetes', 'orphan'];

/** V11: the format, for every kind. */
export function validateFinalizers(finalizers: readonly string[], field: string): FieldError[] {
  const errors = finalizers.flatMap((finalizer) => invalidEach(field, finalizer, labelKeyProblems(finalizer)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(field, json(finalizers), 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

/** V12: names without a domain belong to Kubernetes itself. Built-in kinds only. */
export function validateFinalizerNames(finalizers: readonly string[], field: string): FieldError[] {
  return finalizers.flatMap((finalizer, index) =>
    finalizer.includes('/') || standard.includes(finalizer)
      ? []
      : [
          invalid(
            `${field}[${index}]`,
            finalizer,
            'name is neither a standard finalizer name nor is it fully qualified',
          ),
        ],
  );
}

/** V14 */
export function validateNoNewFinalizers(
  next: readonly string[],
  previous: readonly string[],
  field: string,
): FieldError[] {
  const added = [...new Set(next)].filter((finalizer) => !previous.includes(finalizer)).sort();
  if (added.length === 0) return [];
  const list = added.map(goQuote).join(', ');
  return [
    forbidden(
      field,
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  ];
}
