import { describe, expect, it } from '@jest/globals';
import { bootstrapRoles } from './index.ts';
import { parseRoles } from './parse-roles.ts';

describe('roles of a new cluster', () => {
  it('reads rules, holders and aggregation', () => {
    const text = `
view
  gathers

kube-system/reader
  for account kube-system/x
  for group g
  get,list core,apps pods,deployments =a,b
  get /version`;
    expect(parseRoles(text)).toMatchObject([
      {
        kind: 'ClusterRole',
        metadata: { name: 'view' },
        rules: [],
        aggregationRule: {
          clusterRoleSelectors: [{ matchLabels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } }],
        },
      },
      {
        kind: 'Role',
        metadata: { name: 'reader', namespace: 'kube-system' },
        rules: [
          {
            verbs: ['get', 'list'],
            apiGroups: ['', 'apps'],
            resources: ['pods', 'deployments'],
            resourceNames: ['a', 'b'],
          },
          { verbs: ['get'], nonResourceURLs: ['/version'] },
        ],
      },
      {
        kind: 'RoleBinding',
        roleRef: { kind: 'Role', name: 'reader' },
        subjects: [
          { kind: 'ServiceAccount', name: 'x', namespace: 'kube-system' },
          { kind: 'Group', name: 'g' },
        ],
      },
    ]);
  });

  it('has what control plane and nodes need, each name once', () => {
    const names = bootstrapRoles().map(
      ({ kind, metadata }) => `${kind ?? ''} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`,
    );
    expect(new Set(names).size).toBe(names.length);
    for (const role of [
      'cluster-admin',
      'view',
      'system:node',
      'system:node-proxier',
      'system:kube-dns',
      'system:discovery',
    ]) {
      expect(names).toContain(`ClusterRole /${role}`);
    }
  });
});
