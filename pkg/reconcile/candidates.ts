/** Finding pods of Services and Services of pods through the indexes all controllers share (IN38, U3). */
import type { Pod, Service } from '../api/types.ts';
import type { PodChange } from '../endpoints/index.ts';
import { affectedBy, podLookups, serviceLookups } from '../endpoints/index.ts';
import type { Reader } from '../informer/index.ts';

/** An informer as its readers see it. Ask for the store anew each time: it is another one once an index was added. */
export interface Source<T> {
  readonly store: Reader<T>;
}

/** At least the pods the Service selects: the shortest list one entry of its selector leads to. */
export function candidatePods(pods: Source<Pod>, { metadata: { namespace = '' }, spec }: Service): readonly Pod[] {
  if (spec?.selector === undefined || spec.selector === null) return [];
  const lists = podLookups(namespace, spec.selector).map((value) => pods.store.byIndex('podLabels', value));
  return lists.reduce((shortest, list) => (list.length < shortest.length ? list : shortest));
}

/** Keys of the Services that have to look again. */
export function servicesAffectedBy(change: PodChange, services: Source<Service>): string[] {
  const lookups = [change.labels, change.before?.labels].flatMap((labels) => serviceLookups(change.namespace, labels));
  const candidates = new Set(
    [...new Set(lookups)].flatMap((value) => services.store.byIndex('serviceSelector', value)),
  );
  return affectedBy(change, candidates).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`);
}
