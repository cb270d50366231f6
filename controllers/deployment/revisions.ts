/** The numbers by which `kubectl rollout` knows the ReplicaSets of a Deployment. */
import type { Deployment, ReplicaSet } from '../../pkg/api/types.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas';
const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';
const ownAnnotations: ReadonlySet<string> = new Set([
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  lastAppliedAnnotation,
]);

type Annotated = Deployment | ReplicaSet;

export function annotationOf({ metadata }: Annotated, key: string): string | undefined {
  return new Map(Object.entries(metadata.annotations ?? {})).get(key);
}

/** 0 when it has none. */
export function revisionOf(object: Annotated): number {
  const number = Number(annotationOf(object, revisionAnnotation) ?? '0');
  return Number.isSafeInteger(number) ? number : 0;
}

/** A template that comes back gets a new number and remembers the one it had. */
export function nextRevision(current: ReplicaSet | undefined, others: readonly ReplicaSet[]): number {
  const highest = Math.max(0, ...others.map(revisionOf));
  const own = current === undefined ? 0 : revisionOf(current);
  return own > highest ? own : highest + 1;
}

/** What a ReplicaSet carries: the Deployment's own annotations, and ours. */
export function replicaSetAnnotations(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  { revision, maxReplicas }: { readonly revision: number; readonly maxReplicas: number },
): Record<string, string> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !ownAnnotations.has(key));
  const earlier = current === undefined ? 0 : revisionOf(current);
  const history = current === undefined ? undefined : annotationOf(current, revisionHistoryAnnotation);
  const past = [history, earlier > 0 && earlier !== revision ? String(earlier) : undefined].filter(Boolean).join(',');
  return {
    ...current?.metadata.annotations,
    ...Object.fromEntries(copied),
    [revisionAnnotation]: String(revision),
    [desiredReplicasAnnotation]: String(deployment.spec?.replicas ?? 1),
    [maxReplicasAnnotation]: String(maxReplicas),
    ...(past === '' ? {} : { [revisionHistoryAnnotation]: past }),
  };
}
