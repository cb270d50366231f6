/**
 * The node lifecycle controller: notices nodes that fell silent, taints them, and moves their Pods away.
 *
 * Owns: the taints not-ready, unreachable and unschedulable of Nodes, and the conditions of silent ones.
 * Watches: Nodes, their Leases, Pods.
 */
import { leases, nodes, pods } from '../../pkg/api/resources.ts';
import type { Lease, Node, Pod } from '../../pkg/api/types.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { applyPlan, queueOf, runController } from '../../pkg/reconcile/index.ts';
import type { WorkContext, WorkResult } from '../../pkg/workqueue/index.ts';
import { planNode } from './plan.ts';

const name = 'node-lifecycle';
const leaseNamespace = 'kube-node-lease';
const podIndexers = {
  node: ({ spec }: Pod): string[] => ((spec?.nodeName ?? '') === '' ? [] : [spec?.nodeName ?? '']),
};

/** Asks for whole Nodes and Pods at once; start the informers afterwards. */
export function startNodeLifecycleController(context: ControllerContext): RunningController {
  const { client, clock, informers } = context;
  const events = context.events('node-controller');
  const log = context.log.child({ controller: name });
  const nodeInformer = informers.for<Node>(nodes);
  const leaseInformer = informers.for<Lease>(leases, { namespace: leaseNamespace });
  const podInformer = informers.for<Pod>(pods, { indexers: podIndexers });
  const queue = queueOf({ ...context, log }, name);

  const heard = new Map<string, { readonly renewTime: string | undefined; readonly at: number }>();

  const onNode = ({ metadata }: Node): void => queue.add(metadata.name ?? '');
  /** A Pod matters to a node that is in trouble only. */
  const onPod = ({ spec }: Pod): void => {
    const node = nodeInformer.store.get(spec?.nodeName ?? '');
    if (node?.spec?.taints?.some(({ effect }) => effect === 'NoExecute') === true) onNode(node);
  };
  nodeInformer.addHandler({ add: onNode, update: (_, node) => onNode(node) });
  // What was written before we looked says nothing about a node's silence, so our own clock counts.
  const onLease = (lease: Lease): void => {
    const { name: node = '' } = lease.metadata;
    const renewTime = lease.spec?.renewTime;
    if (heard.get(node)?.renewTime !== renewTime) heard.set(node, { renewTime, at: clock.now() });
    queue.add(node);
  };
  leaseInformer.addHandler({
    add: onLease,
    update: (_, lease) => onLease(lease),
    delete: ({ metadata }) => heard.delete(metadata.name ?? ''),
  });
  podInformer.addHandler({ add: onPod, update: (_, pod) => onPod(pod) });

  const sync = async (key: string, { signal }: WorkContext): Promise<WorkResult> => {
    const node = nodeInformer.store.get(key);
    if (node === undefined) return;
    const plan = planNode({
      node,
      heardAt: heard.get(key)?.at,
      pods: podInformer.store.byIndex('node', key),
      now: clock.now(),
    });
    const { requeueAfterMs } = await applyPlan(plan, {
      client,
      signal,
      written: ({ because, object }) => {
        if (because === 'silent')
          events.event(object, 'Normal', 'NodeNotReady', `Node ${key} status is now: NodeNotReady`);
      },
    });
    return requeueAfterMs === undefined ? undefined : { requeueAfterMs };
  };

  return runController({
    name,
    context: { ...context, log },
    queue,
    sync,
    workers: 2,
    watched: [nodeInformer, leaseInformer, podInformer],
    periodic: true,
  });
}
