/** O1–O7: Endpoints, the old one-object form. The number of addresses is not limited here. */
import type { FieldError } from '../../api/field-error.ts';
import type { EndpointAddress, Endpoints, EndpointSubset } from '../../api/types.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { sameValue } from '../equal.ts';
import { invalidEach, required } from '../errors.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from '../formats/dns.ts';
import { endpointIpErrors, ipWarnings, legacyIpErrors } from '../formats/ips.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { portNumberProblems } from '../formats/ports.ts';
import type { Loose } from '../loose.ts';
import { valueOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { validateProtocol } from './service/ports.ts';

type EndpointPort = NonNullable<EndpointSubset['ports']>[number];

export function validateEndpoints(endpoints: Endpoints, context: ValidationContext = currentGates): FieldError[] {
  return [
    ...validateObjectMeta(endpoints.metadata, true, subdomainName),
    ...(endpoints.subsets ?? []).flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`, context)),
  ];
}

/** O7: subsets that did not change are not judged by rules that came after them. */
export function validateEndpointsUpdate(
  next: Endpoints,
  previous: Endpoints,
  context: ValidationContext = currentGates,
): FieldError[] {
  const judged = sameValue(next.subsets, previous.subsets) ? { ...next, subsets: [] } : next;
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateEndpoints(judged, context)];
}

function validateSubset(subset: EndpointSubset, field: string, context: ValidationContext): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const empty = addresses.length + notReadyAddresses.length === 0;
  return [
    ...(empty ? [required(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((address, index) => validateAddress(address, `${field}.addresses[${index}]`, context)),
    ...notReadyAddresses.flatMap((address, index) =>
      validateAddress(address, `${field}.notReadyAddresses[${index}]`, context),
    ),
    ...ports.flatMap((port, index) => validatePort(port, `${field}.ports[${index}]`, ports.length > 1)),
  ];
}

/** O3, O4: an unreadable address is told twice. */
function validateAddress(address: Loose<EndpointAddress>, field: string, context: ValidationContext): FieldError[] {
  const { ip = '', hostname = '', nodeName } = address;
  return [
    ...legacyIpErrors(`${field}.ip`, ip, context.strictIps),
    ...(hostname === '' ? [] : invalidEach(`${field}.hostname`, hostname, dnsLabelProblems(hostname))),
    ...(nodeName === undefined ? [] : invalidEach(`${field}.nodeName`, nodeName, dnsSubdomainProblems(nodeName))),
    ...endpointIpErrors(`${field}.ip`, ip),
  ];
}

/** O5, O6: names may repeat. */
function validatePort(port: Loose<EndpointPort>, field: string, nameRequired: boolean): FieldError[] {
  const { name = '', port: number = 0, protocol, appProtocol } = port;
  const nameErrors = name === '' ? [] : invalidEach(`${field}.name`, name, dnsLabelProblems(name));
  return [
    ...(name === '' && nameRequired ? [required(`${field}.name`)] : nameErrors),
    ...invalidEach(`${field}.port`, number, portNumberProblems(number)),
    ...validateProtocol(protocol, `${field}.protocol`),
    ...(appProtocol === undefined
      ? []
      : invalidEach(`${field}.appProtocol`, appProtocol, labelKeyProblems(appProtocol))),
  ];
}

const managedByLabel = 'endpoints.kubernetes.io/managed-by';

/** V99: odd spellings, unless the built-in controller wrote them. */
export function endpointsWarnings(endpoints: Endpoints): string[] {
  if (valueOf(endpoints.metadata.labels, managedByLabel) === 'endpoint-controller') return [];
  return (endpoints.subsets ?? []).flatMap((subset, index) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip }, at) => ipWarnings(`subsets[${index}].${list}[${at}].ip`, ip)),
    ),
  );
}
