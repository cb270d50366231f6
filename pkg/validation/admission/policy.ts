/** ValidatingAdmissionPolicies: their expressions must compile before anybody is judged by them. */
import type { AdmissionPolicy, PolicySpec, PolicyValidation } from '../../api/admission.ts';
import type { FieldError } from '../../api/field-error.ts';
import type { AdmissionVariables } from '../../cel/index.ts';
import { sameValue } from '../equal.ts';
import { duplicate, invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { dns1035LabelProblems, dnsSubdomainProblems } from '../formats/dns.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { byteLength } from '../formats/text.ts';
import { validateConditions, type Condition } from '../metadata/conditions.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta } from '../metadata/object-meta.ts';
import { validateExpression, validateMatchConditions } from './match-conditions.ts';
import { validateMatchResources } from './match-resources.ts';
import { failurePolicies, oneOf } from './webhooks.ts';

const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const most = { auditAnnotations: 20, valueExpressionBytes: 5 * 1024 };

export const validateAdmissionPolicy = (policy: AdmissionPolicy): FieldError[] => validate(policy, false);

export const validateAdmissionPolicyUpdate = (next: AdmissionPolicy, previous: AdmissionPolicy): FieldError[] =>
  validate(
    next,
    sameValue(next.spec?.paramKind, previous.spec?.paramKind) &&
      sameValue(next.spec?.matchConditions, previous.spec?.matchConditions),
  );

export function validateAdmissionPolicyStatus(next: AdmissionPolicy): FieldError[] {
  const status = next['status'] as { conditions?: Condition[] } | undefined;
  return validateConditions(status?.conditions ?? [], 'status.conditions');
}

function validate({ metadata, spec = {} }: AdmissionPolicy, sameConditions: boolean): FieldError[] {
  const { failurePolicy, paramKind, matchConstraints, variables = [], validations = [], auditAnnotations = [] } = spec;
  const known: AdmissionVariables = { params: paramKind !== undefined, authorizer: true };
  const errors = validateObjectMeta(metadata, false, subdomainName);
  if (failurePolicy === undefined) errors.push(required('spec.failurePolicy'));
  errors.push(...oneOf(failurePolicy, 'spec.failurePolicy', failurePolicies));
  if (paramKind !== undefined) errors.push(...validateParamKind(paramKind, 'spec.paramKind'));
  if (matchConstraints === undefined) errors.push(required('spec.matchConstraints'));
  else {
    errors.push(...validateMatchResources(matchConstraints, 'spec.matchConstraints'));
    if ((matchConstraints.resourceRules ?? []).length === 0) {
      errors.push(required('spec.matchConstraints.resourceRules'));
    }
  }
  if (!sameConditions) {
    errors.push(...validateMatchConditions(spec.matchConditions ?? [], 'spec.matchConditions', known));
  }
  const declared: string[] = [];
  for (const [index, { name = '', expression = '' }] of variables.entries()) {
    const at = `spec.variables[${index}]`;
    if (name.trim() === '') errors.push(required(`${at}.name`, 'name is not specified'));
    else if (!isIdentifier(name)) errors.push(invalid(`${at}.name`, name, 'must be a valid CEL identifier'));
    if (expression.trim() === '') errors.push(required(`${at}.expression`, 'expression is not specified'));
    else
      errors.push(
        ...validateExpression(expression, `${at}.expression`, ['any'], { ...known, variables: [...declared] }),
      );
    declared.push(name);
  }
  const inScope = variables.length === 0 ? known : { ...known, variables: declared };
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item';
    return [...errors, required('spec.validations', why), required('spec.auditAnnotations', why)];
  }
  for (const [index, validation] of validations.entries()) {
    errors.push(...validateValidation(validation, `spec.validations[${index}]`, inScope));
  }
  return [...errors, ...validateAuditAnnotations(metadata.name ?? '', auditAnnotations, inScope)];
}

const reserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const isIdentifier = (name: string): boolean => /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !reserved.has(name);

function validateParamKind(
  { apiVersion = '', kind = '' }: NonNullable<PolicySpec['paramKind']>,
  at: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const parts = apiVersion.split('/');
  if (apiVersion === '') errors.push(required(`${at}.apiVersion`));
  else if (parts.length > 2) {
    errors.push(invalid(`${at}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  } else {
    const [group, version] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : ['', apiVersion];
    const ofGroup = group === '' ? [] : dnsSubdomainProblems(group);
    if (ofGroup.length > 0) errors.push(invalid(`${at}.apiVersion`, group, ofGroup.join(',')));
    const ofVersion = dns1035LabelProblems(version);
    if (version === '') errors.push(invalid(`${at}.apiVersion`, apiVersion, 'version must be specified'));
    else if (ofVersion.length > 0) errors.push(invalid(`${at}.apiVersion`, version, ofVersion.join(',')));
  }
  const ofKind = dns1035LabelProblems(kind.toLowerCase());
  if (kind === '') errors.push(required(`${at}.kind`));
  else if (ofKind.length > 0) {
    errors.push(invalid(`${at}.kind`, kind, `may have mixed case, but should otherwise match: ${ofKind.join(',')}`));
  }
  return errors;
}

function validateValidation(validation: PolicyValidation, at: string, known: AdmissionVariables): FieldError[] {
  const { expression, message = '', messageExpression = '', reason } = validation;
  const errors: FieldError[] = [];
  if (expression.trim() === '') errors.push(required(`${at}.expression`, 'expression is not specified'));
  else errors.push(...validateExpression(expression, `${at}.expression`, ['bool'], known));
  const empty = 'must be non-empty if specified';
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(invalid(`${at}.messageExpression`, messageExpression, empty));
  } else if (messageExpression !== '') {
    const forMessage = { ...known, authorizer: false };
    errors.push(...validateExpression(messageExpression, `${at}.messageExpression`, ['string'], forMessage));
  }
  if (message !== '' && message.trim() === '') errors.push(invalid(`${at}.message`, message, empty));
  else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalid(`${at}.message`, message, 'must not contain line breaks'));
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    errors.push(notSupported(`${at}.reason`, json(reason), reasons));
  }
  return errors;
}

function validateAuditAnnotations(
  name: string,
  annotations: NonNullable<PolicySpec['auditAnnotations']>,
  known: AdmissionVariables,
): FieldError[] {
  const at = 'spec.auditAnnotations';
  const errors: FieldError[] = [];
  if (annotations.length > most.auditAnnotations) {
    errors.push(invalid(at, json(annotations), `must not have more than ${most.auditAnnotations} auditAnnotations`));
  }
  const keys = new Set<string>();
  for (const [index, { key = '', valueExpression = '' }] of annotations.entries()) {
    const place = `${at}[${index}]`;
    if (name === '') errors.push(invalid(`${place}.key`, key, 'requires metadata.name be non-empty'));
    else errors.push(...invalidEach(`${place}.key`, `${name}/${key}`, labelKeyProblems(`${name}/${key}`)));
    const text = valueExpression.trim();
    if (text === '') errors.push(required(`${place}.valueExpression`, 'valueExpression is not specified'));
    else if (byteLength(text) > most.valueExpressionBytes) {
      const why = `must not exceed ${most.valueExpressionBytes} bytes in length`;
      errors.push(required(`${place}.valueExpression`, why));
    } else errors.push(...validateExpression(text, `${place}.valueExpression`, ['string', 'null_type'], known));
    if (keys.has(key)) errors.push(duplicate(`${place}.key`, key));
    keys.add(key);
  }
  return errors;
}
