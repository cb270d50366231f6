/**
 * discovery.k8s.io/v1beta1, removed upstream in 1.25 and served here behind a switch: the same object, except that
 * zone, node name and everything else about an endpoint's place lie in one map, `topology`.
 */
import type { Endpoint, EndpointSlice } from '../api/types.ts';
import { entriesOf, valueOf } from '../validation/metadata/labels.ts';
import { each, inside, without } from './fill.ts';

export const zoneLabel = 'topology.kubernetes.io/zone';
const hostnameLabel = 'kubernetes.io/hostname';

type BetaEndpoint = Endpoint & { topology?: Record<string, string> };

/** Both directions keep own keys only, `__proto__` included. */
const toMap = (entries: readonly [string, string][]): Record<string, string> => Object.fromEntries(entries);

/** To the stored form: the zone becomes a field, a hostname equal to the node name goes, the rest is kept aside. */
export function fromV1beta1(slice: EndpointSlice): EndpointSlice {
  const converted = inside(slice, 'endpoints', (endpoints) =>
    each(endpoints, (endpoint: BetaEndpoint) => {
      if (endpoint.topology === undefined) return endpoint;
      const zone = valueOf(endpoint.topology, zoneLabel);
      const rest = entriesOf(endpoint.topology).filter(
        ([key, value]) => key !== zoneLabel && !(key === hostnameLabel && value === endpoint.nodeName),
      );
      return {
        ...without<BetaEndpoint>(endpoint, 'topology'),
        ...(zone === undefined ? {} : { zone }),
        ...(rest.length === 0 ? {} : { deprecatedTopology: toMap(rest) }),
      };
    }),
  );
  return { ...converted, apiVersion: 'discovery.k8s.io/v1' };
}

/** From the stored form. A hostname kept aside wins over the node name. */
export function toV1beta1(slice: EndpointSlice): EndpointSlice {
  const converted = inside(slice, 'endpoints', (endpoints) =>
    each(endpoints, (endpoint): BetaEndpoint => {
      const { deprecatedTopology, zone, nodeName } = endpoint;
      if (deprecatedTopology === undefined && zone === undefined && nodeName === undefined) return endpoint;
      const topology = new Map(entriesOf(deprecatedTopology));
      if (zone !== undefined) topology.set(zoneLabel, zone);
      if (nodeName !== undefined && !topology.get(hostnameLabel)) topology.set(hostnameLabel, nodeName);
      return { ...without(endpoint, 'deprecatedTopology', 'zone'), topology: toMap([...topology]) };
    }),
  );
  return { ...converted, apiVersion: 'discovery.k8s.io/v1beta1' };
}
