/**
 * M37: an object remembers at most ten managers that update it. Beyond that, the oldest entries of a version are merged
 * into one whose manager is `ancient-changes`.
 */
import { union } from '../fields/field-set.ts';
import { compareBytes } from '../json/byte-order.ts';
import { seconds, type ManagedFields, type Owner } from './managed-fields.ts';
import { managerKey, type ManagerId } from './manager-id.ts';

const maxUpdateManagers = 10;

/** The owners with the oldest ones merged, as far as needed. */
export function capUpdateManagers(owners: ManagedFields): ManagedFields {
  const updaters = [...owners].filter(([, { id }]) => id.operation === 'Update');
  let surplus = updaters.length - maxUpdateManagers;
  if (surplus <= 0) return owners;
  const capped = new Map(owners);
  const firstOfVersion = new Map<string, string>();
  for (const [key, owner] of updaters.sort(oldestFirst)) {
    if (surplus <= 0) break;
    const first = firstOfVersion.get(owner.id.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(owner.id.apiVersion, key);
      continue;
    }
    mergeIntoBucket(capped, first, key, owner);
    surplus--;
  }
  return capped;
}

const oldestFirst = ([leftKey, left]: readonly [string, Owner], [rightKey, right]: readonly [string, Owner]): number =>
  seconds(left) - seconds(right) || compareBytes(leftKey, rightKey);

function mergeIntoBucket(owners: Map<string, Owner>, first: string, key: string, owner: Owner): void {
  const id: ManagerId = {
    manager: 'ancient-changes',
    operation: 'Update',
    apiVersion: owner.id.apiVersion,
    subresource: '',
  };
  const bucket = managerKey(id);
  const known = owners.get(bucket) ?? owners.get(first) ?? owner;
  if (!owners.has(bucket)) owners.delete(first);
  // The merged entry is the younger one, so its time stands.
  owners.set(bucket, { id, fields: union(owner.fields, known.fields), time: owner.time });
  // When the bucket itself is the one to be merged it is lost here, as it is upstream.
  owners.delete(key);
}
