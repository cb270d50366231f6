/** PriorityClasses: a number and its name. */
import type { FieldError } from '../../api/field-error.ts';
import type { PriorityClass } from '../../api/workloads.ts';
import { forbidden, invalid, json, notSupported } from '../errors.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

const reserved = 'system-';
const highest = 1_000_000_000;
const systemClasses = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
]);
const preemption = ['PreemptLowerPriority', 'Never'];

export function validatePriorityClass(object: PriorityClass): FieldError[] {
  const { preemptionPolicy } = object;
  return [
    ...validateObjectMeta(object.metadata, false, subdomainName),
    ...validateValue(object),
    ...(preemptionPolicy === undefined || preemption.includes(preemptionPolicy)
      ? []
      : [notSupported('preemptionPolicy', json(preemptionPolicy), preemption)]),
  ];
}

function validateValue({ metadata: { name = '' }, value = 0, globalDefault = false }: PriorityClass): FieldError[] {
  if (name.startsWith(reserved)) {
    const problem = systemProblem(name, value, globalDefault);
    if (problem === undefined) return [];
    const detail = `priority class names with '${reserved}' prefix are reserved for system use only. error: ${problem}`;
    return [forbidden('metadata.name', detail)];
  }
  return value > highest ? [forbidden('value', `maximum allowed value of a user defined priority is ${highest}`)] : [];
}

function systemProblem(name: string, value: number, globalDefault: boolean): string | undefined {
  const expected = systemClasses.get(name);
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (value !== expected) return `value of ${name} PriorityClass must be ${expected}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

export const validatePriorityClassUpdate = (next: PriorityClass, previous: PriorityClass): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...((next.value ?? 0) === (previous.value ?? 0) ? [] : [forbidden('value', 'may not be changed in an update.')]),
  ...(next.preemptionPolicy === previous.preemptionPolicy
    ? []
    : [invalid('preemptionPolicy', json(next.preemptionPolicy), immutable)]),
];
