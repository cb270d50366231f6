/** Which Service a written object is about, for everything here that counts by Service. */
import { endpoints, endpointSlices, services, type ResourceType } from '../api/resources.ts';
import type { EndpointSlice, KubeObject } from '../api/types.ts';
import type { ObjectKey } from '../client/index.ts';
import { serviceOf } from '../endpoints/index.ts';

/** An object as the caches have it. */
export type Find = (type: ResourceType, key: ObjectKey) => KubeObject | undefined;

/** `namespace/name`; undefined for what is about no Service, such as an event. */
export function serviceKeyOf(type: ResourceType, object: KubeObject): string | undefined {
  const { namespace = '', name = '' } = object.metadata;
  if (type === endpoints) return `${namespace}/${name}`;
  if (type !== endpointSlices) return undefined;
  const service = serviceOf(object as EndpointSlice);
  return service === undefined ? undefined : `${namespace}/${service}`;
}

export interface Owner {
  readonly type: ResourceType;
  /** Absent: that of the Service. */
  readonly name?: string;
  /** Absent: whichever has the name. */
  readonly uid?: string;
}

/** What the object is deleted with: an Endpoints with the Service of its name, a slice with what controls it. */
export function ownerOf(type: ResourceType, object: KubeObject): Owner | undefined {
  if (type === endpoints) return { type: services };
  const reference = (object.metadata.ownerReferences ?? []).find(({ controller }) => controller === true);
  if (reference === undefined) return undefined;
  const { kind, name, uid } = reference;
  if (kind !== 'Service' && kind !== 'Endpoints') return undefined;
  return { type: kind === 'Service' ? services : endpoints, name, uid };
}
