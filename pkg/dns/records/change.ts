import type { EndpointSlice, Namespace, Pod, Service } from '../../api/types.ts';

/** One object appeared, changed or (without `object`) went away. */
export type Change =
  | { readonly kind: 'Namespace'; readonly name: string; readonly object: Namespace | undefined }
  | NamespacedChange<'Service', Service>
  | NamespacedChange<'EndpointSlice', EndpointSlice>
  | NamespacedChange<'Pod', Pod>;

interface NamespacedChange<Kind extends string, T> {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly object: T | undefined;
}

/** The change that brings an object into being, or up to date. */
export function changeTo(kind: 'Namespace', object: Namespace): Change;
export function changeTo(kind: 'Service', object: Service): Change;
export function changeTo(kind: 'EndpointSlice', object: EndpointSlice): Change;
export function changeTo(kind: 'Pod', object: Pod): Change;
export function changeTo(kind: Change['kind'], object: NonNullable<Change['object']>): Change {
  const { name = '', namespace = '' } = object.metadata;
  return { kind, namespace, name, object } as Change;
}

/** The change that takes an object away. */
export function changeAway(kind: Change['kind'], namespace: string, name: string): Change {
  return { kind, namespace, name, object: undefined };
}
