/** Roles and ClusterRoles. */
import type { FieldError } from '../../api/field-error.ts';
import type { ClusterRole, Role } from '../../api/workloads.ts';
import { invalid, json, required } from '../errors.ts';
import type { Loose } from '../loose.ts';
import { validateLabelSelector } from '../metadata/labels.ts';
import { pathSegmentProblems } from '../formats/paths.ts';
import type { NameRule } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { readSelector } from '../metadata/selector.ts';

type Rule = Loose<NonNullable<Role['rules']>[number]>;

/** Prefixes are held to the same rule as whole names. */
export const rbacName: NameRule = (name) => pathSegmentProblems(name);

export const validateRole = (role: Role): FieldError[] => [
  ...validateObjectMeta(role.metadata, true, rbacName),
  ...validateRules(role.rules ?? [], true),
];

export const validateRoleUpdate = (next: Role, previous: Role): FieldError[] => [
  ...validateRole(next),
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
];

export function validateClusterRole(role: ClusterRole): FieldError[] {
  return [
    ...validateObjectMeta(role.metadata, false, rbacName),
    ...validateRules(role.rules ?? [], false),
    ...validateAggregation(role),
  ];
}

export const validateClusterRoleUpdate = (next: ClusterRole, previous: ClusterRole): FieldError[] => [
  ...validateClusterRole(next),
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
];

function validateAggregation({ aggregationRule }: ClusterRole): FieldError[] {
  if (aggregationRule === undefined) return [];
  const field = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    return [required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  }
  return selectors.flatMap((selector, index) => [
    ...validateLabelSelector(selector, `${field}[${index}]`),
    // What is shown is the reading that failed.
    ...(readSelector(selector) === undefined
      ? [invalid(`${field}[${index}]`, json(null), 'invalid label selector.')]
      : []),
  ]);
}

const validateRules = (rules: readonly Rule[], namespaced: boolean): FieldError[] =>
  rules.flatMap((rule, index) => validateRule(rule, namespaced, `rules[${index}]`));

/** A rule is about resources or about URLs, and URLs are not part of any namespace. */
function validateRule(rule: Rule, namespaced: boolean, field: string): FieldError[] {
  const { verbs = [], nonResourceURLs = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
  const errors = verbs.length === 0 ? [required(`${field}.verbs`, 'verbs must contain at least one value')] : [];
  if (nonResourceURLs.length > 0) {
    const at = `${field}.nonResourceURLs`;
    const refuse = (detail: string): FieldError => invalid(at, json(nonResourceURLs), detail);
    if (namespaced) errors.push(refuse('namespaced rules cannot apply to non-resource URLs'));
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      errors.push(refuse('rules cannot apply to both regular resources and non-resource URLs'));
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (resources.length === 0) {
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
  }
  return errors;
}
