/** Who may do what (S9, SV4): system:masters everything, everybody else what stored roles and bindings say. */
import { failure, forbidden, type StatusError } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import type { UserInfo } from '../http/exchange.ts';
import { ruleAllows, type Attributes, type PolicyRule } from './rules.ts';

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Binding extends KubeObject {
  subjects?: Subject[];
  roleRef?: { kind: string; name: string };
}

interface Role extends KubeObject {
  rules?: PolicyRule[];
}

/** The stored RBAC objects, read afresh when they change. */
export interface RoleSource {
  clusterRole(name: string): Role | undefined;
  role(namespace: string, name: string): Role | undefined;
  clusterRoleBindings(): readonly Binding[];
  roleBindings(namespace: string): readonly Binding[];
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

export class Authorizer {
  readonly #roles: RoleSource;

  constructor(roles: RoleSource) {
    this.#roles = roles;
  }

  authorize(attributes: Attributes, user: UserInfo): Decision {
    if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
    for (const { rules, reason } of this.#grants(user, attributes.kind === 'resource' ? attributes.namespace : '')) {
      if (rules.some((rule) => ruleAllows(rule, attributes))) return { allowed: true, reason };
    }
    return { allowed: false, reason: '' };
  }

  /** Throws the 403 of F9's table. */
  require(attributes: Attributes, user: UserInfo): void {
    if (!this.authorize(attributes, user).allowed) throw denial(attributes, user);
  }

  /** Every rule that applies to a user in a namespace, for SelfSubjectRulesReview. */
  rulesFor(user: UserInfo, namespace: string): PolicyRule[] {
    if (user.groups.includes('system:masters')) {
      return [
        { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
        { verbs: ['*'], nonResourceURLs: ['*'] },
      ];
    }
    return [...this.#grants(user, namespace)].flatMap(({ rules }) => rules);
  }

  /** What a role holds; undefined when there is no such role. */
  rulesOfRole(kind: string, namespace: string, name: string): readonly PolicyRule[] | undefined {
    const role = kind === 'ClusterRole' ? this.#roles.clusterRole(name) : this.#roles.role(namespace, name);
    return role && (role.rules ?? []);
  }

  *#grants(user: UserInfo, namespace: string): Generator<{ rules: readonly PolicyRule[]; reason: string }> {
    for (const binding of this.#roles.clusterRoleBindings()) {
      const subject = matchingSubject(binding, user, '');
      if (subject === undefined) continue;
      const rules = this.#roles.clusterRole(binding.roleRef?.name ?? '')?.rules ?? [];
      yield { rules, reason: reasonOf('ClusterRoleBinding', binding, subject) };
    }
    if (namespace === '') return;
    for (const binding of this.#roles.roleBindings(namespace)) {
      const subject = matchingSubject(binding, user, namespace);
      if (subject === undefined) continue;
      const { kind = '', name = '' } = binding.roleRef ?? {};
      const role = kind === 'ClusterRole' ? this.#roles.clusterRole(name) : this.#roles.role(namespace, name);
      yield { rules: role?.rules ?? [], reason: reasonOf('RoleBinding', binding, subject) };
    }
  }
}

function matchingSubject({ subjects }: Binding, user: UserInfo, namespace: string): Subject | undefined {
  return subjects?.find((subject) => {
    switch (subject.kind) {
      case 'User':
        return subject.name === user.username;
      case 'Group':
        return user.groups.includes(subject.name);
      case 'ServiceAccount':
        return user.username === `system:serviceaccount:${subject.namespace ?? namespace}:${subject.name}`;
      default:
        return false;
    }
  });
}

function reasonOf(kind: string, binding: Binding, subject: Subject): string {
  const { name, namespace } = binding.metadata;
  const of = namespace === undefined ? `"${name}"` : `"${name}/${namespace}"`;
  const { roleRef } = binding;
  const who =
    subject.kind === 'ServiceAccount'
      ? `ServiceAccount "${subject.name}/${subject.namespace ?? namespace}"`
      : `${subject.kind} "${subject.name}"`;
  return `RBAC: allowed by ${kind} ${of} of ${roleRef?.kind} "${roleRef?.name}" to ${who}`;
}

const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
    .replaceAll('&#38;', '&amp;')
    .replaceAll('&#60;', '&lt;')
    .replaceAll('&#62;', '&gt;');

function denial(attributes: Attributes, user: UserInfo): StatusError {
  if (attributes.kind === 'path') {
    return failure(
      403,
      'Forbidden',
      `forbidden: User "${user.username}" cannot ${attributes.verb} path "${escapeHtml(attributes.path)}"`,
      {},
    );
  }
  const { verb, group, resource, subresource, namespace, name } = attributes;
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return forbidden(
    { group, resource },
    name,
    `User "${user.username}" cannot ${verb} resource "${full}" in API group "${group}" ${where}`,
  );
}
