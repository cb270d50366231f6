/** RBAC of a new cluster: one line a rule, `verbs group/resources` or `verbs /path`. */
import type { KubeObject } from '../../api/types.ts';
import type { PolicyRule } from '../authz/rules.ts';

const group = 'rbac.authorization.k8s.io';
const metadata = (name: string): KubeObject['metadata'] => ({
  name,
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});

interface RoleRow {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  /** Who has it by default. */
  readonly groups?: readonly string[];
  readonly users?: readonly string[];
}

const readPaths = (...nonResourceURLs: string[]): PolicyRule => ({ verbs: ['get'], nonResourceURLs });

const rows: readonly RoleRow[] = [
  {
    name: 'cluster-admin',
    groups: ['system:masters'],
    rules: [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
  },
  {
    name: 'system:discovery',
    groups: ['system:authenticated'],
    rules: [
      readPaths(
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
        '/version/',
      ),
    ],
  },
  {
    name: 'system:basic-user',
    groups: ['system:authenticated'],
    rules: [
      {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
      { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    ],
  },
  {
    name: 'system:public-info-viewer',
    groups: ['system:authenticated', 'system:unauthenticated'],
    rules: [readPaths('/healthz', '/livez', '/readyz', '/version', '/version/')],
  },
];

export function bootstrapRoles(): KubeObject[] {
  return rows.flatMap(({ name, rules, groups = [], users = [] }) => {
    const role = { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: metadata(name), rules };
    const subjects = [
      ...groups.map((subject) => ({ kind: 'Group', apiGroup: group, name: subject })),
      ...users.map((subject) => ({ kind: 'User', apiGroup: group, name: subject })),
    ];
    if (subjects.length === 0) return [role];
    const roleRef = { apiGroup: group, kind: 'ClusterRole', name };
    return [
      role,
      { apiVersion: `${group}/v1`, kind: 'ClusterRoleBinding', metadata: metadata(name), roleRef, subjects },
    ];
  });
}
