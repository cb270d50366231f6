/** RoleBindings and ClusterRoleBindings. What a binding refers to never changes. */
import type { FieldError } from '../../api/field-error.ts';
import type { ClusterRoleBinding, RoleBinding } from '../../api/workloads.ts';
import { invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { dnsSubdomainProblems } from '../formats/dns.ts';
import { pathSegmentProblems } from '../formats/paths.ts';
import type { Loose } from '../loose.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { rbacName } from './roles.ts';

type Binding = RoleBinding | ClusterRoleBinding;
type Subject = Loose<NonNullable<RoleBinding['subjects']>[number]>;
type Reference = Loose<RoleBinding['roleRef']>;

const group = 'rbac.authorization.k8s.io';

export const validateRoleBinding = (binding: RoleBinding): FieldError[] => validateBinding(binding, true);
export const validateClusterRoleBinding = (binding: ClusterRoleBinding): FieldError[] =>
  validateBinding(binding, false);

export const validateRoleBindingUpdate = (next: RoleBinding, previous: RoleBinding): FieldError[] =>
  validateBindingUpdate(next, previous, true);
export const validateClusterRoleBindingUpdate = (
  next: ClusterRoleBinding,
  previous: ClusterRoleBinding,
): FieldError[] => validateBindingUpdate(next, previous, false);

const referenceOf = (binding: Binding): Reference => binding.roleRef ?? {};

function validateBinding(binding: Binding, namespaced: boolean): FieldError[] {
  const subjects: readonly Subject[] = binding.subjects ?? [];
  return [
    ...validateObjectMeta(binding.metadata, namespaced, rbacName),
    ...validateReference(referenceOf(binding), namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']),
    ...subjects.flatMap((subject, index) => validateSubject(subject, namespaced, `subjects[${index}]`)),
  ];
}

function validateReference({ apiGroup = '', kind = '', name = '' }: Reference, kinds: readonly string[]): FieldError[] {
  return [
    ...(apiGroup === group ? [] : [notSupported('roleRef.apiGroup', apiGroup, [group])]),
    ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind, kinds)]),
    ...(name === '' ? [required('roleRef.name')] : invalidEach('roleRef.name', name, pathSegmentProblems(name))),
  ];
}

function validateSubject(subject: Subject, namespaced: boolean, field: string): FieldError[] {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  const errors = name === '' ? [required(`${field}.name`)] : [];
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') errors.push(...invalidEach(`${field}.name`, name, dnsSubdomainProblems(name)));
      if (apiGroup !== '') errors.push(notSupported(`${field}.apiGroup`, apiGroup, ['']));
      return !namespaced && namespace === '' ? [...errors, required(`${field}.namespace`)] : errors;
    case 'User':
    case 'Group':
      return apiGroup === group ? errors : [...errors, notSupported(`${field}.apiGroup`, apiGroup, [group])];
    default:
      return [...errors, notSupported(`${field}.kind`, kind, ['ServiceAccount', 'User', 'Group'])];
  }
}

function validateBindingUpdate(next: Binding, previous: Binding, namespaced: boolean): FieldError[] {
  const { apiGroup = '', kind = '', name = '' } = referenceOf(next);
  const before = referenceOf(previous);
  const same = apiGroup === (before.apiGroup ?? '') && kind === (before.kind ?? '') && name === (before.name ?? '');
  const shown = json({ APIGroup: apiGroup, Kind: kind, Name: name });
  return [
    ...validateBinding(next, namespaced),
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...(same ? [] : [invalid('roleRef', shown, 'cannot change roleRef')]),
  ];
}
