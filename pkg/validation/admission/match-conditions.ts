/** Conditions in CEL under which a webhook or a policy is asked at all. */
import type { MatchCondition } from '../../api/admission.ts';
import type { FieldError } from '../../api/field-error.ts';
import { checkAdmission, type AdmissionVariables } from '../../cel/index.ts';
import { duplicate, invalid, invalidEach, required, tooMany } from '../errors.ts';
import { labelKeyProblems } from '../formats/labels.ts';

const most = 64;

export function validateMatchConditions(
  conditions: readonly MatchCondition[],
  at: string,
  variables: AdmissionVariables,
): FieldError[] {
  const errors: FieldError[] = [];
  if (conditions.length > most) errors.push(tooMany(at, conditions.length, most));
  const names = new Set<string>();
  for (const [index, { name = '', expression = '' }] of conditions.entries()) {
    const text = expression.trim();
    if (text === '') errors.push(required(`${at}[${index}].expression`));
    else errors.push(...validateExpression(text, `${at}[${index}].expression`, ['bool'], variables));
    if (name === '') errors.push(required(`${at}[${index}].name`));
    else {
      errors.push(...invalidEach(`${at}[${index}].name`, name, labelKeyProblems(name)));
      if (names.has(name)) errors.push(duplicate(`${at}[${index}].name`, name));
      names.add(name);
    }
  }
  return errors;
}

export function validateExpression(
  expression: string,
  at: string,
  wanted: Parameters<typeof checkAdmission>[1],
  variables: AdmissionVariables,
): FieldError[] {
  const problem = checkAdmission(expression, wanted, variables);
  return problem === undefined ? [] : [invalid(at, expression, problem)];
}
