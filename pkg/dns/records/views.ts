/**
 * What DNS keeps of each object (S38): nothing that cannot appear in an answer. Two objects with equal views are the
 * same to DNS, which is also how changes without effect are told apart (N20, N21).
 */
import type { Endpoint, EndpointSlice, Namespace, Pod, Service } from '../../api/types.ts';
import type { Name, Octets } from '../wire/index.ts';
import { nameOf, parseName } from '../wire/index.ts';
import { dashedAddress, parseAddress } from './address.ts';
import type { ZoneConfig } from './options.ts';

export interface PortView {
  /** `_http`, or undefined for a port without a name (R3). */
  readonly label: string | undefined;
  /** `_tcp`, `_udp` or `_sctp`. */
  readonly protocol: string;
  readonly port: number;
}

export type ServiceView =
  | { readonly kind: 'cluster'; readonly addresses: readonly Octets[]; readonly ports: readonly PortView[] }
  | { readonly kind: 'headless'; readonly hasSelector: boolean }
  | { readonly kind: 'external'; readonly target: Name };

/** Undefined when the Service has no records (N12, C2) or is filtered out (N7). */
export function viewService(service: Service, config: ZoneConfig): ServiceView | undefined {
  const { spec, metadata } = service;
  if (spec === undefined || hidden(metadata.labels, config)) return undefined;
  if (spec.type === 'ExternalName') return viewExternal(spec.externalName ?? '');
  const listed = spec.clusterIPs ?? [];
  const texts = listed.length > 0 ? listed : [spec.clusterIP ?? ''];
  const hasSelector = Object.keys(spec.selector ?? {}).length > 0;
  if (texts[0] === 'None') return { kind: 'headless', hasSelector }; // H1
  const addresses = texts.map(parseAddress).filter((octets) => octets !== undefined);
  if (addresses.length === 0) return undefined; // N12
  return { kind: 'cluster', addresses: [...new Set(addresses)], ports: viewPorts(spec.ports ?? []) };
}

function viewExternal(externalName: string): ServiceView | undefined {
  if (parseAddress(externalName) !== undefined) return undefined; // C2
  const target = parseName(externalName);
  return target && { kind: 'external', target };
}

/** One endpoint address under the name it has below its Service. */
export interface EndpointView {
  readonly address: Octets;
  readonly host: string;
  /** The host is the endpoint's own hostname, not made up from its address or Pod. */
  readonly named: boolean;
  /** The slice it came in: the same endpoint in two slices has two views. */
  readonly slice: SliceView;
}

export interface SliceView {
  readonly namespace: string;
  readonly service: string;
  /** Ports with a number; others give addresses but no SRV (H10). */
  readonly ports: readonly PortView[];
  /** Ready ones only (H6). */
  readonly endpoints: readonly EndpointView[];
}

/** Undefined when the slice contributes nothing: no Service (H12), names instead of addresses (H11), filtered (N7). */
export function viewSlice(slice: EndpointSlice, config: ZoneConfig): SliceView | undefined {
  const labels = slice.metadata.labels;
  const service = labels !== undefined && Object.hasOwn(labels, SERVICE_LABEL) ? labels[SERVICE_LABEL] : undefined;
  if (service === undefined || service === '' || slice.addressType === 'FQDN' || hidden(labels, config))
    return undefined;
  const endpoints: EndpointView[] = [];
  const view: SliceView = {
    namespace: slice.metadata.namespace ?? '',
    service,
    ports: viewPorts(slice.ports ?? []),
    endpoints,
  };
  for (const endpoint of slice.endpoints ?? []) {
    if (endpoint.conditions?.ready === false) continue; // H6: absent counts as ready
    for (const text of endpoint.addresses) {
      const address = parseAddress(text);
      if (address === undefined) continue;
      const name = endpointName(endpoint, config);
      const named = name !== undefined && name === endpoint.hostname;
      endpoints.push({ address, host: name ?? dashedAddress(text), named, slice: view });
    }
  }
  endpoints.sort(byHostAndAddress); // order carries no meaning, so a reshuffled slice has an equal view
  return view;
}

function byHostAndAddress(a: EndpointView, b: EndpointView): number {
  if (a.host !== b.host) return a.host < b.host ? -1 : 1;
  return a.address < b.address ? -1 : Number(a.address > b.address);
}

const SERVICE_LABEL = 'kubernetes.io/service-name';

/** H3: the hostname, or in pod-name mode the name of the Pod where it makes one label. */
function endpointName({ hostname, targetRef }: Endpoint, config: ZoneConfig): string | undefined {
  if (isLabel(hostname)) return hostname;
  return config.endpointPodNames && isLabel(targetRef?.name) ? targetRef.name : undefined;
}

function isLabel(text: string | undefined): text is string {
  return text !== undefined && !text.includes('.') && nameOf([text]) !== undefined;
}

/** Addresses of a Pod in `verified` mode; undefined when it has none or is over (D4). */
export function viewPod(pod: Pod, config: ZoneConfig): readonly Octets[] | undefined {
  if (config.podMode !== 'verified' || hidden(pod.metadata.labels, config)) return undefined;
  const { phase, podIP, podIPs } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed' || phase === 'Unknown') return undefined;
  const texts = [...(podIPs ?? []).map(({ ip }) => ip), podIP];
  const addresses = texts.map((text) => parseAddress(text ?? '')).filter((octets) => octets !== undefined);
  return addresses.length === 0 ? undefined : [...new Set(addresses)];
}

/** N6: whether a namespace, known to exist, exists for DNS too. */
export function isExposed(namespace: Namespace, config: ZoneConfig): boolean {
  if (config.namespaces !== undefined) return config.namespaces.has(namespace.metadata.name ?? '');
  return config.namespaceLabels?.(namespace.metadata.labels ?? {}) ?? true;
}

function hidden(labels: Readonly<Record<string, string>> | undefined, config: ZoneConfig): boolean {
  return config.objectLabels !== undefined && !config.objectLabels(labels ?? {});
}

interface WirePort {
  readonly name?: string | undefined;
  readonly port?: number | undefined;
  readonly protocol?: string | undefined;
}

function viewPorts(ports: readonly WirePort[]): PortView[] {
  const views: PortView[] = [];
  for (const { name, port, protocol } of ports) {
    if (port === undefined || port === null) continue;
    const label = name ? `_${name.toLowerCase()}` : undefined;
    views.push({ label, protocol: `_${(protocol || 'TCP').toLowerCase()}`, port });
  }
  return views;
}
