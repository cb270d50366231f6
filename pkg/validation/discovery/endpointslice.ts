/** O20–O34: EndpointSlice, as discovery.k8s.io/v1 holds it; v1beta1 objects are converted before they come here. */
import type { FieldError } from '../../api/field-error.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/types.ts';
import { parseIpTolerant } from '../../ip/index.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { validateProtocol } from '../core/service/ports.ts';
import { sameValue } from '../equal.ts';
import { duplicate, internal, invalid, invalidEach, json, notSupported, required, tooMany } from '../errors.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from '../formats/dns.ts';
import { endpointIpErrors, ipWarnings, legacyIpErrors, strictIpErrors } from '../formats/ips.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import type { Loose } from '../loose.ts';
import { hasKey, validateLabels, valueOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta } from '../metadata/object-meta.ts';
import { validateHints } from './hints.ts';

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const most = { topologyLabels: 16, addresses: 100, ports: 20_000, endpoints: 1000 };
const zoneLabel = 'topology.kubernetes.io/zone';

export function validateEndpointSlice(slice: EndpointSlice, context: ValidationContext = currentGates): FieldError[] {
  return [
    ...validateObjectMeta(slice.metadata, true, subdomainName),
    ...validateAddressType(slice.addressType),
    ...validatePorts(slice.ports ?? []),
    ...validateEndpointList(slice, context),
  ];
}

/** O21, O34: the address type is fixed; endpoints that did not change are not judged again. */
export function validateEndpointSliceUpdate(
  next: EndpointSlice,
  previous: EndpointSlice,
  context: ValidationContext = currentGates,
): FieldError[] {
  const judged = sameValue(next.endpoints, previous.endpoints) ? { ...next, endpoints: [] } : next;
  return [
    ...validateEndpointSlice(judged, context),
    ...(next.addressType === previous.addressType
      ? []
      : [invalid('addressType', json(next.addressType ?? ''), immutable)]),
  ];
}

function validateAddressType(type: string | undefined): FieldError[] {
  if (!type) return [required('addressType')];
  return addressTypes.includes(type) ? [] : [notSupported('addressType', json(type), addressTypes)];
}

/** O22–O24. Port numbers are not checked (Q20). */
function validatePorts(ports: readonly EndpointPort[]): FieldError[] {
  if (ports.length > most.ports) return [tooMany('ports', ports.length, most.ports)];
  const names = new Set<string>();
  return ports.flatMap(({ name = '', protocol, appProtocol }, index) => {
    const field = `ports[${index}]`;
    const errors = name === '' ? [] : invalidEach(`${field}.name`, name, dnsLabelProblems(name));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, json(name)));
    names.add(name);
    errors.push(...validateProtocol(protocol, `${field}.protocol`));
    if (appProtocol !== undefined) {
      errors.push(...invalidEach(`${field}.appProtocol`, appProtocol, labelKeyProblems(appProtocol)));
    }
    return errors;
  });
}

/** O25 */
function validateEndpointList(slice: EndpointSlice, context: ValidationContext): FieldError[] {
  const endpoints = slice.endpoints ?? [];
  if (endpoints.length > most.endpoints) return [tooMany('endpoints', endpoints.length, most.endpoints)];
  return endpoints.flatMap((endpoint, index) =>
    validateEndpoint(endpoint, slice.addressType ?? '', `endpoints[${index}]`, context),
  );
}

/** O26, O30, O31 */
function validateEndpoint(
  endpoint: Loose<Endpoint>,
  type: string,
  field: string,
  context: ValidationContext,
): FieldError[] {
  const { addresses = [], nodeName, hostname, hints, deprecatedTopology } = endpoint;
  const errors: FieldError[] = [];
  const addressField = `${field}.addresses`;
  if (addresses.length === 0) errors.push(required(addressField, 'must contain at least 1 address'));
  if (addresses.length > most.addresses) errors.push(tooMany(addressField, addresses.length, most.addresses));
  for (const [index, address] of addresses.entries()) {
    errors.push(...validateAddress(address, type, addressField, index, context));
  }
  if (nodeName !== undefined)
    errors.push(...invalidEach(`${field}.nodeName`, nodeName, dnsSubdomainProblems(nodeName)));
  errors.push(...validateTopology(deprecatedTopology, `${field}.deprecatedTopology`));
  if (hostname !== undefined) errors.push(...invalidEach(`${field}.hostname`, hostname, dnsLabelProblems(hostname)));
  return hints === undefined ? errors : [...errors, ...validateHints(hints, `${field}.hints`)];
}

function validateTopology(topology: Endpoint['deprecatedTopology'], field: string): FieldError[] {
  const count = Object.keys(topology ?? {}).length;
  return [
    ...(count > most.topologyLabels ? [tooMany(field, count, most.topologyLabels)] : []),
    ...validateLabels(topology, field),
    ...(hasKey(topology, zoneLabel)
      ? [internal(`${field}[${zoneLabel}]`, 'reserved key was not removed in conversion')]
      : []),
  ];
}

/** O27–O29. An address of the wrong family is reported at the list. Addresses of an unknown type are not looked at. */
function validateAddress(
  address: string,
  type: string,
  listField: string,
  index: number,
  context: ValidationContext,
): FieldError[] {
  const field = `${listField}[${index}]`;
  if (type === 'FQDN') return validateFqdn(address, field);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const errors = type === 'IPv4' ? legacyIpErrors(field, address, context.strictIps) : strictIpErrors(field, address);
  if (errors.length > 0) return errors;
  const wrongFamily = parseIpTolerant(address)?.family !== type;
  return [
    ...(wrongFamily ? [invalid(listField, address, `must be an ${type} address`)] : []),
    ...endpointIpErrors(field, address),
  ];
}

/** O29: the first failure only; sentences about one part are joined with commas. */
function validateFqdn(address: string, field: string): FieldError[] {
  if (address === '') return [required(field)];
  const name = address.endsWith('.') ? address.slice(0, -1) : address;
  const problems = dnsSubdomainProblems(name);
  if (problems.length > 0) return [invalid(field, name, problems.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    return [invalid(field, name, 'should be a domain with at least two segments separated by dots')];
  }
  for (const label of labels) {
    const faults = dnsLabelProblems(label);
    if (faults.length > 0) return [invalid(field, label, faults.join(','))];
  }
  return [];
}

const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const builtIn = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

/** V98 on create only; V99 unless a built-in controller wrote it. */
export function endpointSliceWarnings(slice: EndpointSlice, created: boolean): string[] {
  const fqdn = created && slice.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
  if (builtIn.includes(valueOf(slice.metadata.labels, managedByLabel) ?? '')) return fqdn;
  const endpoints: Loose<Endpoint>[] = slice.endpoints ?? [];
  const odd = endpoints.flatMap(({ addresses = [] }, index) =>
    addresses.flatMap((address, at) => ipWarnings(`endpoints[${index}].addresses[${at}]`, address)),
  );
  return [...fqdn, ...odd];
}
