/** The parts of a slice that do not depend on its endpoints; the same for both controllers that write slices. */
import type { EndpointSlice, ObjectMeta, OwnerReference } from '../api/types.ts';
import { managedByLabel, serviceNameLabel } from './names.ts';
import { valueOf } from './string-map.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** S13: `<name>-`, unless no valid name could start with that. The server appends the random part. */
export function generateName(owner: string): string {
  const prefix = `${owner}-`;
  const valid = prefix.length <= 253 && subdomain.test(`${owner.slice(0, -1)}a`);
  return valid ? prefix : owner;
}

/** The owner that garbage collection follows and that blocks it while the slice exists. */
export function controllerReference(kind: string, owner: ObjectMeta): OwnerReference {
  return {
    apiVersion: 'v1',
    kind,
    name: owner.name ?? '',
    uid: owner.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** S2: what is not labelled with both is invisible. */
export function belongsTo(slice: EndpointSlice, manager: string, namespace: string, serviceName: string): boolean {
  return (
    slice.metadata.namespace === namespace &&
    valueOf(slice.metadata.labels, serviceNameLabel) === serviceName &&
    valueOf(slice.metadata.labels, managedByLabel) === manager
  );
}

export const isManagedBy = (slice: EndpointSlice, manager: string): boolean =>
  valueOf(slice.metadata.labels, managedByLabel) === manager;

/** The Service a slice names; undefined when it names none. */
export function serviceOf(slice: EndpointSlice): string | undefined {
  const name = valueOf(slice.metadata.labels, serviceNameLabel) ?? '';
  return name === '' ? undefined : name;
}

/** Marked for deletion; finalizers may keep it around. */
export function isTerminatingObject({ metadata: { deletionTimestamp } }: { metadata: ObjectMeta }): boolean {
  return deletionTimestamp !== undefined && deletionTimestamp !== null;
}
