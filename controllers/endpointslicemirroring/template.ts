/** What a mirrored slice looks like apart from its endpoints (M13), and whether one still looks like that (M12). */
import type { EndpointSlice, Endpoints } from '../../pkg/api/types.ts';
import {
  controllerReference,
  generateName,
  lastAppliedAnnotation,
  managedByLabel,
  mirrorManager,
  sameEntries,
  serviceNameLabel,
  triggerTimeAnnotation,
  withoutKeys,
} from '../../pkg/endpoints/index.ts';
import type { MirrorGroup } from './desired.ts';

/** Labels that get our values; H19: an Endpoints object that carries them is no different for it. */
const ownLabels: ReadonlySet<string> = new Set([serviceNameLabel, managedByLabel]);
/** M22 and #98116: neither may be copied, the second would double the size and mean something else. */
const neverCopied: ReadonlySet<string> = new Set([triggerTimeAnnotation, lastAppliedAnnotation]);

/**
 * A slice rebuilt from scratch: what others put on an existing one of that name is lost. One that was to come has a
 * prefix for its name, even if it takes the place of another.
 */
export function mirrorSlice(
  endpoints: Endpoints,
  group: MirrorGroup,
  existing: EndpointSlice | undefined,
  isFresh = existing === undefined,
): EndpointSlice {
  const { namespace, name = '' } = endpoints.metadata;
  const annotations = withoutKeys(endpoints.metadata.annotations, neverCopied);
  const { name: sliceName, uid, resourceVersion } = existing?.metadata ?? {};
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...(isFresh ? { generateName: generateName(name) } : {}),
      ...(sliceName === undefined ? {} : { name: sliceName }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...endpoints.metadata.labels,
        [serviceNameLabel]: name,
        [managedByLabel]: mirrorManager,
      },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [controllerReference('Endpoints', endpoints.metadata)],
    },
    addressType: group.addressType,
    endpoints: [...group.endpoints.values()],
    ports: [...group.ports],
  };
}

/** The part of M12 that is not about endpoints. */
export function looksRight(slice: EndpointSlice, endpoints: Endpoints): boolean {
  return (
    sameEntries(slice.metadata.labels, endpoints.metadata.labels, ownLabels) &&
    sameEntries(slice.metadata.annotations, withoutKeys(endpoints.metadata.annotations, neverCopied)) &&
    !belongsToPredecessor(slice, endpoints)
  );
}

/** #125359: deleted and created again under the same name; garbage collection would take the slice away. */
function belongsToPredecessor(slice: EndpointSlice, { metadata: { name, uid } }: Endpoints): boolean {
  return (slice.metadata.ownerReferences ?? []).some(
    (owner) => owner.kind === 'Endpoints' && owner.name === name && owner.uid !== uid,
  );
}
