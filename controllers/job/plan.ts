/**
 * The pure core of the Job controller: Pods until enough have succeeded, or too many have failed. Pods that ended are
 * kept, so counting them is all the memory there is.
 */
import { jobs, pods as podType } from '../../pkg/api/resources.ts';
import type { Job, KubeObject, Pod } from '../../pkg/api/types.ts';
import type { Plan, Step, WriteStep } from '../../pkg/steps/index.ts';
import {
  byAge,
  findCondition,
  isActive,
  isBeingDeleted,
  isControlledBy,
  isReady,
  podFromTemplate,
  statusSteps,
  timeText,
} from '../../pkg/workloads/index.ts';

/** Why something is written. Machine words. */
export type Because = 'tooFew' | 'tooMany' | 'finished' | 'suspended' | 'counted' | 'retryLater' | 'deadline';

export interface JobInputs {
  readonly owner: Job;
  /** Its Pods, and others. */
  readonly children: readonly Pod[];
  readonly now: number;
}

type Steps = Step<KubeObject, Because>[];
type Conditions = NonNullable<NonNullable<Job['status']>['conditions']>;

/** Labels by which `kubectl` and people find the Pods of a Job; the short ones are the older form. */
const prefix = 'batch.kubernetes.io/';
const firstPauseMs = 10_000;
const longestPauseMs = 600_000;

interface Counts {
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: readonly Pod[];
}

export function planJob({ owner, children, now }: JobInputs): Plan<KubeObject, Because> {
  const mine = children.filter((pod) => isControlledBy(pod, owner)).toSorted(byAge);
  const counts: Counts = {
    active: mine.filter(isActive),
    succeeded: mine.filter(({ status }) => status?.phase === 'Succeeded').length,
    failed: mine.filter(({ status }) => status?.phase === 'Failed'),
  };
  const verdict = finished(owner) ? undefined : judge(owner, counts, now);
  const over = finished(owner) || verdict !== undefined;
  const moves = isBeingDeleted(owner)
    ? []
    : over
      ? counts.active.map((pod) => removal(pod, 'finished'))
      : work(owner, counts, now);
  return {
    steps: Object.freeze([
      ...moves,
      // What was said at the end stays, whatever becomes of the Pods.
      ...(finished(owner) ? [] : statusSteps(jobs, owner, statusOf(owner, counts, verdict, now), 'counted' as const)),
      ...(over ? [] : deadline(owner, now)),
    ]),
  };
}

function finished({ status }: Job): boolean {
  return ['Complete', 'Failed'].some((type) => findCondition(status?.conditions, type)?.status === 'True');
}

interface Verdict {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

/** How many successes it takes; without `completions` one is enough, once nothing runs any more. */
const neededOf = ({ spec }: Job): number | undefined =>
  spec?.completions ?? (spec?.parallelism === undefined ? 1 : undefined);

function judge(owner: Job, { active, succeeded, failed }: Counts, now: number): Verdict | undefined {
  const needed = neededOf(owner);
  if (needed === undefined ? succeeded > 0 && active.length === 0 : succeeded >= needed) {
    const message = 'Reached expected number of succeeded pods';
    return { type: 'Complete', reason: 'CompletionsReached', message };
  }
  if (failed.length + restarts(owner, active) > (owner.spec?.backoffLimit ?? 6)) {
    const message = 'Job has reached the specified backoff limit';
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message };
  }
  if (deadlineInMs(owner, now) === 0) {
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

/** Under OnFailure a Pod fails by being started again. */
function restarts({ spec }: Job, active: readonly Pod[]): number {
  if (spec?.template?.spec?.restartPolicy !== 'OnFailure') return 0;
  const counts = active
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .map(({ restartCount }) => restartCount);
  return counts.reduce((sum, count) => sum + count, 0);
}

function deadlineInMs({ spec, status }: Job, now: number): number | undefined {
  const since = Date.parse(status?.startTime ?? '');
  if (spec?.activeDeadlineSeconds === undefined || Number.isNaN(since)) return undefined;
  return Math.max(0, since + spec.activeDeadlineSeconds * 1000 - now);
}

function deadline(owner: Job, now: number): Steps {
  const delayMs = deadlineInMs(owner, now);
  return delayMs === undefined ? [] : [{ kind: 'requeueAfter', delayMs, because: 'deadline' }];
}

function work(owner: Job, { active, succeeded, failed }: Counts, now: number): Steps {
  if (owner.spec?.suspend === true) return active.map((pod) => removal(pod, 'suspended'));
  const parallelism = owner.spec?.parallelism ?? 1;
  const needed = neededOf(owner);
  // Without a number of completions the first success means that no new Pod is wanted.
  const wanted =
    needed === undefined
      ? Math.min(parallelism, succeeded > 0 ? active.length : parallelism)
      : Math.min(parallelism, needed - succeeded);
  if (active.length > wanted) return active.slice(wanted).map((pod) => removal(pod, 'tooMany'));
  if (active.length === wanted) return [];
  const pauseMs = pauseAfter(failed, now);
  if (pauseMs > 0) return [{ kind: 'requeueAfter', delayMs: pauseMs, because: 'retryLater' }];
  return Array.from({ length: wanted - active.length }, () => creation(owner));
}

/** 10 s after the first failure, doubling with each. */
function pauseAfter(failed: readonly Pod[], now: number): number {
  const ends = failed.map(endOf).filter((end) => end !== undefined);
  if (ends.length === 0) return 0;
  const pauseMs = Math.min(firstPauseMs * 2 ** (ends.length - 1), longestPauseMs);
  return Math.max(0, Math.max(...ends) + pauseMs - now);
}

function endOf({ status }: Pod): number | undefined {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''));
  const known = ends.filter((end) => !Number.isNaN(end));
  return known.length === 0 ? undefined : Math.max(...known);
}

function creation(owner: Job): WriteStep<KubeObject, Because> {
  const { name = '', uid = '' } = owner.metadata;
  const labels = {
    [`${prefix}job-name`]: name,
    [`${prefix}controller-uid`]: uid,
    'job-name': name,
    'controller-uid': uid,
  };
  const object = podFromTemplate({ owner, ownerType: jobs, template: owner.spec?.template, labels });
  return { kind: 'create', resource: podType, object, because: 'tooFew', chain: 'create' };
}

function removal(pod: Pod, because: Because): WriteStep<KubeObject, Because> {
  const { uid, name = '' } = pod.metadata;
  const precondition = uid === undefined ? {} : { uid };
  return { kind: 'delete', resource: podType, object: pod, precondition, because, chain: name };
}

function statusOf(owner: Job, counts: Counts, verdict: Verdict | undefined, now: number): NonNullable<Job['status']> {
  const time = timeText(now);
  const over = verdict !== undefined;
  const startTime = owner.status?.startTime ?? (owner.spec?.suspend === true ? undefined : time);
  return {
    active: over ? 0 : counts.active.length,
    ready: over ? 0 : counts.active.filter(isReady).length,
    succeeded: counts.succeeded,
    failed: counts.failed.length,
    ...(startTime === undefined ? {} : { startTime }),
    ...(verdict?.type === 'Complete' ? { completionTime: time } : {}),
    ...(verdict === undefined ? {} : { conditions: concluded(owner.status?.conditions, verdict, time) }),
  };
}

/** The criteria are told first, then the end itself. */
function concluded(before: Conditions | undefined, { type, reason, message }: Verdict, time: string): Conditions {
  const told = { status: 'True', lastProbeTime: time, lastTransitionTime: time, reason, message };
  const criteria = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  return [...(before ?? []), { type: criteria, ...told }, { type, ...told }];
}
