/**
 * Indexes that all who share an informer agree on (IN38), so that neither the pods of a Service nor the Services of a
 * pod are found by reading a whole namespace (U3).
 */
import type { EndpointSlice, Pod, Service } from '../api/types.ts';
import { serviceOf } from './slice-object.ts';
import type { StringMap } from './string-map.ts';

const everything = '*';

const pair = (namespace: string | undefined, key: string, value: string): string =>
  `${namespace ?? ''}/${key}=${value}`;

function podLabels({ metadata: { namespace, labels } }: Pod): string[] {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => pair(namespace, key, value));
  return [...pairs, `${namespace ?? ''}/${everything}`];
}

function podNode({ spec }: Pod): string[] {
  const node = spec?.nodeName ?? '';
  return node === '' ? [] : [node];
}

/** Under its first pair only: a pod that has it not is not selected. */
function serviceSelector({ metadata: { namespace }, spec }: Service): string[] {
  if (spec?.selector === undefined || spec.selector === null) return [];
  const [first] = Object.entries(spec.selector).sort(([a], [b]) => (a < b ? -1 : 1));
  return [first === undefined ? `${namespace ?? ''}/${everything}` : pair(namespace, ...first)];
}

function sliceService(slice: EndpointSlice): string[] {
  const service = serviceOf(slice);
  return service === undefined ? [] : [`${slice.metadata.namespace ?? ''}/${service}`];
}

export const podIndexers = { podLabels, podNode };
export const serviceIndexers = { serviceSelector };
export const sliceIndexers = { sliceService };

/** Index values that lead to every pod a selector means, and to more; the shortest list will do. */
export function podLookups(namespace: string, selector: StringMap): string[] {
  const pairs = Object.entries(selector).map(([key, value]) => pair(namespace, key, value));
  return pairs.length === 0 ? [`${namespace}/${everything}`] : pairs;
}

/** Index values that together lead to every Service that may select a pod with these labels. */
export function serviceLookups(namespace: string, labels: StringMap | undefined): string[] {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => pair(namespace, key, value));
  return [...pairs, `${namespace}/${everything}`];
}
