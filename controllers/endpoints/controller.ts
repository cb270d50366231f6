/**
 * The Endpoints controller: keeps one Endpoints object for each Service with a selector.
 *
 * Owns: Endpoints named like such a Service, marked `endpoints.kubernetes.io/managed-by: endpoint-controller`.
 * Watches: Services, Pods, and deletions of Endpoints. An object edited by hand is put right at the next sync (Q14).
 * Never touches: Endpoints of Services without selector or of type ExternalName, and at start those that are
 * somebody's election lock (E29). Endpoints without any Service are deleted (E2, E28).
 */
import { endpoints, pods, services } from '../../pkg/api/resources.ts';
import type { Endpoints, Pod, Service } from '../../pkg/api/types.ts';
import type { PodChange } from '../../pkg/endpoints/index.ts';
import {
  endpointsManagedByLabel,
  leaderAnnotation,
  podAppeared,
  podIndexers,
  podUpdated,
  serviceIndexers,
  stripPod,
  valueOf,
} from '../../pkg/endpoints/index.ts';
import { keyOf } from '../../pkg/informer/index.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { queueOf, runController, servicesAffectedBy } from '../../pkg/reconcile/index.ts';
import { EndpointsSync } from './sync.ts';

export interface EndpointsControllerOptions {
  /** `--concurrent-endpoint-syncs`; 5 by default. */
  readonly concurrentEndpointSyncs?: number;
  /** `--endpoint-updates-batch-period` in ms: how long changes of pods are gathered; 0 by default. */
  readonly endpointUpdatesBatchPeriodMs?: number;
  /**
   * U9, H28: at start, delete Endpoints without Service only if this controller wrote them. False by default, as
   * upstream: hand-made Endpoints that wait for their Service are deleted as well.
   */
  readonly cleanUpManagedOnly?: boolean;
}

const name = 'endpoint-controller';

/** Asks for its informers at once; start the factory after all controllers have done so. */
export function startEndpointsController(
  context: ControllerContext & { readonly options?: EndpointsControllerOptions },
): RunningController {
  const { client, informers, clock, options = {} } = context;
  const log = context.log.child({ controller: name });
  const events = context.events(name);
  const { concurrentEndpointSyncs = 5, endpointUpdatesBatchPeriodMs = 0, cleanUpManagedOnly = false } = options;

  const serviceInformer = informers.for<Service>(services, { indexers: serviceIndexers });
  const podInformer = informers.for<Pod>(pods, { indexers: podIndexers, transform: stripPod });
  const endpointsInformer = informers.for<Endpoints>(endpoints);
  const queue = queueOf({ ...context, log }, 'endpoint');
  const sources = { services: serviceInformer, pods: podInformer, endpoints: endpointsInformer };
  const sync = new EndpointsSync({ client, clock, events, ...sources });

  const onPod = (change: PodChange | undefined): void => {
    if (change === undefined) return;
    for (const key of servicesAffectedBy(change, serviceInformer)) {
      queue.addAfter(key, endpointUpdatesBatchPeriodMs);
    }
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
  // Q14. Without a Service there is nothing to put back.
  endpointsInformer.addHandler({
    delete: (object) => {
      if (serviceInformer.store.get(keyOf(object)) !== undefined) queue.add(keyOf(object));
    },
  });

  /** E28 */
  const cleanUp = (): void => {
    for (const object of endpointsInformer.store.list()) {
      const { labels, annotations } = object.metadata;
      if (valueOf(annotations, leaderAnnotation) !== undefined) continue;
      if (cleanUpManagedOnly && valueOf(labels, endpointsManagedByLabel) === undefined) continue;
      queue.add(keyOf(object), 'background');
    }
  };

  return runController({
    name,
    context: { ...context, log },
    queue,
    sync: (key, work) => sync.sync(key, work),
    workers: concurrentEndpointSyncs,
    watched: [serviceInformer, podInformer, endpointsInformer],
    prepare: cleanUp,
  });
}
