/** x-kubernetes-validations: expressions compiled once for a definition and run over every object (CR2). */
import type { FieldError } from '../api/field-error.ts';
import { compile, CompileError, CostError, Optional, RunError, type Program } from '../cel/index.ts';
import { jsonEqual } from '../patch/json/json-equal.ts';
import { duplicate, forbidden, invalid, json, required } from '../validation/errors.ts';
import { refuseUnknownFields } from './cel-fields.ts';
import { correlatedItem } from './correlate.ts';
import { largestIn, toCel } from './cel-value.ts';
import { additionalOf, isObject, itemsOf, propertyOf, type Schema, type ValidationRule } from './schema.ts';
import { shown } from './validate-value.ts';
import { fieldPathSteps } from './validate-schema.ts';
import type { RunRules } from './validate-object.ts';
import type { Old } from './validate-value.ts';

interface Rule {
  readonly given: ValidationRule;
  readonly program: Program;
  readonly message: Program | undefined;
  readonly steps: readonly string[];
}

interface Node {
  readonly schema: Schema;
  readonly rules: readonly Rule[];
  readonly properties: ReadonlyMap<string, Node>;
  readonly items: Node | undefined;
  readonly additional: Node | undefined;
}

/** Undefined when a schema has no rules. Rules that do not compile were refused with their definition. */
export function compileRules(schema: Schema): RunRules | undefined {
  const root = nodeOf(schema);
  if (root === undefined) return undefined;
  return (object, previous) => {
    const run = new Run(largestIn(object));
    run.check(root, object, '', previous === undefined ? undefined : { value: previous }, true);
    return run.errors;
  };
}

function nodeOf(schema: Schema | undefined): Node | undefined {
  if (schema === undefined) return undefined;
  const rules = (schema['x-kubernetes-validations'] ?? []).flatMap((given) => ruleOf(given, schema));
  const properties = new Map<string, Node>();
  for (const name of Object.keys(schema.properties ?? {})) {
    const node = nodeOf(propertyOf(schema, name));
    if (node !== undefined) properties.set(name, node);
  }
  const items = nodeOf(itemsOf(schema));
  const additional = nodeOf(additionalOf(schema));
  const empty = rules.length === 0 && properties.size === 0 && items === undefined && additional === undefined;
  return empty ? undefined : { schema, rules, properties, items, additional };
}

function ruleOf(given: ValidationRule, schema: Schema): Rule[] {
  try {
    const { messageExpression = '', fieldPath = '' } = given;
    return [
      {
        given,
        program: compile(given.rule, 'bool'),
        message: messageExpression === '' ? undefined : compile(messageExpression, 'string'),
        steps: fieldPath === '' ? [] : (fieldPathSteps(fieldPath, schema) ?? []),
      },
    ];
  } catch (error) {
    if (error instanceof CompileError) return [];
    throw error;
  }
}

class Run {
  readonly errors: FieldError[] = [];
  readonly #largest: number;
  #spent = false;

  constructor(largest: number) {
    this.#largest = largest;
  }

  check(node: Node, value: unknown, path: string, old: Old | undefined, isRoot = false): void {
    if (value === null || value === undefined || this.#spent) return;
    if (node.rules.length > 0) this.#judge(node, value, path, old, isRoot);
    const { schema } = node;
    if (Array.isArray(value)) {
      const { items } = node;
      if (items === undefined) return;
      for (const [index, item] of value.entries()) {
        this.check(items, item, `${path}[${index}]`, correlatedItem(schema, item, index, old));
      }
    } else if (isObject(value)) {
      for (const key of Object.keys(value)) {
        const inner = node.properties.get(key) ?? (propertyOf(schema, key) === undefined ? node.additional : undefined);
        if (inner === undefined) continue;
        const at = propertyOf(schema, key) === undefined ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
        this.check(inner, value[key], at, oldOf(schema, key, old));
      }
    }
  }

  #judge(node: Node, value: unknown, path: string, old: Old | undefined, isRoot: boolean): void {
    const before = old?.value ?? undefined;
    const self = toCel(value, node.schema, isRoot);
    const oldSelf = before === undefined ? undefined : toCel(before, node.schema, isRoot);
    const unchanged = before !== undefined && jsonEqual(before, value);
    for (const rule of node.rules) {
      const optional = rule.given.optionalOldSelf === true;
      const { usesOldSelf } = rule.program;
      if (usesOldSelf && before === undefined && !optional) continue;
      const seen = optional ? (before === undefined ? Optional.none() : Optional.of(oldSelf)) : oldSelf;
      const error = this.#apply(
        rule,
        node,
        value,
        { self, ...(usesOldSelf || optional ? { oldSelf: seen } : {}) },
        path,
      );
      // What did not change is not judged again, unless the rule is about the change.
      if (error !== undefined && !(unchanged && !usesOldSelf)) this.errors.push(error);
      if (this.#spent) return;
    }
  }

  #apply(
    rule: Rule,
    { schema }: Node,
    value: unknown,
    variables: Readonly<Record<string, unknown>>,
    path: string,
  ): FieldError | undefined {
    const place = path === '' ? '<nil>' : path;
    const name = ruleName(rule.given);
    try {
      if (rule.program.run(variables, this.#largest) === true) return undefined;
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      const type = schema.type ?? '';
      if (error instanceof CostError) {
        this.#spent = true;
        const why = `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${name}`;
        return invalid(place, type, why);
      }
      if (error.message.startsWith('no such overload')) {
        const why = `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${name}`;
        return invalid(place, type, why);
      }
      return invalid(place, type, `${error.message} evaluating rule: ${name}`);
    }
    const at = [...(path === '' ? [] : [path]), ...rule.steps].join('.');
    return failed(rule, schema, value, at === '' ? '<nil>' : at, this.#message(rule, variables));
  }

  /** What messageExpression says, if it says anything that can be shown; else the message. */
  #message({ given, message }: Rule, variables: Readonly<Record<string, unknown>>): string {
    try {
      const text = message?.run(variables, this.#largest);
      if (typeof text === 'string' && text.trim() !== '' && !/[\n\r]/.test(text)) return text.trim();
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
    }
    return (given.message ?? '') === '' ? `failed rule: ${ruleName(given)}` : (given.message ?? '').trim();
  }
}

const ruleName = ({ message = '', rule }: ValidationRule): string => (message === '' ? rule : message).trim();

function failed({ given }: Rule, { type }: Schema, value: unknown, field: string, detail: string): FieldError {
  const whole = type === 'object' || type === 'array';
  switch (given.reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail);
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return whole
        ? { type: 'FieldValueDuplicate', field, message: 'Duplicate value' }
        : duplicate(field, shown(value));
    default:
      if (whole) return { type: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` };
      return invalid(field, shown(value), detail);
  }
}

function oldOf(schema: Schema, key: string, old: Old | undefined): Old | undefined {
  if (old === undefined || schema['x-kubernetes-map-type'] === 'atomic') return undefined;
  if (!isObject(old.value) || !Object.hasOwn(old.value, key)) return undefined;
  return { value: old.value[key] };
}

/** The rules of a definition that do not compile, or look back where nothing can be found again. */
export function checkExpressions(schema: Schema, field: string, _old?: Schema, lost?: string): FieldError[] {
  const errors = (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
    ofExpressions(rule, `${field}.x-kubernetes-validations[${index}]`, lost, schema, field.endsWith('openAPIV3Schema')),
  );
  if (errors.length === 0 && schema.default !== undefined) {
    errors.push(...ofDefault(schema, `${field}.default`));
  }
  const atomic = schema['x-kubernetes-map-type'] === 'atomic' ? (lost ?? field) : lost;
  for (const name of Object.keys(schema.properties ?? {})) {
    const property = propertyOf(schema, name);
    if (property !== undefined)
      errors.push(...checkExpressions(property, `${field}.properties[${name}]`, undefined, atomic));
  }
  const more = additionalOf(schema);
  if (more !== undefined) errors.push(...checkExpressions(more, `${field}.additionalProperties`, undefined, atomic));
  const items = itemsOf(schema);
  const keyed = schema['x-kubernetes-list-type'] === 'map';
  if (items !== undefined) {
    errors.push(...checkExpressions(items, `${field}.items`, undefined, keyed ? lost : (lost ?? field)));
  }
  return errors;
}

/** A default is judged as a value that was there before. */
function ofDefault(schema: Schema, field: string): FieldError[] {
  const node = nodeOf(schema);
  if (node === undefined) return [];
  const run = new Run(largestIn(schema.default));
  run.check(node, schema.default, field, { value: schema.default });
  if (run.errors.length === 0) run.check(node, schema.default, field, undefined);
  return run.errors;
}

function ofExpressions(
  rule: ValidationRule,
  field: string,
  lost: string | undefined,
  schema: Schema,
  isRoot: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const compiled = tryCompile(rule.rule, 'bool', schema, isRoot);
  if (typeof compiled === 'string') errors.push(invalid(`${field}.rule`, json(rule), compiled));
  else if (compiled.usesOldSelf && lost !== undefined) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${lost}`;
    errors.push(invalid(`${field}.rule`, rule.rule, why));
  } else if (!compiled.usesOldSelf && rule.optionalOldSelf !== undefined) {
    errors.push(
      invalid(`${field}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'),
    );
  }
  const { messageExpression = '' } = rule;
  const message = messageExpression === '' ? undefined : tryCompile(messageExpression, 'string', schema, isRoot);
  if (typeof message === 'string') errors.push(invalid(`${field}.messageExpression`, json(rule), message));
  return errors;
}

function tryCompile(source: string, wanted: 'bool' | 'string', schema: Schema, isRoot: boolean): Program | string {
  try {
    refuseUnknownFields(source.trim(), schema, wanted, isRoot);
    return compile(source.trim(), wanted);
  } catch (error) {
    if (error instanceof CompileError) return error.message;
    throw error;
  }
}
