/**
 * The pure core of the node lifecycle controller. A node is well as long as its Lease is renewed. When it is not:
 *
 * 1. its conditions become Unknown, and its Pods not ready, so that Services leave them;
 * 2. it is tainted: nothing new is placed there;
 * 3. Pods that do not tolerate the taint, or no longer, are deleted.
 *
 * One look takes one step at the node; the write brings the next. A node that never had a Lease is somebody's own
 * business, where upstream would give it a minute and then up.
 */
import { nodes as nodeType, pods as podType } from '../../pkg/api/resources.ts';
import type { KubeObject, Node, Pod } from '../../pkg/api/types.ts';
import type { Plan, Step } from '../../pkg/steps/index.ts';
import { preconditionOf } from '../../pkg/steps/index.ts';
import { byName, isBeingDeleted, sameJson, statusSteps, timeText } from '../../pkg/workloads/index.ts';
import { evictsInMs, wantedTaints } from './taints.ts';

/** Why something is written. Machine words. */
export type Because = 'silent' | 'tainted' | 'podNotReady' | 'evicted' | 'nextLook';

export interface NodeInputs {
  readonly node: Node;
  /** When its Lease was last seen to be renewed, by our own clock; absent: it has none. */
  readonly heardAt: number | undefined;
  /** Those on the node. */
  readonly pods: readonly Pod[];
  readonly now: number;
}

/** `--node-monitor-grace-period`, upstream's default. */
export const graceMs = 50_000;

type Steps = Step<KubeObject, Because>[];

export function planNode(inputs: NodeInputs): Plan<KubeObject, Because> {
  const { node, heardAt, pods, now } = inputs;
  if (heardAt === undefined || isBeingDeleted(node)) return { steps: [] };
  const silentInMs = Math.max(0, heardAt + graceMs - now);
  const aboutNode = silentInMs > 0 ? [] : fallSilent(node, now);
  const steps = aboutNode.length > 0 ? aboutNode : retaint(node, now);
  const sorted = pods.toSorted(byName);
  const aboutPods = silentInMs > 0 ? [] : sorted.flatMap((pod) => notReady(pod, now));
  return {
    steps: Object.freeze([...steps, ...aboutPods, ...evict(node, sorted, now), ...lookAgain(silentInMs)]),
  };
}

const lookAgain = (silentInMs: number): Steps =>
  silentInMs === 0 ? [] : [{ kind: 'requeueAfter', delayMs: silentInMs, because: 'nextLook' }];

const told = { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };

function fallSilent(node: Node, now: number): Steps {
  const conditions = (node.status?.conditions ?? []).map((condition) =>
    condition.status === 'Unknown'
      ? condition
      : { ...condition, ...told, status: 'Unknown', lastTransitionTime: timeText(now) },
  );
  return statusSteps(nodeType, node, { conditions }, 'silent' as const);
}

function retaint(node: Node, now: number): Steps {
  const taints = wantedTaints(node, now);
  if (sameJson(taints, node.spec?.taints ?? [])) return [];
  const object = { ...node, spec: { ...node.spec, taints: [...taints] } };
  const chain = node.metadata.name ?? '';
  return [
    { kind: 'update', resource: nodeType, object, precondition: preconditionOf(node), because: 'tainted', chain },
  ];
}

function notReady(pod: Pod, now: number): Steps {
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === 'Ready' && condition.status === 'True'
      ? { ...condition, status: 'False', lastTransitionTime: timeText(now) }
      : condition,
  );
  return statusSteps(podType, pod, { conditions }, 'podNotReady' as const);
}

function evict(node: Node, pods: readonly Pod[], now: number): Steps {
  return pods
    .filter((pod) => !isBeingDeleted(pod))
    .flatMap((pod): Steps => {
      const delayMs = evictsInMs(node, pod, now);
      if (delayMs === undefined) return [];
      if (delayMs > 0) return [{ kind: 'requeueAfter', delayMs, because: 'nextLook' }];
      const { uid, name = '' } = pod.metadata;
      const precondition = uid === undefined ? {} : { uid };
      return [
        { kind: 'delete', resource: podType, object: pod, precondition, because: 'evicted', chain: `${name}/evict` },
      ];
    });
}
