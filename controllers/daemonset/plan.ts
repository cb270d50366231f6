/** The pure core of the DaemonSet controller: one Pod on each node that takes it. */
import { selectorFromSpec } from '../../pkg/api/labels/selector.ts';
import { daemonSets, pods as podType } from '../../pkg/api/resources.ts';
import type { DaemonSet, KubeObject, Node, Pod } from '../../pkg/api/types.ts';
import type { Plan, Step, WriteStep } from '../../pkg/steps/index.ts';
import {
  availableInMs,
  byAge,
  byName,
  claim,
  isBeingDeleted,
  isReady,
  isTerminal,
  podFromTemplate,
  resolveIntOrPercent,
  statusSteps,
  templateHash,
} from '../../pkg/workloads/index.ts';
import { pinnedTo, pinOf, takes, withDaemonTolerations } from './nodes.ts';

/** Why something is written. Machine words. */
export type Because =
  | 'adopted'
  | 'released'
  | 'missing'
  | 'ended'
  | 'notWanted'
  | 'doubled'
  | 'outdated'
  | 'counted'
  | 'becomesAvailable';

export interface DaemonSetInputs {
  readonly owner: DaemonSet;
  /** Its Pods, and those of the namespace without a controller. */
  readonly children: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly now: number;
}

type Steps = Step<KubeObject, Because>[];

export const revisionLabel = 'controller-revision-hash';

export function planDaemonSet({ owner, children, nodes, now }: DaemonSetInputs): Plan<KubeObject, Because> {
  const selector = selectorFromSpec(owner.spec?.selector ?? {});
  const claimed = claim({ owner, ownerType: daemonSets, childType: podType, selector, children });
  const wanted = nodes.filter((node) => takes(node, owner)).toSorted(byName);
  const names = new Set(wanted.map(({ metadata }) => metadata.name ?? ''));
  const byNode = Map.groupBy(claimed.mine.toSorted(byAge), (pod) => pinOf(pod) ?? '');
  const revision = templateHash(owner.spec?.template);
  return {
    steps: Object.freeze([
      ...claimed.steps,
      ...(isBeingDeleted(owner) ? [] : next(owner, byNode, names, { revision, now })),
      ...statusSteps(daemonSets, owner, statusOf(owner, byNode, names, { revision, now }), 'counted' as const),
      ...nextLook(owner, claimed.mine, now),
    ]),
  };
}

interface Look {
  readonly revision: string;
  readonly now: number;
}
type ByNode = ReadonlyMap<string, readonly Pod[]>;

function next(owner: DaemonSet, byNode: ByNode, wanted: ReadonlySet<string>, { revision, now }: Look): Steps {
  const steps: Steps = [];
  for (const [node, pods] of byNode) {
    const present = pods.filter((pod) => !isBeingDeleted(pod));
    if (!wanted.has(node)) steps.push(...present.map((pod) => removal(pod, 'notWanted')));
    else steps.push(...present.filter(isTerminal).map((pod) => removal(pod, 'ended')));
    if (wanted.has(node)) {
      const [, ...others] = present.filter((pod) => !isTerminal(pod));
      steps.push(...others.map((pod) => removal(pod, 'doubled')));
    }
  }
  // A node whose Pod is still going waits for its end.
  for (const node of wanted) {
    if ((byNode.get(node) ?? []).length === 0) steps.push(creation(owner, node, revision));
  }
  return [...steps, ...update(owner, byNode, wanted, { revision, now })];
}

/** Outdated Pods that are not available go at once; of the others as many as `maxUnavailable`, 1 by default, lets. */
function update(owner: DaemonSet, byNode: ByNode, wanted: ReadonlySet<string>, { revision, now }: Look): Steps {
  if (owner.spec?.updateStrategy?.type === 'OnDelete') return [];
  const max = resolveIntOrPercent(owner.spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, wanted.size, 'up');
  const steady = [...wanted].flatMap((node) => {
    const pod = (byNode.get(node) ?? []).find((one) => !isBeingDeleted(one) && !isTerminal(one));
    return pod === undefined ? [] : [pod];
  });
  const available = steady.filter((pod) => isAvailable(owner, pod, now));
  const outdated = steady.filter((pod) => revisionOf(pod) !== revision);
  const idle = outdated.filter((pod) => !available.includes(pod));
  const spare = Math.max(0, max - (wanted.size - available.length));
  const going = [...idle, ...outdated.filter((pod) => available.includes(pod)).slice(0, spare)];
  return going.map((pod) => removal(pod, 'outdated'));
}

const minReady = ({ spec }: DaemonSet): number => spec?.minReadySeconds ?? 0;
const isAvailable = (owner: DaemonSet, pod: Pod, now: number): boolean =>
  availableInMs(pod, minReady(owner), now) === 0;
const revisionOf = ({ metadata }: Pod): string | undefined =>
  new Map(Object.entries(metadata.labels ?? {})).get(revisionLabel);

function creation(owner: DaemonSet, node: string, revision: string): WriteStep<KubeObject, Because> {
  const labels = { [revisionLabel]: revision };
  const pod = podFromTemplate({ owner, ownerType: daemonSets, template: owner.spec?.template, labels });
  const spec = pinnedTo(node, withDaemonTolerations(pod.spec ?? { containers: [] }));
  return { kind: 'create', resource: podType, object: { ...pod, spec }, because: 'missing', chain: node };
}

function removal(pod: Pod, because: Because): WriteStep<KubeObject, Because> {
  const { uid, name = '' } = pod.metadata;
  const precondition = uid === undefined ? {} : { uid };
  return { kind: 'delete', resource: podType, object: pod, precondition, because, chain: name };
}

function statusOf(owner: DaemonSet, byNode: ByNode, wanted: ReadonlySet<string>, { revision, now }: Look) {
  const onNode = (node: string): readonly Pod[] => (byNode.get(node) ?? []).filter((pod) => !isBeingDeleted(pod));
  const count = (test: (pod: Pod) => boolean): number => [...wanted].filter((node) => onNode(node).some(test)).length;
  const available = count((pod) => isAvailable(owner, pod, now));
  return {
    desiredNumberScheduled: wanted.size,
    currentNumberScheduled: count(() => true),
    numberMisscheduled: [...byNode.keys()].filter((node) => !wanted.has(node) && onNode(node).length > 0).length,
    numberReady: count(isReady),
    numberAvailable: available,
    numberUnavailable: wanted.size - available,
    updatedNumberScheduled: count((pod) => revisionOf(pod) === revision),
    observedGeneration: owner.metadata.generation ?? 0,
  };
}

function nextLook(owner: DaemonSet, mine: readonly Pod[], now: number): Steps {
  const waits = mine.map((pod) => availableInMs(pod, minReady(owner), now) ?? 0).filter((delayMs) => delayMs > 0);
  return waits.length === 0 ? [] : [{ kind: 'requeueAfter', delayMs: Math.min(...waits), because: 'becomesAvailable' }];
}
