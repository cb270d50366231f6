/** What an aggregated ClusterRole (admin, edit, view) may do: the sum of the roles that its selectors choose. */
import { selectorFromSpec } from '../../api/labels/selector.ts';
import type { KubeObject } from '../../api/types.ts';
import type { PolicyRule } from './rules.ts';

export interface ClusterRole extends KubeObject {
  rules?: PolicyRule[] | null;
  aggregationRule?: { clusterRoleSelectors?: Parameters<typeof selectorFromSpec>[0][] };
}

/** The roles whose rules are not the sum they should be, each with that sum. `all` is in order of name. */
export function planAggregation(all: readonly ClusterRole[]): ClusterRole[] {
  return all.flatMap((role) => {
    const selectors = role.aggregationRule?.clusterRoleSelectors?.map(selectorFromSpec);
    if (selectors === undefined) return [];
    const sources = all.filter(
      (other) => other !== role && selectors.some((selector) => selector.matches(other.metadata.labels)),
    );
    const rules = withoutRepeats(sources.flatMap((source) => source.rules ?? []));
    return JSON.stringify(rules) === JSON.stringify(role.rules ?? []) ? [] : [{ ...role, rules }];
  });
}

/** The same roles with all sums made. Roles that add to each other without end are left after a few rounds. */
export function aggregateRoles(all: readonly ClusterRole[]): ClusterRole[] {
  let roles = [...all].sort((a, b) => compare(a.metadata.name ?? '', b.metadata.name ?? ''));
  for (let round = 0; round < maxRounds; round += 1) {
    const changed = new Map(planAggregation(roles).map((role) => [role.metadata.name, role]));
    if (changed.size === 0) break;
    roles = roles.map((role) => changed.get(role.metadata.name) ?? role);
  }
  return roles;
}

/** Upstream's own need two: view adds to edit, edit to admin. */
const maxRounds = 8;

/** As the keys of the watch cache are ordered. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function withoutRepeats(rules: readonly PolicyRule[]): PolicyRule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
