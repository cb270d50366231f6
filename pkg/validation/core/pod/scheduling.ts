/** Tolerations, spread constraints and gates. */
import type { FieldError } from '../../../api/field-error.ts';
import { duplicate, invalid, invalidEach, json, notSupported, required } from '../../errors.ts';
import { labelKeyProblems, labelValueProblems } from '../../formats/labels.ts';
import { validateLabelSelector } from '../../metadata/labels.ts';
import { taintEffects } from '../taints.ts';
import { validateLabelKeys } from './affinity.ts';
import type { PodSpec } from './types.ts';

export type Toleration = NonNullable<PodSpec['tolerations']>[number];
type Spread = NonNullable<PodSpec['topologySpreadConstraints']>[number];
type Gate = NonNullable<PodSpec['schedulingGates']>[number];

export function validateTolerations(tolerations: readonly Toleration[], field: string): FieldError[] {
  return tolerations.flatMap((toleration, index) => validateToleration(toleration, `${field}[${index}]`));
}

function validateToleration(toleration: Toleration, field: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  const errors = key === '' ? [] : invalidEach(`${field}.key`, key, labelKeyProblems(key));
  if (key === '' && operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(`${field}.operator`, json(operator), detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalid(`${field}.effect`, json(effect), detail));
  }
  errors.push(...operatorErrors(operator, value, field));
  if (effect !== '' && !taintEffects.includes(effect)) {
    errors.push(notSupported(`${field}.effect`, json(effect), taintEffects));
  }
  return errors;
}

/** An empty operator means Equal. */
function operatorErrors(operator: string, value: string, field: string): FieldError[] {
  switch (operator) {
    case '':
    case 'Equal': {
      const problems = labelValueProblems(value);
      return problems.length === 0 ? [] : [invalid(`${field}.operator`, value, problems.join(';'))];
    }
    case 'Exists':
      return value === ''
        ? []
        : [invalid(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'")];
    case 'Lt':
    case 'Gt':
      return [notSupported(`${field}.operator`, json(operator), ['Equal', 'Exists', 'Lt', 'Gt'])];
    default:
      return [notSupported(`${field}.operator`, json(operator), ['Equal', 'Exists'])];
  }
}

export function validateSchedulingGates(gates: readonly Gate[], field: string): FieldError[] {
  const seen = new Set<string>();
  return gates.flatMap(({ name = '' }, index) => {
    const at = `${field}[${index}]`;
    const repeated = seen.has(name) ? [duplicate(at, name)] : [];
    seen.add(name);
    return [...invalidEach(at, name, labelKeyProblems(name)), ...repeated];
  });
}

export function validateSpread(constraints: readonly Spread[], field: string): FieldError[] {
  return constraints.flatMap((constraint, index) => {
    const at = `${field}[${index}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', labelSelector, matchLabelKeys = [] } = constraint;
    const repeated = constraints
      .slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    return [
      ...(maxSkew > 0 ? [] : [invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero')]),
      ...(topologyKey === '' ? [required(`${at}.topologyKey`, 'can not be empty')] : []),
      ...(['DoNotSchedule', 'ScheduleAnyway'].includes(whenUnsatisfiable)
        ? []
        : [notSupported(`${at}.whenUnsatisfiable`, json(whenUnsatisfiable), ['DoNotSchedule', 'ScheduleAnyway'])]),
      ...(repeated
        ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`)]
        : []),
      ...validateMinDomains(constraint, at),
      ...validatePolicy(constraint.nodeAffinityPolicy, `${at}.nodeAffinityPolicy`),
      ...validatePolicy(constraint.nodeTaintsPolicy, `${at}.nodeTaintsPolicy`),
      ...validateLabelKeys(matchLabelKeys, labelSelector !== undefined, `${at}.matchLabelKeys`),
      ...validateLabelSelector(labelSelector, `${at}.labelSelector`),
    ];
  });
}

function validateMinDomains({ minDomains, whenUnsatisfiable = '' }: Spread, field: string): FieldError[] {
  if (minDomains === undefined) return [];
  const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  return [
    ...(minDomains > 0 ? [] : [invalid(`${field}.minDomains`, minDomains, 'must be greater than zero')]),
    ...(whenUnsatisfiable === 'DoNotSchedule' ? [] : [invalid(`${field}.minDomains`, minDomains, detail)]),
  ];
}

const validatePolicy = (policy: string | undefined, field: string): FieldError[] =>
  policy === undefined || policy === 'Honor' || policy === 'Ignore'
    ? []
    : [notSupported(field, json(policy), ['Honor', 'Ignore'])];
