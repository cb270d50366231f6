/** Gives every Pod without a node one, through the binding subresource. Watches Pods and Nodes. */
import { nodes, pathOf, pods } from '../api/resources.ts';
import type { Node, Pod } from '../api/types.ts';
import { keyOf, splitKey } from '../informer/index.ts';
import { queueOf, runController, type ControllerContext, type RunningController } from '../reconcile/index.ts';
import { findCondition, isBeingDeleted, isTerminal, timeText } from '../workloads/index.ts';
import { chooseNode } from './choose-node.ts';
import { ignoring } from './ignoring.ts';
import { Placements } from './placements.ts';

const name = 'scheduler';
const component = 'default-scheduler';

export function startScheduler(context: ControllerContext): RunningController {
  const { client, clock } = context;
  const events = context.events(component);
  const log = context.log.child({ controller: name });
  const podInformer = context.informers.for<Pod>(pods);
  const nodeInformer = context.informers.for<Node>(nodes);
  const queue = queueOf({ ...context, log }, name);
  const placements = new Placements();
  /** Keys for which there was no node; any change of a node may help them. */
  const waiting = new Set<string>();

  const heard = (pod: Pod): void => {
    const { uid = '' } = pod.metadata;
    const node = pod.spec?.nodeName ?? '';
    if (isTerminal(pod)) placements.remove(uid);
    else if (node !== '') placements.place(uid, node);
    if (isWaiting(pod)) queue.add(keyOf(pod));
  };
  podInformer.addHandler({
    add: heard,
    update: (_, pod) => heard(pod),
    delete: (pod) => {
      placements.remove(pod.metadata.uid ?? '');
      waiting.delete(keyOf(pod));
      retryAll();
    },
  });
  const retryAll = (): void => waiting.forEach((key) => queue.add(key));
  nodeInformer.addHandler({ add: retryAll, update: retryAll, delete: retryAll });

  const sync = async (key: string): Promise<void> => {
    waiting.delete(key);
    const pod = podInformer.store.get(key);
    if (pod === undefined || !isWaiting(pod)) return;
    const candidates = nodeInformer.store
      .list()
      .map((node) => ({ node, pods: placements.count(node.metadata.name ?? '') }));
    const choice = chooseNode(pod, candidates);
    if (choice.kind === 'bind') await bind(pod, choice.node);
    else await tellUnschedulable(pod, choice.message);
  };

  const bind = async (pod: Pod, node: string): Promise<void> => {
    const { namespace = '', name: podName = '', uid = '' } = pod.metadata;
    placements.place(uid, node);
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { namespace, name: podName, uid },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    };
    const { status, text } = await client.raw('POST', pathOf(pods, namespace, podName, 'binding'), body);
    if (status === 201) return;
    placements.remove(uid);
    // Gone, or bound by somebody else: the cache will say so.
    if (status !== 404 && status !== 409) throw new Error(`binding of ${namespace}/${podName} to ${node}: ${text}`);
  };

  const tellUnschedulable = async (pod: Pod, message: string): Promise<void> => {
    waiting.add(keyOf(pod));
    const before = findCondition(pod.status?.conditions, 'PodScheduled');
    if (before?.status === 'False' && before.message === message) return;
    events.event(pod, 'Warning', 'FailedScheduling', message);
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastTransitionTime: before?.lastTransitionTime ?? timeText(clock.now()),
    };
    const patch = { metadata: { uid: pod.metadata.uid }, status: { phase: 'Pending', conditions: [condition] } };
    await ignoring(
      ['NotFound', 'Conflict'],
      client.patch<Pod>(pods, splitKey(keyOf(pod)), 'strategic', patch, { subresource: 'status' }),
    );
  };

  return runController({
    name,
    context: { ...context, log },
    queue,
    sync,
    workers: 16,
    watched: [podInformer, nodeInformer],
  });
}

function isWaiting(pod: Pod): boolean {
  const { nodeName = '', schedulerName = component, schedulingGates = [] } = pod.spec ?? {};
  return nodeName === '' && schedulerName === component && schedulingGates.length === 0 && !isBeingDeleted(pod);
}
