/** The whole schema of a version: its form, its defaults, its rules. */
import type { FieldError } from '../api/field-error.ts';
import { forbidden, invalid, json } from '../validation/errors.ts';
import { schemasIn, type Schema } from './schema.ts';
import { unsupportedField, validateStructural } from './structural.ts';
import { validateDefaults } from './validate-defaults.ts';
import { validateSchema } from './validate-schema.ts';

/** Judges the expressions of x-kubernetes-validations, once the schema around them is sound. */
export type ExpressionCheck = (schema: Schema, field: string, old: Schema | undefined) => FieldError[];

/** What may stand at the root beside a status subresource; upstream lists the names of its own fields. */
const rootFields =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern ' +
  'MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields ' +
  'XValidations';
const allowedAtRoot = new Set([
  ...rootFields.split(' ').map((name) => name.charAt(0).toLowerCase() + name.slice(1)),
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
]);

/** `old`: the schema that stood before, whose rules need not be judged again. */
export function validateRoot(
  schema: Schema,
  hasStatus: boolean,
  field: string,
  checkExpressions: ExpressionCheck,
  old: Schema | undefined,
): FieldError[] {
  const at = `${field}.openAPIV3Schema`;
  const errors: FieldError[] = [];
  if (hasStatus) {
    const other = Object.keys(schema).find((name) => !allowedAtRoot.has(name));
    if ((schema.type ?? 'object') !== 'object') {
      const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      errors.push(invalid(`${at}.type`, schema.type ?? '', why));
    } else if (other !== undefined) {
      const why = `only [${rootFields}] fields are allowed at the root of the schema if the status subresource is enabled`;
      errors.push(invalid(at, json(schema), why));
    }
  }
  if (schema.nullable === true) errors.push(forbidden(`${at}.nullable`, 'nullable cannot be true at the root'));
  const unreadable = schemasIn(schema)
    .map(unsupportedField)
    .find((why) => why !== undefined);
  let sound = false;
  if (unreadable === undefined) {
    const structural = validateStructural(schema, at);
    const defaults =
      structural.length > 0 ? [] : validateDefaults({ ...schema, 'x-kubernetes-embedded-resource': true }, at);
    errors.push(...structural, ...defaults);
    sound = structural.length === 0 && defaults.length === 0;
  }
  const inside = validateSchema(schema, at);
  errors.push(...inside);
  if (errors.length === 0 && unreadable !== undefined) errors.push(invalid(at, '', unreadable));
  if (sound && inside.length === 0) errors.push(...checkExpressions(schema, at, old));
  return errors;
}
