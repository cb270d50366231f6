/** D13, O31, O35: EndpointSlice as discovery.k8s.io/v1 holds it. */
import type { Endpoint, EndpointSlice } from '../api/types.ts';
import { sameValue } from '../validation/equal.ts';
import { dnsSubdomainProblems } from '../validation/formats/dns.ts';
import { valueOf } from '../validation/metadata/labels.ts';
import { each, fill, inside, without } from './fill.ts';
import type { StrategyRequest } from './strategy.ts';

const hostnameLabel = 'kubernetes.io/hostname';

/** D13: a missing name is empty, a missing port number means all ports. */
export function defaultEndpointSlice(slice: EndpointSlice): EndpointSlice {
  return inside(slice, 'ports', (ports) => each(ports, (port) => fill(port, { name: '', protocol: 'TCP' })));
}

export function prepareEndpointSliceForCreate(slice: EndpointSlice, request: StrategyRequest): EndpointSlice {
  return dropTopology({ ...slice, metadata: { ...slice.metadata, generation: 1 } }, undefined, request);
}

/** O35: the generation counts changes outside metadata, and of labels. */
export function prepareEndpointSliceForUpdate(
  next: EndpointSlice,
  previous: EndpointSlice,
  request: StrategyRequest,
): EndpointSlice {
  const changed =
    !sameValue(without(next, 'metadata'), without(previous, 'metadata')) ||
    !sameValue(next.metadata.labels, previous.metadata.labels);
  const generation = (previous.metadata.generation ?? 0) + (changed ? 1 : 0);
  const counted = generation === 0 ? next : { ...next, metadata: { ...next.metadata, generation } };
  return dropTopology(counted, previous, request);
}

/**
 * O31: v1 cannot write deprecatedTopology. A hostname in it that the old object had as well becomes the node name, so
 * that a client which read the old form and writes it back loses nothing.
 */
function dropTopology(
  slice: EndpointSlice,
  previous: EndpointSlice | undefined,
  request: StrategyRequest,
): EndpointSlice {
  if (request.version === 'v1beta1') return slice;
  if (previous !== undefined && sameValue(slice.endpoints, previous.endpoints)) return slice;
  const known = new Set((previous?.endpoints ?? []).map(hostnameOf));
  const moved = (endpoint: Endpoint): Endpoint => {
    const hostname = hostnameOf(endpoint);
    const bare = without(endpoint, 'deprecatedTopology');
    const usable =
      endpoint.nodeName === undefined && known.has(hostname) && dnsSubdomainProblems(hostname).length === 0;
    return usable ? { ...bare, nodeName: hostname } : bare;
  };
  return inside(slice, 'endpoints', (endpoints) => each(endpoints, moved));
}

const hostnameOf = (endpoint: Endpoint): string => valueOf(endpoint.deprecatedTopology, hostnameLabel) ?? '';
