/**
 * A value against its schema, found wrong in upstream's words and order (CR1). On update what did not change is not
 * judged again: an object that was stored under a laxer schema can still be edited elsewhere.
 */
import type { FieldError } from '../api/field-error.ts';
import { goQuote } from '../api/schema/go-quote.ts';
import { printGoValue } from '../patch/index.ts';
import { jsonEqual } from '../patch/json/json-equal.ts';
import { regexpOf, RegexpSyntaxError } from '../regexp/index.ts';
import { invalid, json, notSupported, required, tooLong, tooMany, type BadValue } from '../validation/errors.ts';
import { formatTest, isKnownFormat } from './formats.ts';
import { correlatedItem } from './correlate.ts';
import { additionalOf, isObject, isSchemas, propertyOf, type JsonObject, type Schema } from './schema.ts';

/** What stood at the same place before; absent when nothing did, or when nobody can say. */
export interface Old {
  readonly value: unknown;
}

/** `field` is where the value is: empty for a whole object, `status` for its status alone. */
export function validateValue(schema: Schema, value: unknown, field: string, old?: Old): FieldError[] {
  const found = check(schema, value, '', old);
  return found.errors.map((error) => error.toField(field));
}

interface Finding {
  readonly text: string;
  toField(base: string): FieldError;
}

class Result {
  readonly errors: Finding[] = [];
  /** How much of the schema was looked at: the alternative with most of it is the one that was meant. */
  matches = 0;

  add(finding: Finding): void {
    if (!this.errors.some(({ text }) => text === finding.text)) this.errors.push(finding);
  }

  merge(other: Result): void {
    for (const finding of other.errors) this.add(finding);
    this.matches += other.matches;
  }

  get valid(): boolean {
    return this.errors.length === 0;
  }
}

/** A finding about a place: `name` as upstream's validator counts it, with a dot in front at the root. */
function at(name: string, text: string, make: (field: string) => FieldError): Finding {
  return {
    text,
    toField: (base) => {
      const own = name.startsWith('.') ? name.slice(1) : name;
      return make(own === '' ? base || '<nil>' : base === '' ? own : `${base}.${own}`);
    },
  };
}

/** A finding without a place of its own. */
const nowhere = (text: string): Finding => ({ text, toField: (base) => invalid(base || '<nil>', '', text) });

const about = (name: string, value: BadValue, what: string): Finding => {
  const text = `${name} in body ${what}`;
  return at(name, text, (field) => invalid(field, value, text));
};

const wrongType = (name: string, type: string, value: string): Finding => {
  const text = `${name} in body must be of type ${type}: ${goQuote(value)}`;
  return at(name, text, (field) => ({ ...invalid(field, value, text), type: 'FieldValueTypeInvalid' }));
};

/** A value of any kind inside a message. */
export function shown(value: unknown): BadValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return { shown: printGoValue(value) };
  return json(value);
}

function check(schema: Schema, value: unknown, path: string, old: Old | undefined): Result {
  const result = new Result();
  if (old !== undefined && jsonEqual(old.value, value)) return result;
  const types = typesOf(schema);
  const format = schema.format !== undefined && isKnownFormat(types[0], schema.format) ? schema.format : '';
  if (value === null) {
    if (types.length > 0 && schema.nullable !== true) result.add(wrongType(path, types.join(','), 'null'));
    checkEnum(schema, value, path, result);
    return result;
  }
  if (types.length > 0 || format !== '') checkType(types, format, value, path, result);
  checkAlternatives(schema, value, path, old, result);
  result.matches += 1;
  if (typeof value === 'string') checkString(schema, format, value, path, result);
  if (typeof value === 'number') checkNumber(schema, types, format, value, path, result);
  if (Array.isArray(value)) checkList(schema, value, path, old, result);
  checkEnum(schema, value, path, result);
  result.matches += 1;
  if (isObject(value)) checkObject(schema, value, path, old, result);
  result.matches += 1;
  return result;
}

function typesOf(schema: Schema): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return schema.type === undefined || schema.type === '' ? [] : [schema.type];
}

export function typeOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkType(types: readonly string[], format: string, value: unknown, path: string, result: Result): void {
  result.matches += 1;
  const actual = typeOfValue(value);
  const actualFormat = actual === 'integer' ? 'int64' : actual === 'number' ? 'float64' : '';
  const fits = types.includes(actual) || (actual === 'integer' && types.includes('number'));
  const isText = typeof value === 'string' || Array.isArray(value);
  if (!isText && format !== '' && !fits && actualFormat !== format) {
    result.add(wrongType(path, format, actualFormat));
    return;
  }
  const numeric = types.includes('number') || types.includes('integer');
  if (isText && format !== '' && !numeric) return;
  if (!fits) result.add(wrongType(path, types.join(','), actual));
}

function checkAlternatives(schema: Schema, value: unknown, path: string, old: Old | undefined, result: Result): void {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  const quoted = goQuote(path);
  if (anyOf.length > 0) {
    const outcomes = firstValid(anyOf, (one) => check(one, value, path, old));
    if (!outcomes.valid) result.add(nowhere(`${quoted} must validate at least one schema (anyOf)`));
    if (outcomes.best !== undefined) result.merge(outcomes.best);
  }
  if (oneOf.length > 0) {
    const outcomes = oneOf.map((one) => check(one, value, path, old));
    const valid = outcomes.filter((outcome) => outcome.valid).length;
    if (valid === 1) result.merge(outcomes.find((outcome) => outcome.valid) ?? new Result());
    else {
      const detail = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
      result.add(nowhere(`${quoted} must validate one and only one schema (oneOf). ${detail}`));
      const best = valid === 0 ? mostMatching(outcomes) : undefined;
      if (best !== undefined) result.merge(best);
    }
  }
  if (allOf.length > 0) {
    const outcomes = allOf.map((one) => check(one, value, path, old));
    for (const outcome of outcomes) result.merge(outcome);
    const valid = outcomes.filter((outcome) => outcome.valid).length;
    if (valid !== allOf.length) {
      result.add(nowhere(`${quoted} must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`));
    }
  }
  if (not !== undefined && check(not, value, path, old).valid) {
    result.add(nowhere(`${quoted} must not validate the schema (not)`));
  }
}

function firstValid(
  schemas: readonly Schema[],
  run: (schema: Schema) => Result,
): { readonly valid: boolean; readonly best: Result | undefined } {
  const failures: Result[] = [];
  for (const schema of schemas) {
    const outcome = run(schema);
    if (outcome.valid) return { valid: true, best: outcome };
    failures.push(outcome);
  }
  return { valid: false, best: mostMatching(failures) };
}

function mostMatching(failures: readonly Result[]): Result | undefined {
  let best: Result | undefined;
  for (const failure of failures) if (best === undefined || failure.matches > best.matches) best = failure;
  return best;
}

/** The first fault only, as upstream. */
function checkString(schema: Schema, format: string, value: string, path: string, result: Result): void {
  const { maxLength, minLength, pattern } = schema;
  result.matches += 1;
  const length = maxLength === undefined && minLength === undefined ? 0 : codePoints(value);
  if (maxLength !== undefined && length > maxLength) {
    const text = `${path} in body should be at most ${maxLength} chars long`;
    result.add(at(path, text, (field) => tooLong(field, maxLength)));
  } else if (minLength !== undefined && length < minLength) {
    result.add(about(path, value, `should be at least ${minLength} chars long`));
  } else if (pattern !== undefined && pattern !== '') checkPattern(pattern, value, path, result);
  if (format !== '' && formatTest(format)?.(value) === false) {
    result.add(wrongType(path, schema.format ?? '', value));
  }
}

function checkPattern(pattern: string, value: string, path: string, result: Result): void {
  try {
    if (!regexpOf(pattern).test(value)) result.add(about(path, value, `should match '${pattern}'`));
  } catch (error) {
    if (!(error instanceof RegexpSyntaxError)) throw error;
    const why = `${pattern}, but pattern is invalid: error parsing regexp: ${error.message}`;
    result.add(about(path, value, `should match '${why}'`));
  }
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function checkNumber(
  schema: Schema,
  types: readonly string[],
  format: string,
  value: number,
  path: string,
  result: Result,
): void {
  const whole = Number.isInteger(value);
  const { maximum, minimum, multipleOf } = schema;
  const limit = (bound: number): string => printGoValue(whole ? Math.trunc(bound) : bound);
  if (types.length === 1 && types[0] === 'integer') {
    const fits = !whole
      ? false
      : format === 'int32'
        ? Math.abs(value) <= 2 ** 31 - (value < 0 ? 0 : 1)
        : Math.abs(value) <= 2 ** 63;
    if (!fits)
      result.add(
        nowhere(
          `Checked value must be of type integer ${format === '' ? '(default format)' : `with format ${format}`} in ${path}`,
        ),
      );
  }
  if (multipleOf !== undefined) {
    const factor = whole ? Math.trunc(multipleOf) : multipleOf;
    if (factor <= 0) {
      const text = `factor MultipleOf declared for ${path} must be positive: ${printGoValue(factor)}`;
      result.add(at(path, text, (field) => invalid(field, shown(factor), text)));
    } else if (!isMultiple(value, factor)) {
      result.add(about(path, shown(value), `should be a multiple of ${printGoValue(factor)}`));
    }
  }
  if (minimum !== undefined) {
    const bound = whole ? Math.trunc(minimum) : minimum;
    const exclusive = schema.exclusiveMinimum === true;
    if (value < bound || (exclusive && value === bound)) {
      const words = exclusive ? 'should be greater than' : 'should be greater than or equal to';
      result.add(about(path, shown(value), `${words} ${limit(minimum)}`));
    }
  }
  if (maximum !== undefined) {
    const bound = whole ? Math.trunc(maximum) : maximum;
    const exclusive = schema.exclusiveMaximum === true;
    if (value > bound || (exclusive && value === bound)) {
      const words = exclusive ? 'should be less than' : 'should be less than or equal to';
      result.add(about(path, shown(value), `${words} ${limit(maximum)}`));
    }
  }
  result.matches += 1;
}

function isMultiple(value: number, factor: number): boolean {
  const quotient = factor < 1 ? (1 / factor) * value : value / factor;
  const nearest = Math.round(quotient);
  return nearest === quotient || Math.abs(quotient - nearest) < Math.max(1, Math.abs(quotient)) * 1e-9;
}

function checkList(schema: Schema, list: readonly unknown[], path: string, old: Old | undefined, result: Result): void {
  const items = schema.items;
  if (items !== undefined && !isSchemas(items)) {
    for (const [index, item] of list.entries()) {
      result.merge(check(items, item, `${path}[${index}]`, correlatedItem(schema, item, index, old)));
    }
  }
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && list.length < minItems) {
    result.add(about(path, list.length, `should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && list.length > maxItems) {
    const text = `${path} in body should have at most ${maxItems} items`;
    result.add(at(path, text, (field) => tooMany(field, list.length, maxItems)));
  }
  result.matches += 1;
}

function checkEnum({ enum: allowed }: Schema, value: unknown, path: string, result: Result): void {
  if (allowed === undefined || allowed.length === 0 || allowed.some((one) => jsonEqual(one, value))) return;
  const values = allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  const text = `${path} in body should be one of [${allowed.map((one) => printGoValue(one)).join(' ')}]`;
  result.add(at(path, text, (field) => notSupported(field, shown(value), values)));
}

function checkObject(schema: Schema, object: JsonObject, path: string, old: Old | undefined, result: Result): void {
  const keys = Object.keys(object);
  const { minProperties, maxProperties } = schema;
  if (minProperties !== undefined && keys.length < minProperties) {
    result.add(about(path, keys.length, `should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && keys.length > maxProperties) {
    const text = `${path} in body should have at most ${maxProperties} properties`;
    result.add(at(path, text, (field) => tooMany(field, keys.length, maxProperties)));
  }
  const more = additionalOf(schema);
  for (const key of keys) {
    if (propertyOf(schema, key) !== undefined) continue;
    if (schema.additionalProperties === false) {
      const text = `${path}.${key} in body is a forbidden property`;
      result.add(at(path, text, (field) => invalid(field, key, text)));
    } else if (more !== undefined) {
      result.merge(check(more, object[key], `${path}.${key}`, correlatedKey(schema, key, old)));
    }
  }
  for (const key of Object.keys(schema.properties ?? {})) {
    const property = propertyOf(schema, key);
    if (property === undefined || !Object.hasOwn(object, key)) continue;
    result.merge(check(property, object[key], path === '' ? key : `${path}.${key}`, correlatedKey(schema, key, old)));
  }
  for (const key of schema.required ?? []) {
    if (Object.hasOwn(object, key)) continue;
    const name = `${path}.${key}`;
    result.add(at(name, `${name} in body is required`, (field) => required(field)));
  }
}

function correlatedKey(schema: Schema, key: string, old: Old | undefined): Old | undefined {
  if (old === undefined || schema['x-kubernetes-map-type'] === 'atomic') return undefined;
  if (!isObject(old.value) || !Object.hasOwn(old.value, key)) return undefined;
  return { value: old.value[key] };
}
