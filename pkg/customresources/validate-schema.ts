/** The schema in a definition: what no schema may say, and what its extensions ask of each other (CRD2). */
import type { FieldError } from '../api/field-error.ts';
import { forbidden, invalid, json, notSupported, required } from '../validation/errors.ts';
import { goQuote } from '../api/schema/go-quote.ts';
import { additionalOf, isSchemas, propertyOf, type Schema, type ValidationRule } from './schema.ts';

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** Where in the definition a schema stands, as far as it changes what it may say. */
interface Place {
  /** Why defaults may not be set here; undefined when they may. */
  readonly noDefaults?: string;
  readonly insideMetadata: boolean;
}

/** Findings about a schema and everything below it, without those of x-kubernetes-validations' expressions. */
export function validateSchema(
  schema: Schema,
  field: string,
  isRoot = true,
  place: Place = { insideMetadata: false },
): FieldError[] {
  const errors = [...ofPlainFields(schema, field, place)];
  if (schema.uniqueItems === true) {
    errors.push(
      forbidden(
        `${field}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  }
  errors.push(...ofAdditional(schema, field, place), ...ofProperties(schema, field, isRoot, place));
  const below = (one: Schema | undefined, at: string): void => {
    if (one !== undefined) errors.push(...validateSchema(one, `${field}.${at}`, false, place));
  };
  below(schema.not, 'not');
  for (const name of ['allOf', 'oneOf', 'anyOf'] as const) {
    for (const [index, one] of (schema[name] ?? []).entries()) below(one, `${name}[${index}]`);
  }
  for (const [name, one] of Object.entries(schema.definitions ?? {})) below(one, `definitions[${name}]`);
  const { items } = schema;
  if (items !== undefined) {
    if (!isSchemas(items)) below(items, 'items');
    else for (const [index, one] of items.entries()) below(one, `items[${index}]`);
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(invalid(`${field}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  return [...errors, ...ofMapType(schema, field), ...ofListType(schema, field), ...ofRules(schema, field)];
}

function ofPlainFields(schema: Schema, field: string, place: Place): FieldError[] {
  const errors: FieldError[] = [];
  const { type = '', items } = schema;
  if (type !== '' && !types.includes(type)) errors.push(notSupported(`${field}.type`, type, types));
  if (schema.default !== undefined && place.noDefaults !== undefined) {
    errors.push(forbidden(`${field}.default`, `must not be set ${place.noDefaults}`));
  }
  const unsupported = (wrong: boolean, name: string): void => {
    if (wrong) errors.push(forbidden(`${field}.${name}`, `${name} is not supported`));
  };
  unsupported((schema.id ?? '') !== '', 'id');
  unsupported(schema.additionalItems !== undefined, 'additionalItems');
  unsupported(Object.keys(schema.patternProperties ?? {}).length > 0, 'patternProperties');
  unsupported(Object.keys(schema.definitions ?? {}).length > 0, 'definitions');
  unsupported(schema.dependencies !== undefined, 'dependencies');
  unsupported(schema.$ref !== undefined, '$ref');
  if (type === 'null') {
    errors.push(forbidden(`${field}.type`, 'type cannot be set to null, use nullable as an alternative'));
  }
  if (items !== undefined && isSchemas(items) && items.length > 0) {
    errors.push(forbidden(`${field}.items`, 'items must be a schema object and not an array'));
  }
  if (place.insideMetadata && schema['x-kubernetes-embedded-resource'] === true) {
    errors.push(forbidden(`${field}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  }
  return errors;
}

function ofAdditional(schema: Schema, field: string, place: Place): FieldError[] {
  const more = schema.additionalProperties;
  if (more === undefined) return [];
  const errors: FieldError[] = [];
  if (Object.keys(schema.properties ?? {}).length > 0 && more !== true) {
    errors.push(forbidden(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  }
  const inner = additionalOf(schema);
  if (inner === undefined) return errors;
  const below = place.insideMetadata
    ? { ...place, noDefaults: 'inside additionalProperties applying to object metadata' }
    : place;
  return [...errors, ...validateSchema(inner, `${field}.additionalProperties`, false, below)];
}

const metaFields: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);

function ofProperties(schema: Schema, field: string, isRoot: boolean, place: Place): FieldError[] {
  return Object.keys(schema.properties ?? {}).flatMap((name) => {
    const property = propertyOf(schema, name);
    if (property === undefined) return [];
    let below = place;
    if ((isRoot || schema['x-kubernetes-embedded-resource'] === true) && metaFields.has(name)) {
      below = { ...place, insideMetadata: true, ...(isRoot ? { noDefaults: `in top-level ${name}` } : {}) };
    }
    return validateSchema(property, `${field}.properties[${name}]`, false, below);
  });
}

function ofMapType(schema: Schema, field: string): FieldError[] {
  const map = schema['x-kubernetes-map-type'];
  if (map === undefined) return [];
  const errors: FieldError[] = [];
  if (schema.type !== 'object') errors.push(needsType(schema, field, 'object', 'x-kubernetes-map-type'));
  if (map !== 'atomic' && map !== 'granular') {
    errors.push(notSupported(`${field}.x-kubernetes-map-type`, map, ['atomic', 'granular']));
  }
  return errors;
}

function needsType({ type = '' }: Schema, field: string, wanted: string, extension: string): FieldError {
  const why = `must be ${wanted} if ${extension} is specified`;
  return type === '' ? required(`${field}.type`, why) : invalid(`${field}.type`, type, why);
}

function ofListType(schema: Schema, field: string): FieldError[] {
  const list = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const items = schema.items === undefined || isSchemas(schema.items) ? undefined : schema.items;
  const errors: FieldError[] = [];
  if (list !== undefined && schema.type !== 'array') {
    errors.push(needsType(schema, field, 'array', 'x-kubernetes-list-type'));
  } else if (list === 'set' && items !== undefined) errors.push(...ofSetItems(items, field));
  if (list !== undefined && !['atomic', 'set', 'map'].includes(list)) {
    errors.push(notSupported(`${field}.x-kubernetes-list-type`, list, ['atomic', 'set', 'map']));
  }
  if (keys.length > 0 && list !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const at = `${field}.x-kubernetes-list-type`;
    errors.push(list === undefined ? required(at, why) : invalid(at, list, why));
  }
  if (list === 'map') errors.push(...ofMapItems(schema, items, keys, field));
  if (list === 'map' || list === 'set') errors.push(...ofNullableItems(items, list, keys, field));
  return errors;
}

function ofSetItems(items: Schema, field: string): FieldError[] {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const list = items['x-kubernetes-list-type'];
  if (items.type === 'array' && list !== undefined && list !== 'atomic') {
    return [invalid(`${field}.items.x-kubernetes-list-type`, json(list), why)];
  }
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    return [invalid(`${field}.items.x-kubernetes-map-type`, json(list), why)];
  }
  return [];
}

function ofMapItems(schema: Schema, items: Schema | undefined, keys: readonly string[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const ofKeys = `${field}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(required(ofKeys, 'must not be empty if x-kubernetes-list-type is map'));
  if (schema.items === undefined) {
    errors.push(required(`${field}.items`, 'must have a schema if x-kubernetes-list-type is map'));
  } else if (items === undefined) {
    errors.push(
      invalid(`${field}.items`, json(schema.items), 'must only have a single schema if x-kubernetes-list-type is map'),
    );
  } else if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    errors.push(invalid(`${field}.items.type`, items.type ?? '', why));
  } else {
    const seen = new Set<string>();
    for (const key of keys) {
      const property = propertyOf(items, key);
      if (property === undefined)
        errors.push(invalid(ofKeys, json(keys), 'entries must all be names of item properties'));
      else if (property.type === 'array' || property.type === 'object') {
        const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
        errors.push(invalid(`${field}.items.properties[${key}].type`, items.type, why));
      }
      if (seen.has(key)) errors.push(invalid(ofKeys, json(keys), 'must not contain duplicate entries'));
      seen.add(key);
    }
  }
  return errors;
}

function ofNullableItems(
  items: Schema | undefined,
  list: string,
  keys: readonly string[],
  field: string,
): FieldError[] {
  if (items === undefined) return [];
  const errors: FieldError[] = [];
  if (items.nullable === true) {
    errors.push(forbidden(`${field}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${list}`));
  }
  if (list !== 'map') return errors;
  for (const key of keys) {
    const property = propertyOf(items, key);
    if (property === undefined) continue;
    const at = `${field}.items.properties[${key}]`;
    if (!(items.required ?? []).includes(key) && property.default === undefined) {
      const why = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      errors.push(required(`${at}.default`, why));
    }
    if (property.nullable === true) {
      errors.push(
        forbidden(`${at}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'),
      );
    }
  }
  return errors;
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasBreak = (text: string): boolean => /[\n\r]/.test(text);

function ofRules(schema: Schema, field: string): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
    ofRule(rule, `${field}.x-kubernetes-validations[${index}]`, schema),
  );
}

function ofRule(rule: ValidationRule, field: string, schema: Schema): FieldError[] {
  const errors: FieldError[] = [];
  const { message = '', messageExpression = '', fieldPath = '', reason } = rule;
  if (rule.rule.trim() === '') errors.push(required(`${field}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '') {
    errors.push(invalid(`${field}.message`, message, 'must be non-empty if specified'));
  } else if (hasBreak(message.trim()))
    errors.push(invalid(`${field}.message`, message, 'must not contain line breaks'));
  else if (hasBreak(rule.rule.trim()) && message.trim() === '') {
    errors.push(required(`${field}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(required(`${field}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    errors.push(notSupported(`${field}.reason`, { shown: goQuote(reason) }, reasons));
  }
  if (fieldPath === '') return errors;
  if (fieldPath.trim() === '') errors.push(invalid(`${field}.fieldPath`, fieldPath, 'must be non-empty if specified'));
  if (hasBreak(fieldPath)) errors.push(invalid(`${field}.fieldPath`, fieldPath, 'must not contain line breaks'));
  if (fieldPathSteps(fieldPath, schema) === undefined) {
    errors.push(invalid(`${field}.fieldPath`, fieldPath, 'must be a valid path'));
  }
  return errors;
}

/** `.spec.list[0]['a key']` step by step, if the schema knows each; undefined otherwise. */
export function fieldPathSteps(path: string, schema: Schema): readonly string[] | undefined {
  const steps: string[] = [];
  let rest = path;
  let at: Schema | undefined = schema;
  while (rest !== '') {
    const found: RegExpExecArray | null = /^(?:\.([A-Za-z_][\w-]*)|\['((?:\\.|[^'\\])*)'\])/.exec(rest);
    if (found === null) return undefined;
    const name = (found[1] ?? found[2] ?? '').replaceAll(/\\(.)/g, '$1');
    at = propertyOf(at, name) ?? additionalOf(at);
    if (at === undefined) return undefined;
    steps.push(name);
    rest = rest.slice(found[0].length);
  }
  return steps.length === 0 ? undefined : steps;
}
