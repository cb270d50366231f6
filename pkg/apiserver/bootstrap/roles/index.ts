import type { KubeObject } from '../../../api/types.ts';
import { aggregateRoles } from '../../authz/aggregated-roles.ts';
import { componentsRoles } from './components.ts';
import { controllersRoles } from './controllers.ts';
import { namespacedRoles } from './namespaced.ts';
import { parseRoles } from './parse-roles.ts';
import { usersRoles } from './users.ts';

/** Every role and binding that upstream makes when a cluster starts; aggregated roles have their sum already. */
export function bootstrapRoles(): KubeObject[] {
  const all = [usersRoles, componentsRoles, controllersRoles, namespacedRoles].flatMap(parseRoles);
  const { ClusterRole = [], ...others } = Object.groupBy(all, ({ kind = '' }) => kind);
  return [...aggregateRoles(ClusterRole), ...Object.values(others).flatMap((objects) => objects ?? [])];
}
