import type { Name, Octets, RRset, Srv } from '../wire/index.ts';
import { lowerAscii, nameOf, Type } from '../wire/index.ts';
import { isIPv4 } from './address.ts';
import type { ServiceEntry } from './service-entry.ts';
import type { EndpointView, PortView } from './views.ts';

/** SRV data with the addresses of its targets (R6). */
export interface SrvRecords {
  readonly data: readonly Srv[];
  readonly targets: readonly Target[];
}

/** A name and what it resolves to. */
export interface Target {
  readonly name: Name;
  readonly addresses: readonly Octets[];
}

type PortTest = (port: PortView) => boolean;

/** `<svc>.<ns>.svc.<zone>`, or undefined when it is too long to be a name. */
export function serviceName({ namespace, name }: ServiceEntry, zone: Name): Name | undefined {
  return nameOf([name, namespace, 'svc'], zone);
}

/** SRV at a Service name or at one of its port names (R1, R2, R4). */
export function serviceSrv(entry: ServiceEntry, zone: Name, wanted: PortTest): SrvRecords {
  if (entry.view?.kind === 'cluster') {
    const name = serviceName(entry, zone);
    if (name === undefined) return { data: [], targets: [] };
    const ports = new Set(entry.ports.filter(wanted).map(({ port }) => port));
    return toRecords([{ name, addresses: entry.view.addresses, ports }]);
  }
  const hosts = new Map<string, Host>();
  for (const { ports, endpoints } of entry.slices.values()) {
    const numbers = ports.filter(wanted).map(({ port }) => port);
    if (numbers.length > 0) for (const endpoint of endpoints) addHost(hosts, endpoint, numbers);
  }
  return hostRecords(entry, hosts, zone);
}

/** SRV at the name of one endpoint: every port of the slices it is in (R4). */
export function hostSrv(entry: ServiceEntry, endpoints: readonly EndpointView[], zone: Name): SrvRecords {
  const hosts = new Map<string, Host>();
  for (const endpoint of endpoints) {
    const numbers = endpoint.slice.ports.map(({ port }) => port);
    addHost(hosts, endpoint, numbers);
  }
  return hostRecords(entry, hosts, zone);
}

/** A and AAAA sets of targets, for the additional section; each target once. */
export function glueOf(targets: readonly Target[], ttl: number): RRset[] {
  return targets.flatMap(({ name, addresses }) =>
    [Type.A, Type.AAAA].flatMap((type): RRset[] => {
      const data = addresses.filter((octets) => isIPv4(octets) === (type === Type.A));
      return data.length === 0 ? [] : [{ owner: name, type, ttl, kind: 'address', data }];
    }),
  );
}

interface Host {
  readonly label: string;
  readonly ports: Set<number>;
}

function addHost(hosts: Map<string, Host>, { host }: EndpointView, ports: readonly number[]): void {
  const key = lowerAscii(host);
  const known = hosts.get(key);
  if (known === undefined) hosts.set(key, { label: host, ports: new Set(ports) });
  else for (const port of ports) known.ports.add(port);
}

function hostRecords(entry: ServiceEntry, hosts: ReadonlyMap<string, Host>, zone: Name): SrvRecords {
  const origin = serviceName(entry, zone);
  if (origin === undefined) return { data: [], targets: [] };
  const found = [...hosts].flatMap(([key, { label, ports }]) => {
    const name = nameOf([label], origin);
    return name === undefined ? [] : [{ name, addresses: addressesOf(entry.hosts.get(key)), ports }];
  });
  return toRecords(found);
}

/** Distinct addresses of endpoints that share a name (H5, N16). */
export function addressesOf(endpoints: readonly EndpointView[]): readonly Octets[] {
  return endpoints.length === 1
    ? endpoints.map(({ address }) => address)
    : [...new Set(endpoints.map((e) => e.address))];
}

function toRecords(targets: readonly (Target & { readonly ports: ReadonlySet<number> })[]): SrvRecords {
  const count = targets.reduce((sum, { ports }) => sum + ports.size, 0);
  const weight = Math.max(1, Math.floor(100 / count)); // R5
  const data = targets.flatMap(({ name, ports }) =>
    [...ports].map((port): Srv => ({ priority: 0, weight, port, target: name })),
  );
  return { data, targets };
}
