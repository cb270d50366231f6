/** Keeps the Node objects of the simulated nodes, and their Leases fresh. */
import { leases, nodes } from '../api/resources.ts';
import type { Lease, Node } from '../api/types.ts';
import { queueOf, runController, type ControllerContext, type RunningController } from '../reconcile/index.ts';
import type { WorkResult } from '../workqueue/index.ts';
import { ignoring } from './ignoring.ts';
import { nodeObject, nodeStatus, taintsOnceReady, type Machine } from './node-object.ts';
import type { NodePlace } from './places.ts';

const name = 'node-heartbeat';
const leaseNamespace = 'kube-node-lease';
const leaseSeconds = 40;
const renewMs = 10_000;
/** As upstream: an unchanged status is reported again after five minutes. */
const statusMs = 300_000;

export function startHeartbeat(
  context: ControllerContext,
  places: readonly NodePlace[],
  machine: Machine,
): RunningController {
  const { client, clock } = context;
  const log = context.log.child({ controller: name });
  const nodeInformer = context.informers.for<Node>(nodes);
  const queue = queueOf({ ...context, log }, name);
  const byName = new Map(places.map((place) => [place.name, place]));
  const reportedAt = new Map<string, number>();

  nodeInformer.addHandler({
    update: (_, node) => lookAgain(node),
    delete: (node) => {
      reportedAt.delete(node.metadata.name ?? '');
      if (byName.has(node.metadata.name ?? '')) queue.add(node.metadata.name ?? '');
    },
  });
  const lookAgain = (node: Node): void => {
    const nodeName = node.metadata.name ?? '';
    if (byName.has(nodeName) && (!isReady(node) || taintsOnceReady(node) !== undefined)) queue.add(nodeName);
  };

  const sync = async (key: string): Promise<WorkResult> => {
    const place = byName.get(key);
    if (place === undefined) return;
    await renew(key);
    await report(place);
    return { requeueAfterMs: renewMs };
  };

  const report = async (place: NodePlace): Promise<void> => {
    const now = clock.now();
    const last = reportedAt.get(place.name);
    const known = nodeInformer.store.get(place.name);
    if (last !== undefined && now - last < statusMs && known !== undefined && isReady(known)) {
      await untaint(known);
      return;
    }
    const node = known ?? (await created(place));
    const status = nodeStatus(node, place, machine, now);
    const ready = await client.patch<Node>(
      nodes,
      { name: place.name },
      'strategic',
      { status },
      { subresource: 'status' },
    );
    reportedAt.set(place.name, now);
    await untaint(ready);
  };

  const created = async (place: NodePlace): Promise<Node> =>
    (await ignoring(['AlreadyExists'], client.create<Node>(nodes, nodeObject(place, machine)))) ??
    client.get<Node>(nodes, { name: place.name });

  const untaint = async (node: Node): Promise<void> => {
    const taints = taintsOnceReady(node);
    if (taints === undefined) return;
    const { name: nodeName = '', resourceVersion } = node.metadata;
    const patch = { metadata: { resourceVersion }, spec: { taints } };
    await client.patch<Node>(nodes, { name: nodeName }, 'merge', patch);
  };

  const renew = async (nodeName: string): Promise<void> => {
    const renewTime = new Date(clock.now()).toISOString().replace('Z', '000Z');
    const spec = { holderIdentity: nodeName, leaseDurationSeconds: leaseSeconds, renewTime };
    const key = { namespace: leaseNamespace, name: nodeName };
    const renewed = await ignoring(['NotFound'], client.patch<Lease>(leases, key, 'merge', { spec }));
    if (renewed !== undefined) return;
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: key, spec };
    await ignoring(['AlreadyExists'], client.create<Lease>(leases, lease));
  };

  return runController({
    name,
    context: { ...context, log },
    queue,
    sync,
    workers: 4,
    watched: [nodeInformer],
    prepare: () => places.forEach((place) => queue.add(place.name)),
    periodic: true,
  });
}

const isReady = ({ status }: Node): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
