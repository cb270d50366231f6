/**
 * The mirroring controller: gives Endpoints that users or other programs keep the slices that consumers read.
 *
 * Owns: slices with `endpointslice.kubernetes.io/managed-by: endpointslicemirroring-controller.k8s.io`.
 * Watches: Endpoints, Services (whether there is one, and without selector) and slices.
 * Never touches: slices with another manager, Endpoints. Mirrors nothing that is labelled
 * `endpointslice.kubernetes.io/skip-mirror: "true"` or is somebody's election lock, nothing without a Service, and
 * nothing whose Service has a selector; what was mirrored of such is taken away again (M3).
 */
import { endpoints, endpointSlices, services } from '../../pkg/api/resources.ts';
import type { EndpointSlice, Endpoints, Service } from '../../pkg/api/types.ts';
import {
  isSelectorless,
  mirrorManager,
  sliceAdded,
  sliceDeleted,
  sliceIndexers,
  SliceTracker,
  sliceUpdated,
} from '../../pkg/endpoints/index.ts';
import { keyOf } from '../../pkg/informer/index.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { queueOf, runController } from '../../pkg/reconcile/index.ts';
import type { Priority } from '../../pkg/workqueue/index.ts';
import { MirrorMetrics } from './metrics.ts';
import { isMirrorable } from './mirrorable.ts';
import { defaultMaxEndpointsPerSubset } from './plan.ts';
import { MirrorSync } from './sync.ts';

export interface MirroringControllerOptions {
  /** `--mirroring-concurrent-service-endpoint-syncs`, 1–50; 5 by default. */
  readonly mirroringConcurrentServiceEndpointSyncs?: number;
  /** `--mirroring-max-endpoints-per-subset`, 1–1000; 1000 by default. */
  readonly mirroringMaxEndpointsPerSubset?: number;
  /** `--mirroring-endpointslice-updates-batch-period` in ms: how long changes of slices are gathered; 0 by default. */
  readonly mirroringEndpointSliceUpdatesBatchPeriodMs?: number;
}

const name = 'endpoint-slice-mirroring-controller';

/** Asks for its informers at once; start the factory after all controllers have done so. */
export function startEndpointSliceMirroringController(
  context: ControllerContext & { readonly options?: MirroringControllerOptions },
): RunningController {
  const { client, informers, clock, metrics: registry, options = {} } = context;
  const log = context.log.child({ controller: name });
  const events = context.events(name);
  const {
    mirroringConcurrentServiceEndpointSyncs = 5,
    mirroringMaxEndpointsPerSubset: maxEndpointsPerSubset = defaultMaxEndpointsPerSubset,
    mirroringEndpointSliceUpdatesBatchPeriodMs = 0,
  } = options;

  const endpointsInformer = informers.for<Endpoints>(endpoints);
  const serviceInformer = informers.for<Service>(services);
  const sliceInformer = informers.for<EndpointSlice>(endpointSlices, { indexers: sliceIndexers });

  const queue = queueOf({ ...context, log }, 'endpoint_slice_mirroring', { baseMs: 1000, maxMs: 100_000 });
  const tracker = new SliceTracker();
  const metrics = new MirrorMetrics(registry, maxEndpointsPerSubset);
  const sources = { endpoints: endpointsInformer, services: serviceInformer, slices: sliceInformer };
  const sync = new MirrorSync({ client, clock, events, metrics, tracker, maxEndpointsPerSubset, ...sources });

  const addIf = (wanted: boolean, object: Endpoints | Service, priority: Priority = 'live'): void => {
    if (wanted) queue.add(keyOf(object), priority);
  };
  const onSlice = (keys: readonly string[]): void => {
    for (const key of keys) queue.addAfter(key, mirroringEndpointSliceUpdatesBatchPeriodMs);
  };

  // Q16
  endpointsInformer.addHandler({
    add: (object, isInitial) => addIf(isMirrorable(object), object, isInitial ? 'background' : 'live'),
    update: (old, object) =>
      addIf(isMirrorable(old) || isMirrorable(object), object, old === object ? 'background' : 'live'),
    delete: (object) => addIf(isMirrorable(object), object),
  });
  serviceInformer.addHandler({
    add: (service, isInitial) => addIf(isSelectorless(service), service, isInitial ? 'background' : 'live'),
    update: (old, service) => addIf(isSelectorless(old) !== isSelectorless(service), service),
    delete: (service) => addIf(isSelectorless(service), service),
  });
  sliceInformer.addHandler({
    // At the start too: what ceased to be mirrored while nobody looked is found by its slices alone.
    add: (slice) => onSlice(sliceAdded(slice, mirrorManager, tracker)),
    update: (old, slice) => onSlice(old === slice ? [] : sliceUpdated(old, slice, mirrorManager, tracker)),
    delete: (slice) => onSlice(sliceDeleted(slice, mirrorManager, tracker)),
  });

  return runController({
    name,
    context: { ...context, log },
    queue,
    sync: (key, work) => sync.sync(key, work),
    workers: mirroringConcurrentServiceEndpointSyncs,
    watched: [endpointsInformer, serviceInformer, sliceInformer],
  });
}
