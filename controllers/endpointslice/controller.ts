/**
 * The EndpointSlice controller: keeps the slices of each Service with a selector.
 *
 * Owns: slices labelled with the Service and `endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io`.
 * Watches: Services, Pods, Nodes (zones, and CPUs for proportional hints) and slices (to put back what others change).
 * Never touches: slices with another manager, and those of Services without selector or of type ExternalName. Slices
 * of a Service that is gone are left to garbage collection (S1).
 */
import { endpointSlices, nodes } from '../../pkg/api/resources.ts';
import type { EndpointSlice, Node } from '../../pkg/api/types.ts';
import {
  sliceAdded,
  sliceDeleted,
  sliceIndexers,
  sliceManager,
  SliceTracker,
  sliceUpdated,
  stripNode,
} from '../../pkg/endpoints/index.ts';
import { keyOf } from '../../pkg/informer/index.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { followServicesAndPods, queueOf, runController } from '../../pkg/reconcile/index.ts';
import { ClusterTopology, sharesMayChange, zoneChanged } from './cluster-topology.ts';
import { Compaction } from './compaction.ts';
import { SliceMetrics } from './metrics.ts';
import { defaultSliceOptions } from './plan.ts';
import { SliceSync } from './sync.ts';

export interface EndpointSliceControllerOptions {
  /** `--concurrent-service-endpoint-syncs`, 1–50; 5 by default. */
  readonly concurrentServiceEndpointSyncs?: number;
  /** `--max-endpoints-per-slice`, 1–1000; 100 by default. */
  readonly maxEndpointsPerSlice?: number;
  /** `--endpointslice-updates-batch-period` in ms: how long changes of pods are gathered; 0 by default. */
  readonly endpointUpdatesBatchPeriodMs?: number;
  /** How long changes of slices by others are gathered at least (Q12, H25); 1,000 by default. */
  readonly sliceChangeMinDelayMs?: number;
  /**
   * U4, `--endpointslice-compaction-writes-per-minute`: what may be spent on bringing together the sparse slices of Services
   * that have been quiet for a minute; 0 by default, as upstream: never.
   */
  readonly compactionWritesPerMinute?: number;
  /** PreferSameZone and PreferSameNode count; true by default. */
  readonly preferSameTrafficDistribution?: boolean;
}

const name = 'endpoint-slice-controller';
/** Q15: Nodes are looked at all together. */
const allNodes = 'nodes';

/** Asks for its informers at once; start the factory after all controllers have done so. */
export function startEndpointSliceController(
  context: ControllerContext & { readonly options?: EndpointSliceControllerOptions },
): RunningController {
  const { client, informers, clock, metrics: registry, options = {} } = context;
  const log = context.log.child({ controller: name });
  const events = context.events(name);
  const {
    concurrentServiceEndpointSyncs = 5,
    endpointUpdatesBatchPeriodMs = 0,
    sliceChangeMinDelayMs = 1000,
    compactionWritesPerMinute = 0,
  } = options;
  const planOptions = { ...defaultSliceOptions, ...options };

  const nodeInformer = informers.for<Node>(nodes, { transform: stripNode });
  const sliceInformer = informers.for<EndpointSlice>(endpointSlices, { indexers: sliceIndexers });
  const queue = queueOf({ ...context, log }, 'endpoint_slice', { baseMs: 1000, maxMs: 1_000_000 });
  const followed = followServicesAndPods({ informers, queue, batchMs: endpointUpdatesBatchPeriodMs });
  const { services, pods } = followed;
  const topologyQueue = queueOf({ ...context, log }, 'endpoint_slice_topology');
  const tracker = new SliceTracker();
  const topology = new ClusterTopology();
  const metrics = new SliceMetrics(registry);
  const compaction = new Compaction(compactionWritesPerMinute, clock.monotonic());
  const sources = { services, pods, nodes: nodeInformer, slices: sliceInformer };
  const sync = new SliceSync({
    client,
    clock,
    events,
    metrics,
    tracker,
    topology,
    compaction,
    options: planOptions,
    ...sources,
  });

  const onSlice = (keys: readonly string[]): void => {
    for (const key of keys) queue.addAfter(key, Math.max(sliceChangeMinDelayMs, endpointUpdatesBatchPeriodMs));
  };
  /** H10, U13: endpoints carry their node's zone, and wait for it to be known. */
  const onPodsOf = (node: Node): void => {
    for (const pod of pods.store.byIndex('podNode', keyOf(node))) followed.lookAgain(pod);
  };
  const evaluateNodes = (): void => {
    for (const key of topology.evaluate(nodeInformer.store.list())) queue.add(key);
  };

  // Q12. What is there at the start is looked at with its Service.
  sliceInformer.addHandler({
    add: (slice, isInitial) => onSlice(isInitial ? [] : sliceAdded(slice, sliceManager, tracker)),
    update: (old, slice) => onSlice(old === slice ? [] : sliceUpdated(old, slice, sliceManager, tracker)),
    delete: (slice) => onSlice(sliceDeleted(slice, sliceManager, tracker)),
  });
  // Q15
  nodeInformer.addHandler({
    add: (node, isInitial) => {
      if (isInitial) return;
      topologyQueue.add(allNodes);
      onPodsOf(node);
    },
    update: (old, node) => {
      if (sharesMayChange(old, node)) topologyQueue.add(allNodes);
      if (zoneChanged(old, node)) onPodsOf(node);
    },
    delete: () => topologyQueue.add(allNodes),
  });

  return runController({
    name,
    context: { ...context, log },
    queue,
    sync: (key, work) => sync.sync(key, work),
    workers: concurrentServiceEndpointSyncs,
    watched: [services, pods, nodeInformer, sliceInformer],
    // H11: before the first sync, or it would take hints off for want of Nodes.
    prepare: evaluateNodes,
    beside: { queue: topologyQueue, sync: async () => evaluateNodes() },
  });
}
