/** Service on create: metadata and every spec rule, in upstream's order (V1–V59). Nothing short-circuits. */
import type { FieldError } from '../../../api/field-error.ts';
import { clusterIpsOf, isExternalName, isHeadless, portsOf, specOf } from '../../../api/service.ts';
import type { Service } from '../../../api/types.ts';
import { currentGates, type ValidationContext } from '../../context.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../../errors.ts';
import { dnsSubdomainProblems } from '../../formats/dns.ts';
import { endpointIpErrors, legacyIpErrors } from '../../formats/ips.ts';
import { hasKey, validateLabels, valueOf } from '../../metadata/labels.ts';
import { dns1035Name, labelName } from '../../metadata/names.ts';
import { validateObjectMeta } from '../../metadata/object-meta.ts';
import { validateClusterIps } from './cluster-ips.ts';
import { validateLoadBalancer } from './load-balancer.ts';
import { validateNoNodePorts, validatePortsUnique, validateServicePorts } from './ports.ts';
import {
  validateAffinity,
  validateTopologyKeys,
  validateTrafficDistribution,
  validateTrafficPolicies,
} from './traffic.ts';

export const topologyModeAnnotation = 'service.kubernetes.io/topology-mode';
export const topologyHintsAnnotation = 'service.kubernetes.io/topology-aware-hints';
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

/** Expects a defaulted object with its addresses and ports filled in. */
export function validateService(service: Service, context: ValidationContext = currentGates): FieldError[] {
  return [
    ...validateObjectMeta(service.metadata, true, context.relaxedServiceNames ? labelName : dns1035Name),
    ...validateServiceRules(service, undefined, context),
  ];
}

/** Everything but metadata; `previous` exempts values it already had. */
export function validateServiceRules(
  service: Service,
  previous: Service | undefined,
  context: ValidationContext,
): FieldError[] {
  const { selector, type } = specOf(service);
  return [
    ...validateTopologyAnnotations(service),
    ...validatePortsPresent(service),
    ...validateTypeAgainstAddresses(service),
    ...validateServicePorts(service),
    ...validateLabels(selector, 'spec.selector'),
    ...validateAffinity(service),
    ...validateClusterIps(service, previous, context),
    ...validateExternalIps(service, previous, context),
    ...(type ? [] : [required('spec.type')]),
    ...(type && !types.includes(type) ? [notSupported('spec.type', json(type), types)] : []),
    ...validateNoNodePorts(service),
    ...validatePortsUnique(service),
    ...validateTopologyKeys(service, context),
    ...validateLoadBalancer(service, previous, context),
    ...validateTrafficPolicies(service),
    ...validateTrafficDistribution(service, context),
  ];
}

/** V20 */
function validateTopologyAnnotations(service: Service): FieldError[] {
  const { annotations } = service.metadata;
  if (!hasKey(annotations, topologyHintsAnnotation)) return [];
  const mode = valueOf(annotations, topologyModeAnnotation);
  if (mode === undefined || mode === valueOf(annotations, topologyHintsAnnotation)) return [];
  const detail = `must match annotations[${topologyHintsAnnotation}] when both are specified`;
  return [invalid(`metadata.annotations[${topologyModeAnnotation}]`, mode, detail)];
}

/** V21 */
function validatePortsPresent(service: Service): FieldError[] {
  const optional = isHeadless(service) || isExternalName(service);
  return portsOf(service).length > 0 || optional ? [] : [required('spec.ports')];
}

/** V22–V24 */
function validateTypeAgainstAddresses(service: Service): FieldError[] {
  const { type } = specOf(service);
  if (type === 'ExternalName') return validateExternalName(service);
  if ((type !== 'LoadBalancer' && type !== 'NodePort') || !isHeadless(service)) return [];
  return [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)];
}

function validateExternalName(service: Service): FieldError[] {
  const { ipFamilies = [], ipFamilyPolicy, externalName = '' } = specOf(service);
  const unset = 'may not be set for ExternalName services';
  // A trailing dot marks the name as fully qualified.
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName;
  const field = 'spec.externalName';
  return [
    ...(clusterIpsOf(service).length > 0 ? [forbidden('spec.clusterIPs', unset)] : []),
    ...(ipFamilies.length > 0 ? [forbidden('spec.ipFamilies', unset)] : []),
    ...(ipFamilyPolicy === undefined ? [] : [forbidden('spec.ipFamilyPolicy', unset)]),
    ...(name === '' ? [required(field)] : invalidEach(field, name, dnsSubdomainProblems(name))),
  ];
}

/** V35 */
function validateExternalIps(
  service: Service,
  previous: Service | undefined,
  context: ValidationContext,
): FieldError[] {
  const existing = previous?.spec?.externalIPs ?? [];
  return (specOf(service).externalIPs ?? []).flatMap((ip, index) => {
    const field = `spec.externalIPs[${index}]`;
    const errors = legacyIpErrors(field, ip, context.strictIps, existing);
    return errors.length > 0 ? errors : endpointIpErrors(field, ip);
  });
}
