/** V90–V97: advice that never fails a request. */
import { clusterIpNone, clusterIpsOf, isExternalName, specOf } from '../../../api/service.ts';
import type { Service } from '../../../api/types.ts';
import { cidrWarnings, ipWarnings } from '../../formats/ips.ts';
import { hasKey } from '../../metadata/labels.ts';
import { topologyHintsAnnotation, topologyModeAnnotation } from './service.ts';

/** For a create or update that passed validation. */
export function serviceWarnings(service: Service): string[] {
  const spec = specOf(service);
  const { clusterIP = '', externalIPs = [], loadBalancerIP = '', loadBalancerSourceRanges = [] } = spec;
  const headless = spec.type === 'ClusterIP' && clusterIP === clusterIpNone;
  const warnings: string[] = [];
  if (hasKey(service.metadata.annotations, topologyHintsAnnotation)) {
    warnings.push(`annotation ${topologyHintsAnnotation} is deprecated, please use ${topologyModeAnnotation} instead`);
  }
  if (clusterIP !== '' && clusterIP !== clusterIpNone) {
    warnings.push(...clusterIpsOf(service).flatMap((ip, index) => ipWarnings(`spec.clusterIPs[${index}]`, ip)));
  }
  if (headless) warnings.push(...ignoredByHeadless(service));
  warnings.push(...externalIPs.flatMap((ip, index) => ipWarnings(`spec.externalIPs[${index}]`, ip)));
  if (externalIPs.length > 0 && !headless && !isExternalName(service)) {
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (loadBalancerIP !== '') warnings.push(...ipWarnings('spec.loadBalancerIP', loadBalancerIP));
  warnings.push(
    ...loadBalancerSourceRanges.flatMap((range, index) =>
      cidrWarnings(`spec.loadBalancerSourceRanges[${index}]`, range),
    ),
  );
  return [...warnings, ...ignoredByType(service), ...distributionWarnings(service)];
}

/** V93 */
function ignoredByHeadless(service: Service): string[] {
  const { loadBalancerIP = '', externalIPs = [], sessionAffinity } = specOf(service);
  return [
    ...(loadBalancerIP === '' ? [] : ['spec.loadBalancerIP is ignored for headless services']),
    ...(externalIPs.length === 0 ? [] : ['spec.externalIPs is ignored for headless services']),
    ...(sessionAffinity === 'None' ? [] : ['spec.SessionAffinity is ignored for headless services']),
  ];
}

/** V95, V96 */
function ignoredByType(service: Service): string[] {
  const { externalIPs = [], externalName = '' } = specOf(service);
  if (isExternalName(service)) {
    return externalIPs.length > 0 ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : [];
  }
  return externalName === '' ? [] : ['spec.externalName is ignored when spec.type is not "ExternalName"'];
}

/** V97 */
const distributionWarnings = (service: Service): string[] =>
  specOf(service).trafficDistribution === 'PreferClose'
    ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']
    : [];

/** V91 for a write to `…/status`. The path upstream prints stops at the entry. */
export function serviceStatusWarnings(service: Service): string[] {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  return ingress.flatMap(({ ip = '' }, index) =>
    ip === '' ? [] : ipWarnings(`status.loadBalancer.ingress[${index}]`, ip),
  );
}
