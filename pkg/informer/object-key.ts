import type { KubeObject } from '../api/types.ts';

/** What stores and queues go by (IN37): `namespace/name`, or `name` for what lives outside namespaces. */
export function keyOf(object: Pick<KubeObject, 'metadata'>): string {
  const { namespace, name = '' } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/** The two halves of a key; an object outside namespaces has the empty namespace. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
