/** Whether a schema is structural: every value has a type of its own, alternatives only narrow it (CRD2). */
import type { FieldError } from '../api/field-error.ts';
import { regexpOf, RegexpSyntaxError } from '../regexp/index.ts';
import { forbidden, invalid, required } from '../validation/errors.ts';
import { additionalOf, isSchemas, itemsOf, propertyOf, type Schema } from './schema.ts';

type Level = 'root' | 'item' | 'field';

/** Findings sorted by their text, as upstream shows them. */
export function validateStructural(schema: Schema, field: string): FieldError[] {
  const errors = [...invariants(schema, 'root', field), ...completeness(schema, field)];
  const text = (error: FieldError): string => `${error.field}: ${error.message}`;
  return errors.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

/** What keeps a schema from being read as structural at all; the other rules say more about most of it. */
export function unsupportedField(schema: Schema): string | undefined {
  if (schema.id !== undefined) return "OpenAPIV3Schema 'id' is not supported";
  if (schema.$schema !== undefined) return "OpenAPIV3Schema 'schema' is not supported";
  if (schema.$ref !== undefined && schema.$ref !== '') return "OpenAPIV3Schema '$ref' is not supported";
  if (Object.keys(schema.patternProperties ?? {}).length > 0)
    return "OpenAPIV3Schema 'patternProperties' is not supported";
  if (Object.keys(schema.dependencies ?? {}).length > 0) return "OpenAPIV3Schema 'dependencies' is not supported";
  if (schema.additionalItems !== undefined) return "OpenAPIV3Schema 'additionalItems' is not supported";
  if (Object.keys(schema.definitions ?? {}).length > 0) return "OpenAPIV3Schema 'definitions' is not supported";
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  if (schema.items !== undefined && isSchemas(schema.items)) {
    return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  }
  return undefined;
}

function invariants(schema: Schema | undefined, level: Level, field: string): FieldError[] {
  if (schema === undefined) return [];
  const errors: FieldError[] = [];
  const type = schema.type ?? '';
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  const items = itemsOf(schema);
  if (type === 'array' && items === undefined) errors.push(required(`${field}.items`, 'must be specified'));
  errors.push(...invariants(items, 'item', `${field}.items`));
  for (const name of Object.keys(schema.properties ?? {})) {
    errors.push(...invariants(propertyOf(schema, name), 'field', `${field}.properties[${name}]`));
  }
  if (schema.additionalProperties !== undefined) {
    if (level === 'root') errors.push(forbidden(`${field}.additionalProperties`, 'must not be used at the root'));
    errors.push(...invariants(additionalOf(schema), 'field', `${field}.additionalProperties`));
  }
  const notWith = 'must be false if x-kubernetes-int-or-string is true';
  if (intOrString && keepsUnknown) errors.push(invalid(`${field}.x-kubernetes-preserve-unknown-fields`, true, notWith));
  if (intOrString && isEmbedded) errors.push(invalid(`${field}.x-kubernetes-embedded-resource`, true, notWith));
  errors.push(...ofValue(schema, isIntOrString(schema.anyOf), isIntOrString(schema.allOf?.[0]?.anyOf), field));
  errors.push(...ofType(schema, level, field));
  if (isEmbedded && schema.additionalProperties !== undefined) {
    errors.push(
      forbidden(`${field}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'),
    );
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalid(`${field}.type`, type, 'must be object at the root'));
  }
  errors.push(...ofMetaFields(schema, level, field));
  if (isEmbedded && !keepsUnknown && Object.keys(schema.properties ?? {}).length === 0) {
    errors.push(
      required(
        `${field}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  }
  return errors;
}

const emptyType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function ofType(schema: Schema, level: Level, field: string): FieldError[] {
  const type = schema.type ?? '';
  if (schema['x-kubernetes-embedded-resource'] === true && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    return [type === '' ? required(`${field}.type`, why) : invalid(`${field}.type`, type, why)];
  }
  const free = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  return type === '' && !free ? [required(`${field}.type`, emptyType[level])] : [];
}

function ofMetaFields(schema: Schema, level: Level, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const checked = level === 'root' || schema['x-kubernetes-embedded-resource'] === true;
  for (const name of ['kind', 'apiVersion']) {
    const property = propertyOf(schema, name);
    if (property === undefined || !checked || property.type === 'string') continue;
    errors.push(invalid(`${field}.properties[${name}].type`, property.type ?? '', 'must be string'));
  }
  const metadata = propertyOf(schema, 'metadata');
  if (metadata === undefined) return errors;
  const at = `${field}.properties[metadata]`;
  if (checked && metadata.type !== 'object') errors.push(invalid(`${at}.type`, metadata.type ?? '', 'must be object'));
  if (level === 'root' && !saysOnlyNames(metadata)) {
    errors.push(
      forbidden(at, 'must not specify anything other than name and generateName, but metadata is implicitly specified'),
    );
  }
  return errors;
}

function saysOnlyNames({ type: _type, default: _default, properties, ...rest }: Schema): boolean {
  const names = Object.keys(properties ?? {});
  return names.every((name) => name === 'name' || name === 'generateName') && Object.keys(rest).length === 0;
}

function isIntOrString(anyOf: readonly Schema[] | undefined): boolean {
  if (anyOf?.length !== 2) return false;
  return JSON.stringify(anyOf) === '[{"type":"integer"},{"type":"string"}]';
}

function ofValue(schema: Schema, skipAnyOf: boolean, skipFirstAllOf: boolean, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!skipAnyOf) {
    for (const [index, one] of (schema.anyOf ?? []).entries())
      errors.push(...nested(one, false, `${field}.anyOf[${index}]`));
  }
  for (const [index, one] of (schema.allOf ?? []).entries()) {
    errors.push(...nested(one, skipFirstAllOf && index === 0, `${field}.allOf[${index}]`));
  }
  for (const [index, one] of (schema.oneOf ?? []).entries())
    errors.push(...nested(one, false, `${field}.oneOf[${index}]`));
  errors.push(...nested(schema.not, false, `${field}.not`));
  if (schema.pattern !== undefined && schema.pattern !== '') {
    const why = patternProblem(schema.pattern);
    if (why !== undefined) errors.push(invalid(`${field}.pattern`, schema.pattern, why));
  }
  return errors;
}

function patternProblem(pattern: string): string | undefined {
  try {
    regexpOf(pattern);
    return undefined;
  } catch (error) {
    if (!(error instanceof RegexpSyntaxError)) throw error;
    return `must be a valid regular expression, but isn't: error parsing regexp: ${error.message}`;
  }
}

/** Inside of alternatives nothing may be declared that is not declared outside. */
function nested(schema: Schema | undefined, skipAnyOf: boolean, field: string): FieldError[] {
  if (schema === undefined) return [];
  const errors = ofValue(schema, skipAnyOf, false, field);
  errors.push(...nested(itemsOf(schema), false, `${field}.items`));
  for (const name of Object.keys(schema.properties ?? {})) {
    errors.push(...nested(propertyOf(schema, name), false, `${field}.properties[${name}]`));
  }
  const refuse = (wrong: boolean, name: string, why: string): void => {
    if (wrong) errors.push(forbidden(`${field}.${name}`, `must be ${why} to be structural`));
  };
  refuse((schema.type ?? '') !== '', 'type', 'empty');
  const more = schema.additionalProperties;
  refuse(more !== undefined && more !== false, 'additionalProperties', 'undefined');
  refuse(schema.default !== undefined, 'default', 'undefined');
  refuse((schema.title ?? '') !== '', 'title', 'empty');
  refuse((schema.description ?? '') !== '', 'description', 'empty');
  refuse(schema.nullable === true, 'nullable', 'false');
  refuse(schema['x-kubernetes-preserve-unknown-fields'] === true, 'x-kubernetes-preserve-unknown-fields', 'false');
  refuse(schema['x-kubernetes-embedded-resource'] === true, 'x-kubernetes-embedded-resource', 'false');
  refuse(schema['x-kubernetes-int-or-string'] === true, 'x-kubernetes-int-or-string', 'false');
  refuse((schema['x-kubernetes-list-map-keys'] ?? []).length > 0, 'x-kubernetes-list-map-keys', 'empty');
  refuse(schema['x-kubernetes-list-type'] !== undefined, 'x-kubernetes-list-type', 'undefined');
  refuse(schema['x-kubernetes-map-type'] !== undefined, 'x-kubernetes-map-type', 'undefined');
  refuse((schema['x-kubernetes-validations'] ?? []).length > 0, 'x-kubernetes-validations', 'empty');
  if (propertyOf(schema, 'metadata') !== undefined) {
    errors.push(forbidden(`${field}.properties[metadata]`, 'must not be specified in a nested context'));
  }
  return errors;
}

/** What the alternatives of the root speak of must be declared outside of them. Upstream looks no deeper. */
const completeness = (schema: Schema, field: string): FieldError[] => ofAlternatives(schema, schema, field, field);

function ofAlternatives(part: Schema, outside: Schema, field: string, outer: string): FieldError[] {
  const errors = complete(part.not, outside, `${field}.not`, outer);
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const) {
    for (const [index, one] of (part[name] ?? []).entries()) {
      errors.push(...complete(one, outside, `${field}.${name}[${index}]`, outer));
    }
  }
  return errors;
}

function complete(part: Schema | undefined, outside: Schema | undefined, field: string, outer: string): FieldError[] {
  if (part === undefined) return [];
  if (outside === undefined) return [required(outer, `because it is defined in ${field}`)];
  return [
    ...ofAlternatives(part, outside, field, outer),
    ...complete(itemsOf(part), itemsOf(outside), `${field}.items`, `${outer}.items`),
    ...Object.keys(part.properties ?? {}).flatMap((name) =>
      complete(
        propertyOf(part, name),
        propertyOf(outside, name),
        `${field}.properties[${name}]`,
        `${outer}.properties[${name}]`,
      ),
    ),
  ];
}
