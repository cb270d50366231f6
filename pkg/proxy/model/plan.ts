/** What one node must do for one service port: the unit that back ends render and that changes are counted in. */
import { chooseEndpoints, type Choice } from './choose.ts';
import { sameList, type Endpoint } from './slice.ts';
import type { Destination, ServicePort } from './service-port.ts';
import { destinationsOf } from './service-port.ts';
import type { NodeView } from './topology.ts';

export interface PortPlan extends Choice {
  readonly service: ServicePort;
  /** Every known endpoint, unusable ones included (I47, C4), sorted by text. */
  readonly endpoints: readonly Endpoint[];
  /** What this port answers to, less what an earlier Service already holds (G43). */
  readonly destinations: readonly Destination[];
}

/** `lost` are the destinations that another Service holds. */
export function planPort(
  service: ServicePort,
  endpoints: readonly Endpoint[],
  node: NodeView,
  lost: readonly Destination[],
): PortPlan {
  const owned = destinationsOf(service).filter((mine) => !lost.some((other) => sameDestination(mine, other)));
  return { service, endpoints, ...chooseEndpoints(service, endpoints, node), destinations: owned };
}

/** Whether nothing a back end could render differs. Lists are functions of the rest, except that the node may move. */
export function samePlan(a: PortPlan, b: PortPlan): boolean {
  return (
    sameServicePort(a.service, b.service) &&
    sameList(a.endpoints, b.endpoints, sameEndpoint) &&
    sameList(a.destinations, b.destinations, sameDestination) &&
    sameList(a.cluster, b.cluster, sameText) &&
    sameList(a.local, b.local, sameText)
  );
}

/** G25: equality of the derived state, so that labels, annotations and foreign status never cause a sync. */
export function sameServicePort(a: ServicePort, b: ServicePort): boolean {
  return (
    a.text === b.text &&
    a.protocol === b.protocol &&
    a.clusterIP === b.clusterIP &&
    a.port === b.port &&
    a.nodePort === b.nodePort &&
    a.affinitySeconds === b.affinitySeconds &&
    a.healthCheckNodePort === b.healthCheckNodePort &&
    a.externalLocal === b.externalLocal &&
    a.internalLocal === b.internalLocal &&
    sameList(a.externalIPs, b.externalIPs) &&
    sameList(a.loadBalancerVIPs, b.loadBalancerVIPs) &&
    sameList(a.topologyKeys, b.topologyKeys) &&
    sameList(a.sourceRanges, b.sourceRanges, (x, y) => x.text === y.text)
  );
}

const sameText = (a: Endpoint, b: Endpoint): boolean => a.text === b.text;

/** What selects an endpoint (zone, hints) shows in the lists; what a rule or a cleaner reads is here. */
const sameEndpoint = (a: Endpoint, b: Endpoint): boolean =>
  a.text === b.text &&
  a.local === b.local &&
  a.ready === b.ready &&
  a.serving === b.serving &&
  a.terminating === b.terminating;

const sameDestination = (a: Destination, b: Destination): boolean =>
  a.kind === b.kind && a.ip === b.ip && a.port === b.port;
