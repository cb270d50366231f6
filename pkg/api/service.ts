/** What the fields of a Service mean: the predicates that defaulting, validation, allocation and controllers share. */
import type { Service, ServicePort } from './types.ts';

export type ServiceSpec = NonNullable<Service['spec']>;

export const clusterIpNone = 'None';

/** The spec, or an empty one. */
export const specOf = (service: Service): ServiceSpec => service.spec ?? {};

export const portsOf = (service: Service): readonly ServicePort[] => specOf(service).ports ?? [];

export const clusterIpsOf = (service: Service): readonly string[] => specOf(service).clusterIPs ?? [];

/** V21: exactly one cluster IP, and it is `None`. Needs the plural field to be filled. */
export function isHeadless(service: Service): boolean {
  const ips = clusterIpsOf(service);
  return ips.length === 1 && ips[0] === clusterIpNone;
}

export const isExternalName = (service: Service): boolean => specOf(service).type === 'ExternalName';

export const isLoadBalancer = (service: Service): boolean => specOf(service).type === 'LoadBalancer';

/** NodePort and LoadBalancer: the types whose ports may be open on nodes. */
export const isNodePortType = (service: Service): boolean =>
  specOf(service).type === 'NodePort' || isLoadBalancer(service);

/** D7, V55: traffic may come from outside, so externalTrafficPolicy means something. */
export function isExternallyAccessible(service: Service): boolean {
  const { type, externalIPs } = specOf(service);
  return isNodePortType(service) || (type === 'ClusterIP' && (externalIPs ?? []).length > 0);
}

/** LoadBalancer with Local policy: the only Services with a health-check node port (A66). */
export const needsHealthCheck = (service: Service): boolean =>
  isLoadBalancer(service) && specOf(service).externalTrafficPolicy === 'Local';

/** A60: every port gets a node port. Explicit ones are honoured even when this is false. */
export function allocatesNodePorts(service: Service): boolean {
  const { type, allocateLoadBalancerNodePorts } = specOf(service);
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

export const hasSelector = (service: Service): boolean => Object.keys(specOf(service).selector ?? {}).length > 0;
