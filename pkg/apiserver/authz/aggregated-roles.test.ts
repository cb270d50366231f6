import { describe, expect, it } from '@jest/globals';
import { bootstrapRoles } from '../bootstrap/roles/index.ts';
import { aggregateRoles, planAggregation, type ClusterRole } from './aggregated-roles.ts';

const gathering = (name: string, label: string, ...labels: string[]): ClusterRole => ({
  metadata: { name, labels: Object.fromEntries(labels.map((own) => [own, 'true'])) },
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] },
  rules: [],
});

const plain = (name: string, verb: string, label: string): ClusterRole => ({
  metadata: { name, labels: { [label]: 'true' } },
  rules: [{ verbs: [verb], apiGroups: [''], resources: ['pods'] }],
});

const verbsOf = ({ metadata, rules }: ClusterRole): string =>
  `${metadata.name}: ${(rules ?? []).flatMap(({ verbs }) => verbs).join()}`;

describe('aggregated roles', () => {
  it('sum what their selectors choose, through each other, without repeats', () => {
    const roles = [
      plain('w', 'list', 'to-view'),
      gathering('view', 'to-view', 'to-edit'),
      plain('v', 'get', 'to-view'),
    ];
    const all = [...roles, gathering('edit', 'to-edit'), plain('e', 'get', 'to-edit')];
    expect(aggregateRoles(all).map(verbsOf)).toEqual([
      'e: get',
      'edit: get,list',
      'v: get',
      'view: get,list',
      'w: list',
    ]);
    expect(all.map(verbsOf)).toEqual(['w: list', 'view: ', 'v: get', 'edit: ', 'e: get']);
  });

  it('leave nothing to plan once summed, and those of a new cluster are', () => {
    const roles = bootstrapRoles().filter(({ kind }) => kind === 'ClusterRole');
    expect(planAggregation(roles)).toEqual([]);
    expect(roles.filter((role: ClusterRole) => role.aggregationRule).map(({ metadata }) => metadata.name)).toEqual([
      'admin',
      'edit',
      'view',
    ]);
    expect(roles.every((role: ClusterRole) => (role.rules ?? []).length > 0 || !role.aggregationRule)).toBe(true);
  });

  it('that add to themselves end', () => {
    const all = [gathering('a', 'x', 'x'), gathering('b', 'x', 'x'), plain('p', 'get', 'x')];
    expect(aggregateRoles(all).map(verbsOf)).toEqual(['a: get', 'b: get', 'p: get']);
  });
});
