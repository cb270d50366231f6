/** A default has to be a value that its own schema accepts, with nothing in it that would be pruned (CRD2). */
import type { FieldError } from '../api/field-error.ts';
import { DecodeError } from '../api/schema/index.ts';
import { jsonEqual } from '../patch/json/json-equal.ts';
import { invalid, json } from '../validation/errors.ts';
import { coerceObject } from './coerce.ts';
import { validateEmbedded } from './embedded.ts';
import { isObject, itemsOf, propertyOf, type Schema } from './schema.ts';
import { shown, validateValue } from './validate-value.ts';

export function validateDefaults(schema: Schema, field: string, insideMetadata = false): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${field}.default`;
  const initial = schema.default;
  if (initial !== undefined) {
    if (!insideMetadata && !jsonEqual(prunedDefault(initial, schema), initial)) {
      errors.push(invalid(at, bad(initial), 'must not have unknown fields'));
    }
    const embedded = insideMetadata ? [] : validateEmbedded(schema, initial, at);
    errors.push(...(embedded.length > 0 ? embedded : validateValue(schema, initial, at)));
  }
  const items = itemsOf(schema);
  if (items !== undefined) errors.push(...validateDefaults(items, `${field}.items`, insideMetadata));
  for (const name of Object.keys(schema.properties ?? {})) {
    const property = propertyOf(schema, name);
    if (property === undefined) continue;
    const meta = schema['x-kubernetes-embedded-resource'] === true && ['metadata', 'apiVersion', 'kind'].includes(name);
    errors.push(...validateDefaults(property, `${field}.properties[${name}]`, insideMetadata || meta));
  }
  return errors;
}

const bad = (value: unknown): ReturnType<typeof shown> => (typeof value === 'object' ? json(value) : shown(value));

function prunedDefault(value: unknown, schema: Schema): unknown {
  try {
    const wrapper: Schema = { type: 'object', properties: { value: { ...schema, nullable: true } } };
    const { object } = coerceObject(wrapper, { value: structuredClone(value) }, { preserve: false, report: false });
    return isObject(object) ? object['value'] : value;
  } catch (error) {
    if (error instanceof DecodeError) return value;
    throw error;
  }
}
