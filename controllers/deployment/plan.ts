/**
 * The pure core of the Deployment controller. One ReplicaSet for each pod template it had; the newest grows while the
 * others shrink. Each look takes one step, and the ReplicaSets' statuses bring the next.
 */
import { selectorFromSpec } from '../../pkg/api/labels/selector.ts';
import { deployments, replicaSets } from '../../pkg/api/resources.ts';
import type { Deployment, KubeObject, PodTemplate, ReplicaSet } from '../../pkg/api/types.ts';
import type { Plan, Step, WriteStep } from '../../pkg/steps/index.ts';
import { preconditionOf } from '../../pkg/steps/index.ts';
import {
  byAge,
  claim,
  controllerReference,
  isBeingDeleted,
  sameJson,
  statusSteps,
  templateHash,
  templateHashLabel,
} from '../../pkg/workloads/index.ts';
import { boundsOf, newSetReplicas, oldPodsRemain, oldSetReplicas, replicasOf } from './replicas.ts';
import { nextRevision, replicaSetAnnotations, revisionAnnotation, revisionOf } from './revisions.ts';
import { deadlineMs, isComplete, statusOf } from './status.ts';

/** Why something is written. Machine words. */
export type Because =
  | 'adopted'
  | 'released'
  | 'newTemplate'
  | 'scaled'
  | 'annotated'
  | 'history'
  | 'counted'
  | 'progressDeadline';

export interface DeploymentInputs {
  readonly owner: Deployment;
  /** Its ReplicaSets, and those of the namespace without a controller. */
  readonly children: readonly ReplicaSet[];
  readonly now: number;
}

type Steps = Step<KubeObject, Because>[];

export function planDeployment({ owner, children, now }: DeploymentInputs): Plan<KubeObject, Because> {
  const selector = selectorFromSpec(owner.spec?.selector ?? {});
  const claimed = claim({ owner, ownerType: deployments, childType: replicaSets, selector, children });
  const sets = claimed.mine.filter((set) => !isBeingDeleted(set)).toSorted(byAge);
  const hash = templateHash(owner.spec?.template);
  const current = sets.find((set) => templateHash(set.spec?.template) === hash);
  const old = sets.filter((set) => set !== current);
  // What is about to be taken may well be the set of the newest template.
  const waits = isBeingDeleted(owner) || claimed.steps.length > 0;
  const moves = waits ? [] : rollout({ owner, current, old, hash });
  const created = moves.some(({ because }) => because === 'newTemplate');
  const status = statusOf({ deployment: owner, current, all: sets, created, now });
  const number = waits ? [] : numbered(owner, current, old);
  // That write changes the version against which the status would be checked; the next look writes it.
  const counted = number.length > 0 ? [] : statusSteps(deployments, owner, status, 'counted' as const);
  return {
    steps: Object.freeze([
      ...claimed.steps,
      ...moves,
      ...number,
      ...counted,
      ...(waits || !isComplete(owner, status) ? [] : forgetOld(owner, old)),
      ...deadline(owner, now),
    ]),
  };
}

interface Rollout {
  readonly owner: Deployment;
  readonly current: ReplicaSet | undefined;
  /** Oldest first. */
  readonly old: readonly ReplicaSet[];
  readonly hash: string;
}

function rollout({ owner, current, old, hash }: Rollout): Steps {
  const bounds = boundsOf(owner);
  const maxReplicas = bounds.wanted === 0 ? 0 : bounds.wanted + bounds.maxSurge;
  if (owner.spec?.paused === true) return pausedScale(owner, [...old, ...(current === undefined ? [] : [current])]);
  if (owner.spec?.strategy?.type === 'Recreate' && oldPodsRemain(old)) {
    return old.flatMap((set) => resized(set, 0));
  }
  const revision = nextRevision(current, old);
  const annotations = replicaSetAnnotations(owner, current, { revision, maxReplicas });
  const replicas = newSetReplicas(bounds, current, old);
  if (current === undefined) return [creation(owner, hash, replicas, annotations)];
  const annotated = !sameJson(current.metadata.annotations ?? {}, annotations);
  if (annotated || replicas !== replicasOf(current)) {
    const because = replicas === replicasOf(current) ? 'annotated' : 'scaled';
    const changed = { ...current, metadata: { ...current.metadata, annotations } };
    return [update(withReplicas(changed, replicas), because)];
  }
  const targets = oldSetReplicas(bounds, current, old);
  return old.flatMap((set, at) => resized(set, targets[at] ?? 0));
}

/** While paused no template moves; the newest set that has Pods follows the wanted number. */
function pausedScale(owner: Deployment, sets: readonly ReplicaSet[]): Steps {
  const active = sets.filter((set) => replicasOf(set) > 0);
  const newest = (active.length > 0 ? active : sets).toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
  return newest === undefined || active.length > 1 ? [] : resized(newest, owner.spec?.replicas ?? 1);
}

const withReplicas = (set: ReplicaSet, replicas: number): ReplicaSet =>
  ({ ...set, spec: { ...set.spec, replicas } }) as ReplicaSet;

const resized = (set: ReplicaSet, replicas: number): Steps =>
  replicas === replicasOf(set) ? [] : [update(withReplicas(set, replicas), 'scaled')];

function update(object: ReplicaSet, because: Because): WriteStep<KubeObject, Because> {
  const chain = object.metadata.name ?? '';
  return { kind: 'update', resource: replicaSets, object, precondition: preconditionOf(object), because, chain };
}

function creation(
  owner: Deployment,
  hash: string,
  replicas: number,
  annotations: Record<string, string>,
): WriteStep<KubeObject, Because> {
  const { name = '', namespace = '' } = owner.metadata;
  const { template, selector, minReadySeconds } = owner.spec ?? {};
  const labels = { ...template?.metadata?.labels, [templateHashLabel]: hash };
  const hashed: PodTemplate = { ...template, metadata: { ...template?.metadata, labels } };
  const object: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations,
      ownerReferences: [controllerReference(deployments, owner)],
    },
    spec: {
      replicas,
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [templateHashLabel]: hash } },
      template: hashed,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    },
  };
  return { kind: 'create', resource: replicaSets, object, because: 'newTemplate', chain: name };
}

/** The Deployment shows the number of its newest template. */
function numbered(owner: Deployment, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): Steps {
  if (owner.spec?.paused === true) return [];
  const revision = String(nextRevision(current, old));
  if (String(revisionOf(owner)) === revision) return [];
  const annotations = { ...owner.metadata.annotations, [revisionAnnotation]: revision };
  const object = { ...owner, metadata: { ...owner.metadata, annotations } };
  const chain = owner.metadata.name ?? '';
  return [
    { kind: 'update', resource: deployments, object, precondition: preconditionOf(owner), because: 'annotated', chain },
  ];
}

/** `revisionHistoryLimit`, 10 by default: the oldest empty sets go. */
function forgetOld(owner: Deployment, old: readonly ReplicaSet[]): Steps {
  const empty = old.filter((set) => replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0);
  const excess = Math.max(0, empty.length - (owner.spec?.revisionHistoryLimit ?? 10));
  return empty
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, excess)
    .map((object) => ({
      kind: 'delete',
      resource: replicaSets,
      object,
      precondition: preconditionOf(object),
      because: 'history',
      chain: object.metadata.name ?? '',
    }));
}

function deadline(owner: Deployment, now: number): Steps {
  const delayMs = deadlineMs(owner, now);
  return delayMs === undefined || delayMs === 0 ? [] : [{ kind: 'requeueAfter', delayMs, because: 'progressDeadline' }];
}
