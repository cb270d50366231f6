/**
 * The Endpoints controller: keeps one Endpoints object for each Service with a selector.
 *
 * Owns: Endpoints named like such a Service, marked `endpoints.kubernetes.io/managed-by: endpoint-controller`.
 * Watches: Services, Pods, and deletions of Endpoints. An object edited by hand is put right at the next sync (Q14).
 * Never touches: Endpoints of Services without selector or of type ExternalName, and at start those that are
 * somebody's election lock (E29). Endpoints without any Service are deleted (E2, E28).
 */
import { endpoints } from '../../pkg/api/resources.ts';
import type { Endpoints } from '../../pkg/api/types.ts';
import { endpointsManagedByLabel, leaderAnnotation, valueOf } from '../../pkg/endpoints/index.ts';
import { keyOf } from '../../pkg/informer/index.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { followServicesAndPods, queueOf, runController } from '../../pkg/reconcile/index.ts';
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

  const queue = queueOf({ ...context, log }, 'endpoint');
  const { services, pods } = followServicesAndPods({ informers, queue, batchMs: endpointUpdatesBatchPeriodMs });
  const endpointsInformer = informers.for<Endpoints>(endpoints);
  const sync = new EndpointsSync({ client, clock, events, services, pods, endpoints: endpointsInformer });

  // Q14. Without a Service there is nothing to put back.
  endpointsInformer.addHandler({
    delete: (object) => {
      if (services.store.get(keyOf(object)) !== undefined) queue.add(keyOf(object));
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
    watched: [services, pods, endpointsInformer],
    prepare: cleanUp,
  });
}
