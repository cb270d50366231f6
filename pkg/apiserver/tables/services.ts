/** Rows of the Service family: Service, Endpoints, EndpointSlice, ServiceCIDR, IPAddress. */
import type { KubeObject } from '../../api/types.ts';
import type { TableColumns } from '../registry/resource.ts';
import { age } from './age.ts';
import { ageColumn, column, nameColumn } from './default-columns.ts';
import { formatLabels } from './labels.ts';
import { at, count, firstThree, list, strings, text } from './read.ts';

export const serviceColumns: TableColumns = {
  columns: [
    nameColumn,
    column('Type', 'How the Service is exposed.'),
    column('Cluster-IP', 'Address inside the cluster.'),
    column('External-IP', 'Addresses outside the cluster.'),
    column('Port(s)', 'Ports, with their node ports.'),
    ageColumn,
    column('Selector', 'Labels of the Pods behind the Service.', 1),
  ],
  cells: (service, now) => [
    service.metadata.name,
    text(service, ['spec', 'type']),
    strings(service, 'spec', 'clusterIPs')[0] ?? '<none>',
    externalIp(service),
    ports(service),
    age(service.metadata.creationTimestamp, now),
    formatLabels(at(service, 'spec', 'selector')),
  ],
};

/** T5 */
function externalIp(service: KubeObject): string {
  const external = strings(service, 'spec', 'externalIPs');
  switch (text(service, ['spec', 'type'])) {
    case 'ClusterIP':
    case 'NodePort':
      return external.length === 0 ? '<none>' : external.join(',');
    case 'LoadBalancer': {
      const given = list(service, 'status', 'loadBalancer', 'ingress')
        .map((ingress) => text(ingress, ['ip'], text(ingress, ['hostname'])))
        .filter((address) => address !== '');
      const all = [...new Set(given.sort()), ...external];
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    case 'ExternalName':
      return text(service, ['spec', 'externalName']);
    default:
      return '<unknown>';
  }
}

function ports(service: KubeObject): string {
  const pieces = list(service, 'spec', 'ports').map((port) => {
    const nodePort = count(port, 'nodePort');
    const number = nodePort > 0 ? `${count(port, 'port')}:${nodePort}` : String(count(port, 'port'));
    return `${number}/${text(port, ['protocol'])}`;
  });
  return pieces.length === 0 ? '<none>' : pieces.join(',');
}

export const endpointsColumns: TableColumns = {
  columns: [nameColumn, column('Endpoints', 'Ready addresses and their ports.'), ageColumn],
  cells: (endpoints, now) => [
    endpoints.metadata.name,
    readyAddresses(endpoints),
    age(endpoints.metadata.creationTimestamp, now),
  ],
};

function readyAddresses(endpoints: KubeObject): string {
  const subsets = list(endpoints, 'subsets');
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap((subset) => {
    const ips = list(subset, 'addresses').map((address) => text(address, ['ip']));
    const numbers = list(subset, 'ports').map((port) => count(port, 'port'));
    return numbers.length === 0 ? ips : numbers.flatMap((port) => ips.map((ip) => hostPort(ip, port)));
  });
  return firstThree(all);
}

const hostPort = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

export const endpointSliceColumns: TableColumns = {
  columns: [
    nameColumn,
    column('AddressType', 'Family of the addresses.'),
    column('Ports', 'Ports of every endpoint.'),
    column('Endpoints', 'Addresses, ready or not.'),
    ageColumn,
  ],
  cells: (slice, now) => [
    slice.metadata.name,
    text(slice, ['addressType']),
    orUnset(firstThree(list(slice, 'ports').map((port) => portText(port)))),
    orUnset(firstThree(list(slice, 'endpoints').flatMap((endpoint) => strings(endpoint, 'addresses')))),
    age(slice.metadata.creationTimestamp, now),
  ],
};

const portText = (port: unknown): string => {
  const number = at(port, 'port');
  return typeof number === 'number' ? String(number) : text(port, ['name'], '*');
};

const orUnset = (shown: string): string => (shown === '' ? '<unset>' : shown);

export const serviceCidrColumns: TableColumns = {
  columns: [nameColumn, column('CIDRs', 'Ranges from which Services get addresses.'), ageColumn],
  cells: (range, now) => [
    range.metadata.name,
    strings(range, 'spec', 'cidrs').join(','),
    age(range.metadata.creationTimestamp, now),
  ],
};

/** Upstream sends a third cell, the age, without a column for it; so do we. */
export const ipAddressColumns: TableColumns = {
  columns: [nameColumn, column('ParentRef', 'What the address belongs to.')],
  cells: (address, now) => [address.metadata.name, parent(address), age(address.metadata.creationTimestamp, now)],
};

function parent(address: KubeObject): string {
  const reference = at(address, 'spec', 'parentRef');
  if (reference === undefined) return '<none>';
  const group = text(reference, ['group']);
  const namespace = text(reference, ['namespace']);
  const resource = text(reference, ['resource']) + (group === '' ? '' : `.${group}`);
  return [resource, ...(namespace === '' ? [] : [namespace]), text(reference, ['name'])].join('/');
}
