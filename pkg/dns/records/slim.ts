/**
 * Objects with nothing left but what names and answers are made of. For caches that keep objects only for DNS (S38),
 * and for handing changes to other threads.
 */
import type { EndpointSlice, Namespace, ObjectMeta, Pod, Service } from '../../api/types.ts';
import type { Change } from './change.ts';

const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** The same change with a slim object. */
export function slimChange(change: Change): Change {
  if (change.object === undefined) return change;
  switch (change.kind) {
    case 'Namespace':
      return { ...change, object: slimNamespace(change.object) };
    case 'Service':
      return { ...change, object: slimService(change.object) };
    case 'EndpointSlice':
      return { ...change, object: slimSlice(change.object) };
    case 'Pod':
      return { ...change, object: slimPod(change.object) };
  }
}

export function slimNamespace({ metadata }: Namespace): Namespace {
  return { metadata: slimMeta(metadata) };
}

export function slimService({ metadata, spec }: Service): Service {
  if (spec === undefined) return { metadata: slimMeta(metadata) };
  const { type, clusterIP, clusterIPs, externalName, selector, ports } = spec;
  const kept = {
    ...(type !== undefined && { type }),
    ...(clusterIP !== undefined && { clusterIP }),
    ...(clusterIPs !== undefined && { clusterIPs }),
    ...(externalName !== undefined && { externalName }),
    ...(selector !== undefined && { selector }),
    ...(ports !== undefined && {
      ports: ports.map(({ name, port, protocol }) => ({
        port,
        ...(name !== undefined && { name }),
        ...(protocol !== undefined && { protocol }),
      })),
    }),
  };
  return { metadata: slimMeta(metadata), spec: kept };
}

export function slimSlice({ metadata, addressType, ports, endpoints }: EndpointSlice): EndpointSlice {
  const trigger = metadata.annotations?.[TRIGGER_TIME];
  const meta = slimMeta(metadata);
  return {
    metadata: trigger === undefined ? meta : { ...meta, annotations: { [TRIGGER_TIME]: trigger } },
    addressType,
    ...(ports !== undefined && { ports }),
    endpoints: (endpoints ?? []).map(({ addresses, hostname, conditions, targetRef }) => ({
      addresses,
      ...(hostname !== undefined && { hostname }),
      ...(conditions?.ready !== undefined && { conditions: { ready: conditions.ready } }),
      ...(targetRef?.name !== undefined && { targetRef: { name: targetRef.name } }),
    })),
  };
}

export function slimPod({ metadata, status }: Pod): Pod {
  const { phase, podIP, podIPs } = status ?? {};
  const kept = {
    ...(phase !== undefined && { phase }),
    ...(podIP !== undefined && { podIP }),
    ...(podIPs !== undefined && { podIPs }),
  };
  return { metadata: slimMeta(metadata), status: kept };
}

/** Identity stays, so that caches keyed by it still work; of the rest only labels are ever looked at. */
function slimMeta({ name, namespace, uid, resourceVersion, labels }: ObjectMeta): ObjectMeta {
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(labels !== undefined && { labels }),
  };
}
