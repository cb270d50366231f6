/** SV4: a role may hold only what its author holds, and a binding may give only what its author could. */
import { forbidden, notFound } from '../../api/status.ts';
import type { KubeObject } from '../../api/types.ts';
import { describeRights, missingRights } from '../authz/escalation.ts';
import type { PolicyRule } from '../authz/rules.ts';
import type { AdmissionPlugin, Attributes } from './admission.ts';

const group = 'rbac.authorization.k8s.io';
const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

interface RbacObject extends KubeObject {
  rules?: PolicyRule[] | null;
  aggregationRule?: unknown;
  roleRef?: { kind: string; name: string };
}

export const rbacEscalation: AdmissionPlugin = {
  name: 'RBACEscalation',
  validate(attributes) {
    const { scope, operation } = attributes;
    if (operation === 'DELETE' || scope.resource.group !== group) return;
    if (scope.user.groups.includes('system:masters')) return;
    if (scope.resource.kind.endsWith('Binding')) checkBinding(attributes);
    else checkRole(attributes);
  },
};

function checkRole(attributes: Attributes): void {
  const { scope, object, previous } = attributes;
  const role: RbacObject = object;
  if (may(attributes, 'escalate', scope.resource.resource, role.metadata.name ?? '')) return;
  // Labels and the like may be changed by whoever may update.
  const before: RbacObject | undefined = previous;
  if (before !== undefined && JSON.stringify(before.rules ?? []) === JSON.stringify(role.rules ?? [])) return;
  if (role.aggregationRule !== undefined && missing(attributes, everything) !== '') {
    throw forbidden(
      scope.resource,
      role.metadata.name ?? '',
      'must have cluster-admin privileges to use the aggregationRule',
    );
  }
  refuse(attributes, role.rules ?? []);
}

function checkBinding(attributes: Attributes): void {
  const { scope, object } = attributes;
  const { roleRef }: RbacObject = object;
  const { kind = '', name = '' } = roleRef ?? {};
  const resource = kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (may(attributes, 'bind', resource, name)) return;
  const rules = scope.core.authorizer.rulesOfRole(kind, scope.info.namespace, name);
  if (rules === undefined) throw notFound({ group, resource }, name);
  refuse(attributes, rules);
}

function refuse(attributes: Attributes, wanted: readonly PolicyRule[]): void {
  const lines = missing(attributes, wanted);
  if (lines === '') return;
  const { user, resource } = attributes.scope;
  const groups = user.groups.map((name) => JSON.stringify(name)).join(' ');
  throw forbidden(
    resource,
    attributes.object.metadata.name ?? '',
    `user ${JSON.stringify(user.username)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines}`,
  );
}

function missing({ scope }: Attributes, wanted: readonly PolicyRule[]): string {
  const held = scope.core.authorizer.rulesFor(scope.user, scope.info.namespace);
  return describeRights(missingRights(held, wanted));
}

function may({ scope }: Attributes, verb: string, resource: string, name: string): boolean {
  const { namespace } = scope.info;
  const asked = { kind: 'resource', verb, group, version: 'v1', resource, subresource: '', namespace, name } as const;
  return scope.core.authorizer.authorize(asked, scope.user).allowed;
}
