/** One port of one Service, seen by one address family: the derived state that decides whether anything changed (G11). */
import type { Service, ServicePort as WireServicePort } from '../../api/types.ts';
import { topologyKeysOf } from '../../topology/index.ts';
import { parseAddress, parseCidr, type Cidr, type Family } from './address.ts';
import { hasClusterIP } from './visibility.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** What traffic is addressed to. A node port has no address of its own: any selected node address is meant (G50). */
export interface Destination {
  readonly kind: 'cluster-ip' | 'external-ip' | 'load-balancer' | 'node-port';
  readonly ip: string;
  readonly port: number;
}

export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  readonly portName: string;
  readonly protocol: Protocol;
  /** `ns/name:port`, or `ns/name` for an unnamed port (G10). Two protocols may share it. */
  readonly text: string;
  readonly clusterIP: string;
  readonly port: number;
  /** 0: none. */
  readonly nodePort: number;
  readonly externalIPs: readonly string[];
  readonly loadBalancerVIPs: readonly string[];
  readonly sourceRanges: readonly Cidr[];
  /** 0: no session affinity. */
  readonly affinitySeconds: number;
  /** 0: none. */
  readonly healthCheckNodePort: number;
  readonly externalLocal: boolean;
  readonly internalLocal: boolean;
  /** Empty: no constraint (T30). */
  readonly topologyKeys: readonly string[];
}

const defaultAffinitySeconds = 10_800;

/** All ports of a Service for one family, in object order; empty when the Service does not exist for it (G2, G3). */
export function toServicePorts(service: Service, family: Family): ServicePort[] {
  const clusterIP = hasClusterIP(service) ? clusterIPOf(service, family) : undefined;
  const spec = service.spec;
  if (clusterIP === undefined || spec === undefined) return [];
  const externalLocal = isExternalLocal(service);
  const shared = {
    namespace: service.metadata.namespace ?? '',
    name: service.metadata.name ?? '',
    clusterIP,
    externalIPs: ofFamily(spec.externalIPs ?? [], family),
    loadBalancerVIPs: loadBalancerVIPs(service, family),
    sourceRanges: sourceRanges(spec.loadBalancerSourceRanges ?? [], family),
    affinitySeconds: affinitySeconds(service),
    healthCheckNodePort: spec.type === 'LoadBalancer' && externalLocal ? (spec.healthCheckNodePort ?? 0) : 0,
    externalLocal,
    internalLocal: spec.internalTrafficPolicy === 'Local',
    topologyKeys: topologyKeysOf(service),
  };
  return (spec.ports ?? []).map((port) => ({ ...shared, ...portFields(shared, port) })).filter(isPrintable);
}

/**
 * Names go into rule text as they are. The API server admits only DNS labels; whatever else reaches us must not be able
 * to end a line or a comment.
 */
function isPrintable({ text, protocol }: ServicePort): boolean {
  return /^[\w.-]+\/[\w.-]+(:[\w.-]+)?$/.test(text) && /^(TCP|UDP|SCTP)$/.test(protocol);
}

/** G14: reachable from outside the cluster by any of its addresses. */
export function isExternallyAccessible(port: ServicePort): boolean {
  return port.nodePort !== 0 || port.loadBalancerVIPs.length > 0 || port.externalIPs.length > 0;
}

/** Everything the port answers to, in dispatch order: cluster IP, external IPs, load balancer VIPs, node port. */
export function destinationsOf(service: ServicePort): Destination[] {
  const { clusterIP, port, externalIPs, loadBalancerVIPs, nodePort } = service;
  const all: Destination[] = [{ kind: 'cluster-ip', ip: clusterIP, port }];
  for (const ip of externalIPs) all.push({ kind: 'external-ip', ip, port });
  for (const ip of loadBalancerVIPs) all.push({ kind: 'load-balancer', ip, port });
  if (nodePort !== 0) all.push({ kind: 'node-port', ip: '', port: nodePort });
  return all;
}

/** Identity within the proxy; unlike `text` it tells protocols apart (G10). */
export const servicePortKey = (port: ServicePort): string => `${port.text}/${port.protocol}`;

/** Total order in which everything is emitted (G21). */
export function compareServicePorts(a: ServicePort, b: ServicePort): number {
  return (
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name) ||
    compareText(a.portName, b.portName) ||
    compareText(a.protocol, b.protocol)
  );
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type PortFields = Pick<ServicePort, 'portName' | 'protocol' | 'text' | 'port' | 'nodePort'>;

function portFields(service: { namespace: string; name: string }, wire: WireServicePort): PortFields {
  const portName = wire.name ?? '';
  const text = `${service.namespace}/${service.name}`;
  return {
    portName,
    protocol: (wire.protocol ?? 'TCP') as Protocol,
    text: portName === '' ? text : `${text}:${portName}`,
    port: wire.port,
    nodePort: wire.nodePort ?? 0,
  };
}

/** G3: the address standing beside the family; with no families listed, the single one if it fits. */
function clusterIPOf(service: Service, family: Family): string | undefined {
  const { clusterIP, clusterIPs = [], ipFamilies = [] } = service.spec ?? {};
  const text = ipFamilies.length === 0 ? clusterIP : clusterIPs[ipFamilies.indexOf(family)];
  const address = parseAddress(text ?? '');
  return address?.family === family ? address.text : undefined;
}

/** G12: the other family's entries and blanks vanish, as do texts that are no address. An address counts once. */
function ofFamily(texts: readonly string[], family: Family): string[] {
  const addresses = texts.map(parseAddress).filter((address) => address?.family === family);
  return [...new Set(addresses.flatMap((address) => address?.text ?? []))];
}

/** G13: addresses that the node itself must capture; `ipMode: Proxy` asks it to leave the traffic alone. */
function loadBalancerVIPs(service: Service, family: Family): string[] {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  return ofFamily(
    ingress.filter(({ ipMode }) => ipMode === undefined || ipMode === 'VIP').map(({ ip }) => ip ?? ''),
    family,
  );
}

/** G12, G16. A range of prefix 0 admits everybody, which is the same as no ranges (1.36). */
function sourceRanges(texts: readonly string[], family: Family): Cidr[] {
  const ranges = texts.flatMap((text) => {
    const cidr = parseCidr(text.trim());
    return cidr?.family === family ? [cidr] : [];
  });
  return ranges.some(({ prefix }) => prefix === 0) ? [] : ranges;
}

/** G15: the policy counts only where external traffic can exist by type or by externalIPs of either family. */
function isExternalLocal(service: Service): boolean {
  const { type, externalIPs = [], externalTrafficPolicy } = service.spec ?? {};
  const applies = type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0;
  return applies && externalTrafficPolicy === 'Local';
}

function affinitySeconds(service: Service): number {
  if (service.spec?.sessionAffinity !== 'ClientIP') return 0;
  return service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds;
}
