/** Bindings: roles, users and groups belong to the group of RBAC itself. */
import type { ClusterRoleBinding, RoleBinding } from '../api/workloads.ts';
import { each, fillZero } from './fill.ts';

type Subject = NonNullable<RoleBinding['subjects']>[number];

const apiGroup = 'rbac.authorization.k8s.io';

export function defaultBinding<T extends RoleBinding | ClusterRoleBinding>(binding: T): T {
  const roleRef = fillZero(binding.roleRef ?? {}, { apiGroup });
  const subjects = binding.subjects && each(binding.subjects, defaultSubject);
  if (roleRef === binding.roleRef && subjects === binding.subjects) return binding;
  return { ...binding, roleRef, ...(subjects === undefined ? {} : { subjects }) };
}

const defaultSubject = (subject: Subject): Subject =>
  subject.kind === 'User' || subject.kind === 'Group' ? fillZero(subject, { apiGroup }) : subject;
