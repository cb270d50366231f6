/** RoleSource over the watch caches; parsed roles are kept until their entry changes. */
import type { KubeObject } from '../../api/types.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { Registry } from '../registry/registry.ts';
import type { Entry } from '../watchcache/entry.ts';
import type { RoleSource } from './authorizer.ts';

const group = 'rbac.authorization.k8s.io';

export function storedRoles(registry: Registry, objects: ObjectStore): RoleSource {
  const parsed = new WeakMap<Entry, KubeObject>();
  const parse = (entry: Entry): KubeObject => {
    let object = parsed.get(entry);
    if (object === undefined) {
      object = entry.parse();
      parsed.set(entry, object);
    }
    return object;
  };
  const one = (resource: string, key: string): KubeObject | undefined => {
    const found = registry.get(group, resource);
    const entry = found === undefined ? undefined : objects.get(found, key);
    return entry === undefined ? undefined : parse(entry);
  };
  const many = (resource: string, prefix: string): KubeObject[] => {
    const found = registry.get(group, resource);
    if (found === undefined) return [];
    return Array.from(objects.cache(found).current().iterate('', prefix), ([, entry]) => parse(entry));
  };
  return {
    clusterRole: (name) => one('clusterroles', name),
    role: (namespace, name) => one('roles', `${namespace}/${name}`),
    clusterRoleBindings: () => many('clusterrolebindings', ''),
    roleBindings: (namespace) => many('rolebindings', `${namespace}/`),
  };
}
