import type { KubeObject } from '../../../api/types.ts';
import { componentsRoles } from './components.ts';
import { controllersRoles } from './controllers.ts';
import { namespacedRoles } from './namespaced.ts';
import { parseRoles } from './parse-roles.ts';
import { usersRoles } from './users.ts';

/** Every role and binding that upstream makes when a cluster starts. */
export const bootstrapRoles = (): KubeObject[] =>
  [usersRoles, componentsRoles, controllersRoles, namespacedRoles].flatMap(parseRoles);
