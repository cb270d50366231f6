/** Bindings: where a policy applies, with which parameters, and what its refusals do. */
import type { AdmissionPolicyBinding, ParamRef } from '../../api/admission.ts';
import type { FieldError } from '../../api/field-error.ts';
import { duplicate, forbidden, invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { validateLabelSelector } from '../metadata/labels.ts';
import { pathSegmentName, subdomainName } from '../metadata/names.ts';
import { validateObjectMeta } from '../metadata/object-meta.ts';
import { validateMatchResources } from './match-resources.ts';

const actions = ['Audit', 'Deny', 'Warn'];

export function validateAdmissionPolicyBinding({ metadata, spec = {} }: AdmissionPolicyBinding): FieldError[] {
  const { policyName = '', paramRef, matchResources, validationActions = [] } = spec;
  return [
    ...validateObjectMeta(metadata, false, subdomainName),
    ...(policyName === ''
      ? [required('spec.policyName')]
      : invalidEach('spec.policyName', policyName, subdomainName(policyName, false))),
    ...(paramRef === undefined ? [] : validateParamRef(paramRef, 'spec.paramRef')),
    ...(matchResources === undefined ? [] : validateMatchResources(matchResources, 'spec.matchResources')),
    ...validateActions(validationActions, 'spec.validationActions'),
  ];
}

function validateParamRef(
  { name = '', selector, parameterNotFoundAction: missing = '' }: ParamRef,
  at: string,
): FieldError[] {
  const both = 'name and selector are mutually exclusive';
  const errors: FieldError[] = [];
  if (name !== '') {
    errors.push(...invalidEach(`${at}.name`, name, pathSegmentName(name, false)));
    if (selector !== undefined) errors.push(forbidden(`${at}.name`, both));
  }
  if (selector !== undefined) {
    errors.push(...validateLabelSelector(selector, `${at}.selector`));
    if (name !== '') errors.push(forbidden(`${at}.selector`, both));
  }
  if (name === '' && selector === undefined) {
    errors.push(required(at, 'one of name or selector must be specified'));
  }
  if (missing === '') errors.push(required(`${at}.parameterNotFoundAction`));
  else if (missing !== 'Deny' && missing !== 'Allow') {
    errors.push(notSupported(`${at}.parameterNotFoundAction`, json(missing), ['Deny', 'Allow']));
  }
  return errors;
}

function validateActions(given: readonly string[], at: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, action] of given.entries()) {
    if (!actions.includes(action)) errors.push(notSupported(`${at}[${index}]`, json(action), actions));
    if (seen.has(action)) errors.push(duplicate(`${at}[${index}]`, json(action)));
    seen.add(action);
  }
  if (seen.has('Deny') && seen.has('Warn')) {
    const why =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.push(invalid(at, json(given), why));
  }
  if (seen.size === 0) errors.push(required(at, 'at least one validation action is required'));
  return errors;
}
