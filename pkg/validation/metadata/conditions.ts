/** metav1.Condition lists, as in ServiceCIDR and Service status of newer kinds. */
import type { FieldError } from '../../api/field-error.ts';
import { duplicate, invalid, invalidEach, json, notSupported, required, tooLong } from '../errors.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { byteLength, regexSentence } from '../formats/text.ts';

export interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

const longestReason = 1024;
const longestMessage = 32 * 1024;
const reasonPattern = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonForm = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
const reasonRule = regexSentence(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  reasonPattern,
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
);

export function validateConditions(conditions: readonly Condition[], field: string): FieldError[] {
  const seen = new Set<string>();
  return conditions.flatMap((condition, index) => {
    const type = condition.type ?? '';
    const repeated = seen.has(type) ? [duplicate(`${field}[${index}].type`, type)] : [];
    seen.add(type);
    return [...repeated, ...validateCondition(condition, `${field}[${index}]`)];
  });
}

function validateCondition(condition: Condition, field: string): FieldError[] {
  const type = condition.type ?? '';
  const reason = condition.reason ?? '';
  const errors = invalidEach(`${field}.type`, type, labelKeyProblems(type));
  if (!['False', 'True', 'Unknown'].includes(condition.status ?? '')) {
    errors.push(notSupported(`${field}.status`, json(condition.status ?? ''), ['False', 'True', 'Unknown']));
  }
  const generation = condition.observedGeneration ?? 0;
  if (generation < 0) {
    errors.push(invalid(`${field}.observedGeneration`, generation, 'must be greater than or equal to zero'));
  }
  if (!condition.lastTransitionTime) errors.push(required(`${field}.lastTransitionTime`));
  if (reason === '') errors.push(required(`${field}.reason`));
  else {
    if (!reasonForm.test(reason)) errors.push(invalid(`${field}.reason`, reason, reasonRule));
    if (byteLength(reason) > longestReason) errors.push(tooLong(`${field}.reason`, longestReason));
  }
  if (byteLength(condition.message ?? '') > longestMessage) errors.push(tooLong(`${field}.message`, longestMessage));
  return errors;
}
