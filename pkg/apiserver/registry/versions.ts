/** Kinds that are served in more than one form: the two groups of Event, the older EndpointSlice and autoscaler. */
import type { KubeObject } from '../../api/types.ts';
import { toAutoscalerV1, toAutoscalerV2 } from './autoscaler-v1.ts';
import type { ResourceVersion } from './resource.ts';

type Converters = Pick<ResourceVersion, 'toStorage' | 'fromStorage' | 'deprecation'>;

export function versionConverters(group: string, version: string, kind: string): Converters {
  if (group === 'events.k8s.io') return { toStorage: toCoreEvent, fromStorage: fromCoreEvent };
  if (group === 'autoscaling' && version === 'v1') return { toStorage: toAutoscalerV2, fromStorage: toAutoscalerV1 };
  if (group === '' && kind === 'Endpoints') {
    return { deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice' };
  }
  if (group === 'discovery.k8s.io' && version === 'v1beta1') {
    return {
      toStorage: toSliceV1,
      fromStorage: fromSliceV1,
      deprecation:
        'discovery.k8s.io/v1beta1 EndpointSlice is deprecated in v1.21+, unavailable in v1.25+; ' +
        'use discovery.k8s.io/v1 EndpointSlice',
    };
  }
  return {};
}

/** Field of events.k8s.io/v1 → field of core/v1; all others have the same name. */
const eventFields = new Map([
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
]);
const eventFieldsBack = new Map([...eventFields].map(([there, here]) => [here, there]));

function renamed(object: KubeObject, names: ReadonlyMap<string, string>, apiVersion: string): KubeObject {
  const entries = Object.entries(object).map(([field, value]) => [names.get(field) ?? field, value] as const);
  return { ...(Object.fromEntries(entries) as unknown as KubeObject), apiVersion };
}

const toCoreEvent = (object: KubeObject): KubeObject => renamed(object, eventFields, 'v1');
const fromCoreEvent = (object: KubeObject): KubeObject => renamed(object, eventFieldsBack, 'events.k8s.io/v1');

interface AnyEndpoint {
  topology?: Record<string, string>;
  deprecatedTopology?: Record<string, string>;
  nodeName?: string;
  zone?: string;
}

const hostnameKey = 'kubernetes.io/hostname';
const zoneKey = 'topology.kubernetes.io/zone';

/** v1beta1's topology map: the zone has a field of its own in v1, the rest is kept as deprecatedTopology. */
function toSliceV1(object: KubeObject): KubeObject {
  const endpoints = ((object['endpoints'] as AnyEndpoint[] | undefined) ?? []).map(({ topology, ...endpoint }) => {
    const rest = new Map(Object.entries(topology ?? {}));
    const zone = rest.get(zoneKey);
    rest.delete(zoneKey);
    return {
      ...endpoint,
      ...(rest.size === 0 ? {} : { deprecatedTopology: Object.fromEntries(rest) }),
      ...(zone === undefined ? {} : { zone }),
    };
  });
  return { ...object, apiVersion: 'discovery.k8s.io/v1', endpoints };
}

function fromSliceV1(object: KubeObject): KubeObject {
  const endpoints = ((object['endpoints'] as AnyEndpoint[] | undefined) ?? []).map(
    ({ deprecatedTopology, zone, ...endpoint }) => {
      const topology = new Map(Object.entries(deprecatedTopology ?? {}));
      if (zone !== undefined) topology.set(zoneKey, zone);
      if (endpoint.nodeName !== undefined) topology.set(hostnameKey, endpoint.nodeName);
      return { ...endpoint, ...(topology.size === 0 ? {} : { topology: Object.fromEntries(topology) }) };
    },
  );
  return { ...object, apiVersion: 'discovery.k8s.io/v1beta1', endpoints };
}
