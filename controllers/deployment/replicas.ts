/**
 * How many replicas each ReplicaSet of a Deployment should have next. The rules of a rolling update, in words:
 *
 * 1. Never more than replicas + maxSurge Pods, never fewer than replicas − maxUnavailable available ones.
 * 2. First the new set: down to what is wanted, or up as far as rule 1 leaves room. If it moved, the old ones wait.
 * 3. Then the old sets, oldest first: replicas that are not available go before those that are.
 */
import type { Deployment, ReplicaSet } from '../../pkg/api/types.ts';
import { resolveIntOrPercent } from '../../pkg/workloads/index.ts';

export interface Bounds {
  readonly wanted: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

export function boundsOf({ spec }: Deployment): Bounds {
  const wanted = spec?.replicas ?? 1;
  if (spec?.strategy?.type === 'Recreate') return { wanted, maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec?.strategy?.rollingUpdate ?? {};
  const surge = resolveIntOrPercent(maxSurge, wanted, 'up');
  const unavailable = Math.min(resolveIntOrPercent(maxUnavailable, wanted, 'down'), wanted);
  // With both at nothing no update could ever move.
  return { wanted, maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export const replicasOf = ({ spec }: ReplicaSet): number => spec?.replicas ?? 1;
export const availableOf = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** What the new set should have; `current` is undefined as long as there is none. */
export function newSetReplicas(bounds: Bounds, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): number {
  const { wanted, maxSurge } = bounds;
  const now = current === undefined ? 0 : replicasOf(current);
  if (now >= wanted) return wanted;
  const room = wanted + maxSurge - now - sum(old.map(replicasOf));
  return room <= 0 ? now : now + Math.min(room, wanted - now);
}

/** Replicas of the old sets (oldest first) after one step down. */
export function oldSetReplicas(bounds: Bounds, current: ReplicaSet, old: readonly ReplicaSet[]): readonly number[] {
  const { wanted, maxUnavailable } = bounds;
  const replicas = old.map(replicasOf);
  const atLeast = wanted - maxUnavailable;
  // 3a: Pods of the new set that are not there yet must not be counted on.
  const arriving = Math.max(0, replicasOf(current) - availableOf(current));
  let mayGo = Math.max(0, replicasOf(current) + sum(replicas) - atLeast - arriving);
  if (mayGo === 0) return replicas;
  for (const [at, set] of old.entries()) {
    const idle = Math.min(mayGo, Math.max(0, (replicas[at] ?? 0) - availableOf(set)));
    replicas[at] = (replicas[at] ?? 0) - idle;
    mayGo -= idle;
  }
  // 3b: of the available ones, as many as rule 1 can spare.
  let spare = Math.min(mayGo, sum([...old, current].map(availableOf)) - atLeast);
  for (const at of replicas.keys()) {
    const go = Math.min(Math.max(0, spare), replicas[at] ?? 0);
    replicas[at] = (replicas[at] ?? 0) - go;
    spare -= go;
  }
  return replicas;
}

/** Recreate: everything old is gone before anything new comes. */
export const oldPodsRemain = (old: readonly ReplicaSet[]): boolean =>
  old.some((set) => replicasOf(set) > 0 || (set.status?.replicas ?? 0) > 0);
