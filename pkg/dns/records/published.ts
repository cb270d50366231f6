/** The reading of objects for `dnsRecords`: which of them count, and what each publishes. */
import type { Endpoint, EndpointSlice, Namespace, Pod, Service } from '../../api/types.ts';
import { nameText, parseName } from '../wire/index.ts';
import { dashedAddress, parseAddress } from './address.ts';
import type { ZoneConfig } from './options.ts';

export interface DnsObjects {
  readonly namespaces: readonly Namespace[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly pods: readonly Pod[];
}

/** A Service with the ready endpoints of its slices. */
export interface Published {
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'cluster' | 'headless' | 'external';
  readonly target: string;
  readonly clusterIPs: readonly string[];
  readonly ports: readonly Port[];
  readonly endpoints: readonly Ready[];
}

export interface Ready {
  readonly address: string;
  readonly host: string;
  readonly named: boolean;
  readonly ports: readonly Port[];
}

export interface Port {
  readonly name?: string | undefined;
  readonly port?: number | undefined;
  readonly protocol?: string | undefined;
}

export interface Visible {
  readonly services: readonly Published[];
  readonly pods: readonly Pod[];
}

/** What a set of objects shows to DNS, by the letter of N6, N7, N12, H1 to H12, C2 and D4. */
export function visibleObjects(objects: DnsObjects, config: ZoneConfig): Visible {
  const exposed = new Set(
    objects.namespaces
      .filter(({ metadata: { name = '', labels } }) =>
        config.namespaces === undefined
          ? (config.namespaceLabels?.(labels ?? {}) ?? true)
          : config.namespaces.has(name),
      )
      .map(({ metadata }) => metadata.name),
  );
  const shown = ({ metadata }: Service | EndpointSlice | Pod): boolean =>
    exposed.has(metadata.namespace) && (config.objectLabels?.(metadata.labels ?? {}) ?? true);
  const slices = objects.endpointSlices.filter((slice) => shown(slice) && slice.addressType !== 'FQDN');
  const services = objects.services.filter(shown).map((service) => publish(service, slices, config));
  const over = new Set(['Succeeded', 'Failed', 'Unknown']);
  return {
    services: services.filter((service) => service !== undefined),
    pods:
      config.podMode === 'verified'
        ? objects.pods.filter((pod) => shown(pod) && !over.has(pod.status?.phase ?? ''))
        : [],
  };
}

function publish(service: Service, slices: readonly EndpointSlice[], config: ZoneConfig): Published | undefined {
  const { name = '', namespace = '' } = service.metadata;
  const spec = service.spec ?? {};
  const base = { namespace, name, target: '', clusterIPs: [], ports: [], endpoints: [] };
  if (spec.type === 'ExternalName') {
    const target = parseName(spec.externalName ?? '');
    if (target === undefined || parseAddress(spec.externalName ?? '') !== undefined) return undefined;
    return { ...base, kind: 'external', target: nameText(target) };
  }
  const own = slices.filter(
    ({ metadata }) =>
      metadata.namespace === namespace && new Map(Object.entries(metadata.labels ?? {})).get(SERVICE_LABEL) === name,
  );
  const endpoints = own.flatMap((slice) =>
    (slice.endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap((endpoint) => readyAddresses(endpoint, slice.ports ?? [], config)),
  );
  const ips = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? ''];
  if (ips[0] === 'None') return endpoints.length > 0 ? { ...base, kind: 'headless', endpoints } : undefined;
  const clusterIPs = ips.map((ip) => parseAddress(ip)).filter((ip) => ip !== undefined);
  if (clusterIPs.length === 0 || (config.ignoreEmptyService && endpoints.length === 0)) return undefined;
  return { ...base, kind: 'cluster', clusterIPs, ports: spec.ports ?? [], endpoints };
}

const SERVICE_LABEL = 'kubernetes.io/service-name';

function readyAddresses(endpoint: Endpoint, ports: readonly Port[], config: ZoneConfig): Ready[] {
  const pod = config.endpointPodNames ? endpoint.targetRef?.name : undefined;
  const label = [endpoint.hostname, pod].find((text) => text && text.length < 64 && !text.includes('.'));
  return endpoint.addresses.flatMap((text) => {
    const address = parseAddress(text);
    const host = label ?? dashedAddress(text);
    return address === undefined
      ? []
      : [{ address, host, named: label !== undefined && label === endpoint.hostname, ports }];
  });
}
