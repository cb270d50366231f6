/** Services, and the Pods behind their selectors, as two controllers follow them (Q5–Q10). */
import { pods, services } from '../api/resources.ts';
import type { Pod, Service } from '../api/types.ts';
import type { PodChange } from '../endpoints/index.ts';
import { podAppeared, podIndexers, podUpdated, serviceIndexers, stripPod, tuningOf } from '../endpoints/index.ts';
import type { Informer, InformerFactory } from '../informer/index.ts';
import { keyOf } from '../informer/index.ts';
import type { WorkQueue } from '../workqueue/index.ts';
import { servicesAffectedBy } from './candidates.ts';

export interface FollowOptions {
  readonly informers: InformerFactory;
  /** Gets the key of each Service that has to look again. */
  readonly queue: WorkQueue;
  /** How long changes of pods are gathered, unless the Service asks for another time (U6). */
  readonly batchMs: number;
}

export interface Followed {
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  /** Something else about a pod changed that its Services have to see. */
  lookAgain(pod: Pod): void;
}

export function followServicesAndPods({ informers, queue, batchMs }: FollowOptions): Followed {
  const serviceInformer = informers.for<Service>(services, { indexers: serviceIndexers });
  const podInformer = informers.for<Pod>(pods, { indexers: podIndexers, transform: stripPod });

  const onPod = (change: PodChange | undefined): void => {
    if (change === undefined) return;
    for (const key of servicesAffectedBy(change, serviceInformer)) {
      const service = serviceInformer.store.get(key);
      queue.addAfter(key, (service === undefined ? undefined : tuningOf(service).batchPeriodMs) ?? batchMs);
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
  return { services: serviceInformer, pods: podInformer, lookAgain: (pod) => onPod(podAppeared(pod)) };
}
