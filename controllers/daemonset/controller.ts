/**
 * The DaemonSet controller: one Pod on each node.
 *
 * Owns: Pods whose controller reference is a DaemonSet, and its status. Watches: DaemonSets, Pods and Nodes.
 * Not built: maxSurge, ControllerRevision objects (so no `kubectl rollout undo` of a DaemonSet).
 */
import { daemonSets, nodes, pods } from '../../pkg/api/resources.ts';
import type { DaemonSet, Node, Pod } from '../../pkg/api/types.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { startOwnerController } from '../../pkg/reconcile/index.ts';
import { planDaemonSet } from './plan.ts';

export function startDaemonSetController(context: ControllerContext): RunningController {
  const nodeInformer = context.informers.for<Node>(nodes);
  return startOwnerController<DaemonSet, Pod>({
    name: 'daemonset',
    context,
    ownerType: daemonSets,
    childType: pods,
    workers: 2,
    also: [nodeInformer],
    plan: (inputs) => planDaemonSet({ ...inputs, nodes: nodeInformer.store.list() }),
  });
}
