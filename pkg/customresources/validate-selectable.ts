/** Fields by which lists and watches may be narrowed. */
import type { FieldError } from '../api/field-error.ts';
import { duplicate, invalid, required, tooMany } from '../validation/errors.ts';
import { propertyOf, type Schema } from './schema.ts';
import { fieldPathSteps } from './validate-schema.ts';

const maxSelectable = 8;

/** Each must lead to a plain field of the schema, no two to the same. */
export function validateSelectable(
  fields: readonly { readonly jsonPath: string }[],
  root: Schema,
  field: string,
): FieldError[] {
  const seen = new Set<string>();
  const errors = fields.flatMap(({ jsonPath }, index): FieldError[] => {
    const at = `${field}[${index}].jsonPath`;
    if (jsonPath === '') return [required(at)];
    const steps = fieldPathSteps(jsonPath, root);
    if (steps === undefined) {
      return [invalid(at, jsonPath, 'is an invalid path: does not refer to a valid field')];
    }
    const found: FieldError[] = [];
    if (steps[0] === 'metadata') found.push(invalid(at, jsonPath, 'must not point to fields in metadata'));
    const type = steps.reduce<Schema | undefined>((schema, step) => propertyOf(schema, step), root)?.type;
    if (!['string', 'boolean', 'integer'].includes(type ?? '')) {
      found.push(
        invalid(
          at,
          jsonPath,
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        ),
      );
    }
    if (seen.has(steps.join('.'))) found.push(duplicate(at, jsonPath));
    seen.add(steps.join('.'));
    return found;
  });
  return seen.size > maxSelectable ? [...errors, tooMany(field, seen.size, maxSelectable)] : errors;
}
