/** What a Deployment says about itself; `kubectl rollout status` reads it. */
import type { Deployment, ReplicaSet } from '../../pkg/api/types.ts';
import { findCondition, withCondition, type Condition } from '../../pkg/workloads/index.ts';
import { availableOf, boundsOf } from './replicas.ts';

type Status = NonNullable<Deployment['status']>;

export interface StatusInputs {
  readonly deployment: Deployment;
  readonly current: ReplicaSet | undefined;
  readonly all: readonly ReplicaSet[];
  /** A ReplicaSet for the newest template is being made in this very plan. */
  readonly created: boolean;
  readonly now: number;
}

const sum = (all: readonly ReplicaSet[], read: (set: ReplicaSet) => number): number =>
  all.reduce((total, set) => total + read(set), 0);

export function statusOf(inputs: StatusInputs): Status {
  const { deployment, current, all, now } = inputs;
  const { wanted, maxUnavailable } = boundsOf(deployment);
  const replicas = sum(all, ({ status }) => status?.replicas ?? 0);
  const available = sum(all, availableOf);
  const counts = {
    replicas,
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, Math.max(replicas, wanted) - available),
    observedGeneration: deployment.metadata.generation ?? 0,
  };
  const before = deployment.status?.conditions;
  const progressing = progress(inputs, counts);
  const conditions = progressing === undefined ? (before ?? []) : withCondition(before, progressing, now);
  return { ...counts, conditions: withCondition(conditions, availability(available >= wanted - maxUnavailable), now) };
}

function availability(enough: boolean): Condition {
  return enough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** Every wanted replica is of the newest template and available, and nothing else is left. */
export function isComplete({ spec }: Deployment, status: Status): boolean {
  const wanted = spec?.replicas ?? 1;
  return status.updatedReplicas === wanted && status.replicas === wanted && status.availableReplicas === wanted;
}

/** Undefined: nothing new to say. */
function progress({ deployment, current, created, now }: StatusInputs, next: Status): Condition | undefined {
  const before = findCondition(deployment.status?.conditions, 'Progressing');
  if (deployment.spec?.paused === true) {
    return { type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  }
  const name = current?.metadata.name ?? '';
  if (created)
    return { type: 'Progressing', status: 'True', reason: 'NewReplicaSetCreated', message: 'Created new replica set' };
  if (isComplete(deployment, next)) return done(name);
  if (before === undefined || before.reason === 'DeploymentPaused' || hasMoved(deployment.status ?? {}, next)) {
    const message = `ReplicaSet "${name}" is progressing.`;
    return { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message };
  }
  if (before.reason !== 'NewReplicaSetAvailable' && deadlineMs(deployment, now) === 0) {
    const message = `ReplicaSet "${name}" has timed out progressing.`;
    return { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message };
  }
  return undefined;
}

const done = (name: string): Condition => ({
  type: 'Progressing',
  status: 'True',
  reason: 'NewReplicaSetAvailable',
  message: `ReplicaSet "${name}" has successfully progressed.`,
});

function hasMoved(before: Status, next: Status): boolean {
  const oldReplicas = ({ replicas = 0, updatedReplicas = 0 }: Status): number => replicas - updatedReplicas;
  return (
    (next.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldReplicas(next) < oldReplicas(before) ||
    (next.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** Time until a standstill counts as failure; undefined when it cannot, or has. */
export function deadlineMs({ spec, status }: Deployment, now: number): number | undefined {
  const progressing = findCondition(status?.conditions, 'Progressing');
  if (progressing === undefined || spec?.paused === true) return undefined;
  if (progressing.reason === 'NewReplicaSetAvailable' || progressing.status !== 'True') return undefined;
  const since = Date.parse(progressing.lastUpdateTime ?? '');
  if (Number.isNaN(since)) return undefined;
  return Math.max(0, since + (spec?.progressDeadlineSeconds ?? 600) * 1000 - now);
}
