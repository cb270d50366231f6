/** When a Job has failed and when it has succeeded, other than by counting. */
import type { FieldError } from '../../api/field-error.ts';
import { goQuote } from '../../api/schema/go-quote.ts';
import type { Job } from '../../api/workloads.ts';
import { validateCount } from '../counts.ts';
import { duplicate, invalid, invalidEach, json, notSupported, required, tooLong, tooMany } from '../errors.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { byteLength } from '../formats/text.ts';
import type { Loose } from '../loose.ts';
import { indexesOf } from './indexes.ts';

type Spec = Loose<NonNullable<Job['spec']>>;
type FailureRule = NonNullable<NonNullable<Spec['podFailurePolicy']>['rules']>[number];
type ExitCodes = NonNullable<FailureRule['onExitCodes']>;
type SuccessRule = NonNullable<NonNullable<Spec['successPolicy']>['rules']>[number];

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const operators = ['In', 'NotIn'];
const statuses = ['False', 'True', 'Unknown'];
const most = { rules: 20, conditions: 20, exitCodes: 255, indexes: 64 * 1024 };

export const showSuccessPolicy = ({ rules = [] }: NonNullable<Spec['successPolicy']>): object => ({
  Rules: rules.map(({ succeededIndexes = null, succeededCount = null }) => ({
    SucceededIndexes: succeededIndexes,
    SucceededCount: succeededCount,
  })),
});

export const showFailurePolicy = ({ rules = [] }: NonNullable<Spec['podFailurePolicy']>): object => ({
  Rules: rules.map(({ action = '', onExitCodes: codes, onPodConditions: conditions }) => ({
    Action: action,
    OnExitCodes: codes
      ? { ContainerName: codes.containerName ?? null, Operator: codes.operator ?? '', Values: codes.values ?? null }
      : null,
    OnPodConditions: conditions?.map(({ type = '', status = '' }) => ({ Type: type, Status: status })) ?? null,
  })),
});

const choose = (values: readonly string[]): string => `valid values: [${values.map(goQuote).join(' ')}]`;

function oneOf(value: string, allowed: readonly string[], field: string): FieldError[] {
  if (value === '') return [required(field, choose(allowed))];
  return allowed.includes(value) ? [] : [notSupported(field, json(value), allowed)];
}

export function validateFailurePolicy(spec: Spec, field: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = new Set([...containers, ...initContainers].map(({ name = '' }) => name));
  return [
    ...(rules.length > most.rules ? [tooMany(`${field}.rules`, rules.length, most.rules)] : []),
    ...rules.flatMap((rule, index) =>
      validateFailureRule(rule, spec.backoffLimitPerIndex !== undefined, names, `${field}.rules[${index}]`),
    ),
  ];
}

function validateFailureRule(
  rule: FailureRule,
  perIndex: boolean,
  names: ReadonlySet<string>,
  field: string,
): FieldError[] {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const errors: FieldError[] = [];
  if (action !== 'FailIndex') errors.push(...oneOf(action, actions, `${field}.action`));
  else if (!perIndex) {
    errors.push(invalid(`${field}.action`, json(action), 'requires the backoffLimitPerIndex to be set'));
  }
  if (onExitCodes) errors.push(...validateExitCodes(onExitCodes, names, `${field}.onExitCodes`));
  if (onPodConditions.length > most.conditions) {
    errors.push(tooMany(`${field}.onPodConditions`, onPodConditions.length, most.conditions));
  }
  for (const [index, { type = '', status = '' }] of onPodConditions.entries()) {
    const at = `${field}.onPodConditions[${index}]`;
    errors.push(...invalidEach(`${at}.type`, type, labelKeyProblems(type)), ...oneOf(status, statuses, `${at}.status`));
  }
  const problem = oneWay(onExitCodes !== undefined, onPodConditions.length > 0);
  return problem === undefined ? errors : [...errors, omitted(field, problem)];
}

function oneWay(codes: boolean, conditions: boolean): string | undefined {
  if (codes && conditions) return 'specifying both OnExitCodes and OnPodConditions is not supported';
  return codes || conditions ? undefined : 'specifying one of OnExitCodes and OnPodConditions is required';
}

/** A finding that shows no value. */
const omitted = (field: string, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${detail}`,
});

function validateExitCodes(codes: ExitCodes, names: ReadonlySet<string>, field: string): FieldError[] {
  const { operator = '', containerName, values = [] } = codes;
  const at = `${field}.values`;
  const errors = oneOf(operator, operators, `${field}.operator`);
  if (containerName !== undefined && !names.has(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${field}.containerName`, containerName, detail));
  }
  if (values.length === 0) errors.push(invalid(at, json(codes.values), 'at least one value is required'));
  else if (values.length > most.exitCodes) errors.push(tooMany(at, values.length, most.exitCodes));
  for (const [index, value] of values.entries()) {
    if (operator === 'In' && value === 0) {
      errors.push(invalid(`${at}[${index}]`, value, 'must not be 0 for the In operator'));
    }
    if (values.indexOf(value) < index) errors.push(duplicate(`${at}[${index}]`, value));
  }
  const ordered = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value);
  return ordered ? errors : [...errors, invalid(at, json(values), 'must be ordered')];
}

export function validateSuccessPolicy(
  policy: NonNullable<Spec['successPolicy']>,
  completions: number,
  field: string,
): FieldError[] {
  const { rules = [] } = policy;
  const at = `${field}.rules`;
  const missing = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [required(at, missing)] : []),
    ...(rules.length > most.rules ? [tooMany(at, rules.length, most.rules)] : []),
    ...rules.flatMap((rule, index) => validateSuccessRule(rule, completions, `${at}[${index}]`)),
  ];
}

function validateSuccessRule(rule: SuccessRule, completions: number, field: string): FieldError[] {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  const errors: FieldError[] = [];
  if (count === undefined && indexes === undefined) {
    errors.push(required(field, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let named = 0;
  if (indexes !== undefined) {
    const at = `${field}.succeededIndexes`;
    if (byteLength(indexes) > most.indexes) errors.push(tooLong(at, most.indexes));
    const read = indexesOf(indexes, completions);
    if (typeof read === 'string') errors.push(invalid(at, indexes, `error parsing succeededIndexes: ${read}`));
    else named = read;
  }
  if (count === undefined) return errors;
  const at = `${field}.succeededCount`;
  errors.push(...validateCount(count, at));
  const limit = (number: number, what: string): FieldError =>
    invalid(at, count, `must be less than or equal to ${number} (the number of ${what})`);
  if (count > completions) errors.push(limit(completions, 'specified completions'));
  if (indexes !== undefined && count > named) {
    errors.push(limit(named, 'indexes in the specified succeededIndexes field'));
  }
  return errors;
}
