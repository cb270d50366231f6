/**
 * The pure core of the StatefulSet controller: Pods `NAME-0` to `NAME-(n−1)`, each with a host name of its own.
 *
 * OrderedReady, the default: a Pod is made when all before it are ready, and taken away, from the last, when all that
 * remain are. An update replaces Pods from the last to the first, one at a time, down to `partition`. Parallel makes
 * and takes away at once; updates stay one at a time.
 */
import { selectorFromSpec } from '../../pkg/api/labels/selector.ts';
import { pods as podType, statefulSets } from '../../pkg/api/resources.ts';
import type { KubeObject, Pod, StatefulSet } from '../../pkg/api/types.ts';
import type { Plan, Step, WriteStep } from '../../pkg/steps/index.ts';
import {
  availableInMs,
  claim,
  isBeingDeleted,
  isReady,
  isTerminal,
  podFromTemplate,
  statusSteps,
  templateHash,
} from '../../pkg/workloads/index.ts';

/** Why something is written. Machine words. */
export type Because =
  | 'adopted'
  | 'released'
  | 'missing'
  | 'ended'
  | 'tooMany'
  | 'outdated'
  | 'counted'
  | 'becomesAvailable';

export interface StatefulSetInputs {
  readonly owner: StatefulSet;
  /** Its Pods, and those of the namespace without a controller. */
  readonly children: readonly Pod[];
  readonly now: number;
}

type Steps = Step<KubeObject, Because>[];

export const revisionLabel = 'controller-revision-hash';
const podNameLabel = 'statefulset.kubernetes.io/pod-name';
const podIndexLabel = 'apps.kubernetes.io/pod-index';

export function planStatefulSet({ owner, children, now }: StatefulSetInputs): Plan<KubeObject, Because> {
  const selector = selectorFromSpec(owner.spec?.selector ?? {});
  const claimed = claim({ owner, ownerType: statefulSets, childType: podType, selector, children });
  const byOrdinal = new Map<number, Pod>();
  for (const pod of claimed.mine) {
    const ordinal = ordinalOf(owner, pod);
    if (ordinal !== undefined) byOrdinal.set(ordinal, pod);
  }
  const revision = revisionName(owner);
  return {
    steps: Object.freeze([
      ...claimed.steps,
      ...(isBeingDeleted(owner) ? [] : next(owner, byOrdinal, revision, now)),
      ...statusSteps(statefulSets, owner, statusOf(owner, byOrdinal, revision, now), 'counted' as const),
      ...nextLook(owner, byOrdinal, now),
    ]),
  };
}

export const revisionName = ({ metadata, spec }: StatefulSet): string =>
  `${metadata.name ?? ''}-${templateHash(spec?.template)}`;

/** Undefined: not one of its names. */
function ordinalOf({ metadata }: StatefulSet, pod: Pod): number | undefined {
  const { name = '' } = pod.metadata;
  const prefix = `${metadata.name ?? ''}-`;
  const digits = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^(0|[1-9]\d{0,8})$/.test(digits) ? Number(digits) : undefined;
}

const startOf = ({ spec }: StatefulSet): number => spec?.ordinals?.start ?? 0;
const replicasOf = ({ spec }: StatefulSet): number => spec?.replicas ?? 1;
const minReady = ({ spec }: StatefulSet): number => spec?.minReadySeconds ?? 0;

function next(owner: StatefulSet, byOrdinal: ReadonlyMap<number, Pod>, revision: string, now: number): Steps {
  const ordered = owner.spec?.podManagementPolicy !== 'Parallel';
  const first = startOf(owner);
  const end = first + replicasOf(owner);
  const steps: Steps = [];
  let allWell = true;
  // 1. Upwards: what is missing or has ended.
  for (let ordinal = first; ordinal < end; ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) steps.push(creation(owner, ordinal, revision));
    else if (isTerminal(pod) && !isBeingDeleted(pod)) steps.push(removal(pod, 'ended'));
    if (pod !== undefined && isWell(owner, pod, now)) continue;
    allWell = false;
    if (ordered) return steps;
  }
  // 2. Downwards: what is too much.
  const excess = [...byOrdinal.keys()].filter((at) => at < first || at >= end).toSorted((a, b) => b - a);
  for (const ordinal of excess) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) continue;
    if (!isBeingDeleted(pod)) steps.push(removal(pod, 'tooMany'));
    if (ordered) return steps;
  }
  // 3. Downwards: what has an old template, one at a time.
  if (!allWell || excess.length > 0 || owner.spec?.updateStrategy?.type === 'OnDelete') return steps;
  const partition = owner.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let ordinal = end - 1; ordinal >= Math.max(first, partition); ordinal -= 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod !== undefined && revisionOf(pod) !== revision) return [...steps, removal(pod, 'outdated')];
  }
  return steps;
}

function isWell(owner: StatefulSet, pod: Pod, now: number): boolean {
  return !isBeingDeleted(pod) && !isTerminal(pod) && availableInMs(pod, minReady(owner), now) === 0;
}

const revisionOf = ({ metadata }: Pod): string | undefined =>
  new Map(Object.entries(metadata.labels ?? {})).get(revisionLabel);

function creation(owner: StatefulSet, ordinal: number, revision: string): WriteStep<KubeObject, Because> {
  const name = `${owner.metadata.name ?? ''}-${ordinal}`;
  const labels = { [revisionLabel]: revision, [podNameLabel]: name, [podIndexLabel]: String(ordinal) };
  const pod = podFromTemplate({ owner, ownerType: statefulSets, template: owner.spec?.template, name, labels });
  const subdomain = owner.spec?.serviceName ?? '';
  const spec = {
    ...pod.spec,
    containers: pod.spec?.containers ?? [],
    hostname: name,
    ...(subdomain === '' ? {} : { subdomain }),
  };
  return { kind: 'create', resource: podType, object: { ...pod, spec }, because: 'missing', chain: name };
}

function removal(pod: Pod, because: Because): WriteStep<KubeObject, Because> {
  const { uid, name = '' } = pod.metadata;
  const precondition = uid === undefined ? {} : { uid };
  return { kind: 'delete', resource: podType, object: pod, precondition, because, chain: name };
}

function statusOf(owner: StatefulSet, byOrdinal: ReadonlyMap<number, Pod>, revision: string, now: number) {
  const all = [...byOrdinal.values()].filter((pod) => !isTerminal(pod));
  const steady = all.filter((pod) => !isBeingDeleted(pod));
  const updated = steady.filter((pod) => revisionOf(pod) === revision).length;
  const done = updated === replicasOf(owner) && all.length === updated;
  const before = owner.status?.currentRevision ?? revision;
  const currentRevision = done ? revision : before;
  return {
    replicas: all.length,
    readyReplicas: steady.filter(isReady).length,
    availableReplicas: steady.filter((pod) => isWell(owner, pod, now)).length,
    updatedReplicas: updated,
    currentReplicas: steady.filter((pod) => revisionOf(pod) === currentRevision).length,
    currentRevision,
    updateRevision: revision,
    observedGeneration: owner.metadata.generation ?? 0,
  };
}

function nextLook(owner: StatefulSet, byOrdinal: ReadonlyMap<number, Pod>, now: number): Steps {
  const waits = [...byOrdinal.values()]
    .map((pod) => availableInMs(pod, minReady(owner), now) ?? 0)
    .filter((delayMs) => delayMs > 0);
  return waits.length === 0 ? [] : [{ kind: 'requeueAfter', delayMs: Math.min(...waits), because: 'becomesAvailable' }];
}
