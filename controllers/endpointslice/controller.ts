/**
 * The EndpointSlice controller: keeps the slices of each Service with a selector.
 *
 * Owns: slices labelled with the Service and `endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io`.
 * Watches: Services, Pods, Nodes (zones, and CPUs for proportional hints) and slices (to put back what others change).
 * Never touches: slices with another manager, and those of Services without selector or of type ExternalName. Slices
 * of a Service that is gone are left to garbage collection (S1).
 */
import { endpointSlices, nodes, pods, services } from '../../pkg/api/resources.ts';
import type { EndpointSlice, Node, Pod, Service } from '../../pkg/api/types.ts';
import type { PodChange } from '../../pkg/endpoints/index.ts';
import {
  podAppeared,
  podIndexers,
  podUpdated,
  serviceIndexers,
  sliceAdded,
  sliceDeleted,
  sliceIndexers,
  sliceManager,
  SliceTracker,
  sliceUpdated,
  stripNode,
  stripPod,
} from '../../pkg/endpoints/index.ts';
import { keyOf } from '../../pkg/informer/index.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { queueOf, runController, servicesAffectedBy } from '../../pkg/reconcile/index.ts';
import { ClusterTopology, sharesMayChange, zoneChanged } from './cluster-topology.ts';
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
  } = options;
  const planOptions = { ...defaultSliceOptions, ...options };

  const serviceInformer = informers.for<Service>(services, { indexers: serviceIndexers });
  const podInformer = informers.for<Pod>(pods, { indexers: podIndexers, transform: stripPod });
  const nodeInformer = informers.for<Node>(nodes, { transform: stripNode });
  const sliceInformer = informers.for<EndpointSlice>(endpointSlices, { indexers: sliceIndexers });
  const watched = [serviceInformer, podInformer, nodeInformer, sliceInformer] as const;

  const queue = queueOf({ ...context, log }, 'endpoint_slice', { baseMs: 1000, maxMs: 1_000_000 });
  const topologyQueue = queueOf({ ...context, log }, 'endpoint_slice_topology');
  const tracker = new SliceTracker();
  const topology = new ClusterTopology();
  const metrics = new SliceMetrics(registry, planOptions.maxEndpointsPerSlice);
  const sources = { services: serviceInformer, pods: podInformer, nodes: nodeInformer, slices: sliceInformer };
  const sync = new SliceSync({ client, clock, events, metrics, tracker, topology, options: planOptions, ...sources });

  const onPod = (change: PodChange | undefined): void => {
    if (change === undefined) return;
    for (const key of servicesAffectedBy(change, serviceInformer)) queue.addAfter(key, endpointUpdatesBatchPeriodMs);
  };
  const onSlice = (keys: readonly string[]): void => {
    for (const key of keys) queue.addAfter(key, Math.max(sliceChangeMinDelayMs, endpointUpdatesBatchPeriodMs));
  };
  /** H10, U13: endpoints carry their node's zone, and wait for it to be known. */
  const onPodsOf = (node: Node): void => {
    for (const pod of podInformer.store.byIndex('podNode', keyOf(node))) onPod(podAppeared(pod));
  };
  const evaluateNodes = (): void => {
    for (const key of topology.evaluate(nodeInformer.store.list())) queue.add(key);
  };

  // Q5
  serviceInformer.addHandler({
    add: (service, isInitial) => queue.add(keyOf(service), isInitial ? 'background' : 'live'),
    update: (old, service) => queue.add(keyOf(service), old === service ? 'background' : 'live'),
    delete: (service) => queue.add(keyOf(service)),
  });
  // Q6–Q9. What is there at the start is looked at with its Service.
  podInformer.addHandler({
    add: (pod, isInitial) => onPod(isInitial ? undefined : podAppeared(pod)),
    update: (old, pod) => onPod(podUpdated(old, pod)),
    delete: (pod) => onPod(podAppeared(pod)),
  });
  // Q12, likewise.
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
    watched,
    // H11: before the first sync, or it would take hints off for want of Nodes.
    prepare: evaluateNodes,
    beside: { queue: topologyQueue, sync: async () => evaluateNodes() },
  });
}
