/** A custom object on its way into the store: metadata, schema, embedded objects, lists, expressions (CR1). */
import type { FieldError, FieldErrorType } from '../api/field-error.ts';
import type { KubeObject } from '../api/types.ts';
import { printGoValue } from '../patch/index.ts';
import { invalid, json } from '../validation/errors.ts';
import { labelKeyProblems } from '../validation/formats/labels.ts';
import {
  validateCommonUpdate,
  validateGenericMeta,
  validateGenericMetaUpdate,
} from '../validation/metadata/object-meta.ts';
import { subdomainName } from '../validation/metadata/names.ts';
import type { ScalePaths } from './definition.ts';
import { validateEmbedded } from './embedded.ts';
import { plainPath, valueAt } from './json-path.ts';
import { validateListTypes } from './list-types.ts';
import { isObject, propertyOf, type Schema } from './schema.ts';
import { typeOfValue, validateValue } from './validate-value.ts';

/** The expressions of a schema, run over an object. */
export type RunRules = (object: KubeObject, previous: KubeObject | undefined) => FieldError[];

export interface ObjectRules {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespaced: boolean;
  readonly schema: Schema | undefined;
  readonly scale?: ScalePaths | undefined;
  readonly runRules?: RunRules | undefined;
}

export function validateObject(rules: ObjectRules, object: KubeObject): FieldError[] {
  const identity = ofIdentity(rules, object);
  if (identity.length > 0) return identity;
  const { schema } = rules;
  const errors = [
    ...validateGenericMeta(object.metadata, rules.namespaced, subdomainName),
    ...(schema === undefined ? [] : validateValue(schema, object, '')),
    ...ofScale(rules.scale, object, true),
    ...validateEmbedded(schema, object),
    ...validateListTypes(schema, object),
  ];
  return [...errors, ...ofRules(rules, errors, object, undefined)];
}

export function validateObjectUpdate(rules: ObjectRules, object: KubeObject, previous: KubeObject): FieldError[] {
  const identity = ofIdentity(rules, object);
  if (identity.length > 0) return identity;
  const { schema } = rules;
  const errors = [
    ...ofMetadataUpdate(rules, object, previous),
    ...(schema === undefined ? [] : validateValue(schema, object, '', { value: previous })),
    ...ofScale(rules.scale, object, true),
    ...validateEmbedded(schema, object),
    ...(validateListTypes(schema, previous).length > 0 ? [] : validateListTypes(schema, object)),
  ];
  return [...errors, ...ofRules(rules, errors, object, previous)];
}

export function validateStatusUpdate(rules: ObjectRules, object: KubeObject, previous: KubeObject): FieldError[] {
  const identity = ofIdentity(rules, object);
  if (identity.length > 0) return identity;
  const { schema } = rules;
  const status = propertyOf(schema, 'status');
  const has = Object.hasOwn(object, 'status');
  const errors = [
    ...ofMetadataUpdate(rules, object, previous),
    ...(has && status !== undefined
      ? validateValue(status, object['status'], 'status', { value: previous['status'] })
      : []),
    ...ofScale(rules.scale, object, false),
    ...(validateListTypes(schema, previous).length > 0 ? [] : validateListTypes(schema, object)),
  ];
  return [...errors, ...ofRules(rules, errors, object, previous)];
}

/** Judged by all updates and again by the kind, as upstream. */
const ofMetadataUpdate = ({ namespaced }: ObjectRules, object: KubeObject, previous: KubeObject): FieldError[] => [
  ...validateCommonUpdate(object.metadata, previous.metadata, namespaced),
  ...validateGenericMetaUpdate(object.metadata, previous.metadata),
];

function ofIdentity({ kind, apiVersion }: ObjectRules, object: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  if (object.kind !== kind) errors.push(invalid('kind', object.kind ?? '', `must be ${kind}`));
  if (object.apiVersion !== apiVersion) {
    errors.push(invalid('apiVersion', object.apiVersion ?? '', `must be ${apiVersion}`));
  }
  return errors;
}

const maxReplicas = 2 ** 31 - 1;

function ofScale(scale: ScalePaths | undefined, object: KubeObject, spec: boolean): FieldError[] {
  if (scale === undefined) return [];
  const errors = [
    ...(spec ? ofReplicas(scale.specReplicasPath, object) : []),
    ...ofReplicas(scale.statusReplicasPath, object),
  ];
  const path = scale.labelSelectorPath ?? '';
  const selector = path === '' ? undefined : valueAt(object, plainPath(path));
  if (selector !== undefined && typeof selector !== 'string') {
    errors.push(invalid(path, '', `${path} accessor error: ${describe(selector)}, expected string`));
  }
  return errors;
}

function ofReplicas(path: string, object: KubeObject): FieldError[] {
  const steps = plainPath(path);
  for (const depth of steps.keys()) {
    const place = valueAt(object, steps.slice(0, depth));
    if (place === undefined) return [];
    if (isObject(place)) continue;
    return [invalid(path, 0, `${path} accessor error: ${describe(place)}, expected map[string]interface{}`)];
  }
  const value = valueAt(object, steps);
  if (value === undefined) return [];
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return [invalid(path, 0, `${path} accessor error: ${describe(value)}, expected int64`)];
  }
  if (value < 0) return [invalid(path, value, 'should be a non-negative integer')];
  return value > maxReplicas ? [invalid(path, value, `should be less than or equal to ${maxReplicas}`)] : [];
}

const goTypes: Readonly<Record<string, string>> = { integer: 'int64', number: 'float64', boolean: 'bool' };

function describe(value: unknown): string {
  const type = value === null ? '<nil>' : (goTypes[typeOfValue(value)] ?? 'string');
  return `${value === null ? '<nil>' : printGoValue(value)} is of the type ${type}`;
}

/** Findings after which expressions could only stumble over what is wrong already. */
const blocking: ReadonlySet<FieldErrorType> = new Set<FieldErrorType>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

function ofRules(
  { runRules }: ObjectRules,
  errors: readonly FieldError[],
  object: KubeObject,
  previous: KubeObject | undefined,
): FieldError[] {
  if (runRules === undefined) return [];
  if (!errors.some(({ type }) => blocking.has(type))) return runRules(object, previous);
  const why =
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
  return [invalid('<nil>', json(null), why)];
}

const standardFinalizers: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** Finalizers that are new with this write and whose names others might choose too. */
export function finalizerWarnings(object: KubeObject, previous: KubeObject | undefined): string[] {
  const before = new Set(previous?.metadata.finalizers);
  const added = [...new Set(object.metadata.finalizers)].filter((name) => !before.has(name)).sort();
  return added.flatMap((name) => {
    const say = (what: string): string => `metadata.finalizers: "${name}": ${what}`;
    const problems = labelKeyProblems(name).map(say);
    if (name.includes('/') || standardFinalizers.has(name)) return problems;
    const path = name.includes('.') ? 'name including a path (/)' : 'name';
    const why = 'to avoid accidental conflicts with other finalizer writers';
    return [...problems, say(`prefer a domain-qualified finalizer ${path} ${why}`)];
  });
}
