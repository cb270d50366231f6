/** What a slice looks like apart from its endpoints (S13–S16). */
import type { Endpoint, EndpointPort, EndpointSlice, Service } from '../../pkg/api/types.ts';
import type { IpFamily } from '../../pkg/endpoints/index.ts';
import {
  controllerReference,
  generateName,
  headlessLabel,
  isHeadless,
  managedByLabel,
  sameEntries,
  serviceNameLabel,
  sliceManager,
  triggerTimeAnnotation,
  withoutKeys,
} from '../../pkg/endpoints/index.ts';

/** A Service may carry these, but slices get our values (S14). */
const reserved: ReadonlySet<string> = new Set([serviceNameLabel, managedByLabel, headlessLabel]);
const managedAnnotations: ReadonlySet<string> = new Set([triggerTimeAnnotation]);

export function sliceLabels(service: Service): Record<string, string> {
  return {
    ...withoutKeys(service.metadata.labels, reserved),
    ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
    [serviceNameLabel]: service.metadata.name ?? '',
    [managedByLabel]: sliceManager,
  };
}

/** S15: a wrong reserved label is no reason to write; it is put right when there is another one. */
export function labelsChanged(slice: EndpointSlice, service: Service): boolean {
  return !sameEntries(slice.metadata.labels, service.metadata.labels, reserved);
}

/** S17, and H16: an earlier Service of the same name is another owner. */
export function isOwnedBy(slice: EndpointSlice, service: Service): boolean {
  return (slice.metadata.ownerReferences ?? []).some(
    ({ apiVersion, kind, uid }) => apiVersion === 'v1' && kind === 'Service' && uid === service.metadata.uid,
  );
}

export interface SliceContent {
  readonly addressType: IpFamily;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/** A fresh slice; without a name the server makes one up. */
export function newSlice(service: Service, content: SliceContent, triggerTime: string | undefined): EndpointSlice {
  const { namespace, name = '' } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: generateName(name),
      ...(namespace === undefined ? {} : { namespace }),
      labels: sliceLabels(service),
      ...annotations({}, triggerTime),
      ownerReferences: [controllerReference('Service', service.metadata)],
    },
    addressType: content.addressType,
    endpoints: [...content.endpoints],
    ports: [...content.ports],
  };
}

/** An existing slice with other endpoints. S16: annotations of others stay. */
export function changedSlice(
  slice: EndpointSlice,
  service: Service,
  endpoints: readonly Endpoint[],
  triggerTime: string | undefined,
): EndpointSlice {
  const { annotations: existing, ...metadata } = slice.metadata;
  return {
    ...slice,
    metadata: { ...metadata, labels: sliceLabels(service), ...annotations(existing, triggerTime) },
    endpoints: [...endpoints],
  };
}

/** A fresh slice under the name of one that was to go: whatever others had put there is lost (S27, H13). */
export function recycledSlice(fresh: EndpointSlice, old: EndpointSlice): EndpointSlice {
  const { name, uid, resourceVersion } = old.metadata;
  return {
    ...fresh,
    metadata: {
      ...fresh.metadata,
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
  };
}

function annotations(
  existing: Record<string, string> | undefined,
  triggerTime: string | undefined,
): { annotations?: Record<string, string> } {
  const kept = withoutKeys(existing, managedAnnotations);
  const all = triggerTime === undefined ? kept : { ...kept, [triggerTimeAnnotation]: triggerTime };
  return Object.keys(all).length === 0 ? {} : { annotations: all };
}
