/** Who controls whom: owner references, and taking or giving up what a selector does or does not mean. */
import { apiVersionOf, type ResourceType } from '../api/resources.ts';
import type { Selector } from '../api/labels/selector.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../api/types.ts';
import { preconditionOf, type UpdateStep } from '../steps/index.ts';

interface Named {
  readonly metadata: ObjectMeta;
}

/** The one owner that manages the object; others merely keep it alive. */
export function controllerOf({ metadata }: Named): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

export function isControlledBy(child: Named, owner: Named): boolean {
  const uid = controllerOf(child)?.uid;
  return uid !== undefined && uid === owner.metadata.uid;
}

export function controllerReference(type: ResourceType, { metadata }: Named): OwnerReference {
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

export const isBeingDeleted = ({ metadata }: Named): boolean => metadata.deletionTimestamp !== undefined;

export interface Claim<Child> {
  /** Controlled by the owner and meant by its selector; in the order in which they came. */
  readonly mine: readonly Child[];
  /** What has to be written so that ownership follows the selector. */
  readonly steps: readonly UpdateStep<KubeObject, 'adopted' | 'released'>[];
}

export interface ClaimInputs<Child> {
  readonly owner: Named;
  readonly ownerType: ResourceType;
  readonly childType: ResourceType;
  readonly selector: Selector;
  readonly children: readonly Child[];
}

/**
 * Objects without a controller that the selector means are taken, unless one of the two is being deleted; own ones
 * that it no longer means are let go. What was taken counts from the next look on, when the server has agreed.
 */
export function claim<Child extends KubeObject>(inputs: ClaimInputs<Child>): Claim<Child> {
  const { owner, selector, children } = inputs;
  const mine: Child[] = [];
  const steps: UpdateStep<KubeObject, 'adopted' | 'released'>[] = [];
  for (const child of children) {
    const matches = selector.matches(child.metadata.labels);
    if (isControlledBy(child, owner)) {
      if (matches) mine.push(child);
      else if (!isBeingDeleted(owner)) steps.push(change(inputs, child, 'released'));
    } else if (matches && controllerOf(child) === undefined && !isBeingDeleted(child) && !isBeingDeleted(owner)) {
      steps.push(change(inputs, child, 'adopted'));
    }
  }
  return { mine, steps: steps.toSorted((a, b) => byName(a.object, b.object)) };
}

function change<Child extends KubeObject>(
  { owner, ownerType, childType }: ClaimInputs<Child>,
  child: Child,
  because: 'adopted' | 'released',
): UpdateStep<KubeObject, 'adopted' | 'released'> {
  const others = (child.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
  const ownerReferences = because === 'adopted' ? [...others, controllerReference(ownerType, owner)] : others;
  return {
    kind: 'update',
    resource: childType,
    object: { ...child, metadata: { ...child.metadata, ownerReferences } },
    precondition: preconditionOf(child),
    because,
    chain: child.metadata.name ?? '',
  };
}

/** A total order of the objects of a namespace. */
export function byName(a: Named, b: Named): number {
  const [left, right] = [a.metadata.name ?? '', b.metadata.name ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Oldest first, by name among those of one second. */
export function byAge(a: Named, b: Named): number {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  return left < right ? -1 : left > right ? 1 : byName(a, b);
}
