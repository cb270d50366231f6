/** Which requests a policy, or a binding of one, is about. */
import type { MatchResources } from '../../api/admission.ts';
import type { FieldError } from '../../api/field-error.ts';
import { required } from '../errors.ts';
import { validateLabelSelector } from '../metadata/labels.ts';
import { validateNamedRule } from './resource-rules.ts';
import { matchPolicies, oneOf } from './webhooks.ts';

export function validateMatchResources(match: MatchResources, at: string): FieldError[] {
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match;
  return [
    ...(matchPolicy === undefined
      ? [required(`${at}.matchPolicy`)]
      : oneOf(matchPolicy, `${at}.matchPolicy`, matchPolicies)),
    ...validateLabelSelector(namespaceSelector, `${at}.namespaceSelector`),
    ...validateLabelSelector(objectSelector, `${at}.objectSelector`),
    ...resourceRules.flatMap((rule, index) => validateNamedRule(rule, `${at}.resourceRules[${index}]`)),
    ...excludeResourceRules.flatMap((rule, index) => validateNamedRule(rule, `${at}.excludeResourceRules[${index}]`)),
  ];
}
