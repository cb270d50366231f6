/** What the status of a workload counts. */
import type { FieldError } from '../../api/field-error.ts';
import { validateCounts } from '../counts.ts';
import { invalid } from '../errors.ts';

interface Counts {
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
}

/** No part is larger than the whole, and no more Pods are available than ready. `ready`: how the message names them. */
export function validateReplicaCounts<T extends Counts>(
  status: T,
  parts: readonly (keyof T & string)[],
  ready: string,
): FieldError[] {
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  return [
    ...parts.flatMap((name) => {
      const value = Number(status[name] ?? 0);
      return value > replicas ? [invalid(`status.${name}`, value, 'cannot be greater than status.replicas')] : [];
    }),
    ...(availableReplicas > readyReplicas
      ? [invalid('status.availableReplicas', availableReplicas, `cannot be greater than ${ready}`)]
      : []),
  ];
}

interface SetCounts extends Counts {
  readonly fullyLabeledReplicas?: number;
  readonly observedGeneration?: number;
  /** Of ReplicaSets alone. */
  readonly terminatingReplicas?: number;
}

/** What ReplicaSets and ReplicationControllers count alike. */
export function validateSetCounts(status: SetCounts): FieldError[] {
  return [
    ...validateCounts(
      status,
      'status',
      'replicas',
      'fullyLabeledReplicas',
      'readyReplicas',
      'availableReplicas',
      'observedGeneration',
      'terminatingReplicas',
    ),
    ...validateReplicaCounts(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas'),
  ];
}

interface Collisions {
  readonly collisionCount?: number;
}

/** Counting hash collisions goes one way only. */
export function validateCollisions(next: Collisions | undefined, previous: Collisions | undefined): FieldError[] {
  const before = previous?.collisionCount;
  const after = next?.collisionCount;
  if (before === undefined || (after !== undefined && after >= before)) return [];
  return [invalid('status.collisionCount', after ?? 0, 'cannot be decremented')];
}
