/**
 * D20–D24: objects stored before a field existed look complete when they are read. Applied to every answer and to the
 * old object of an update; never written back by itself.
 */
import { clusterIpNone, clusterIpsOf, hasSelector, isExternalName, specOf } from '../api/service.ts';
import type { Service } from '../api/types.ts';
import { type IpFamily, otherFamily, parseIpTolerant } from '../ip/index.ts';
import { without } from './fill.ts';

export function completeServiceOnRead(service: Service, primaryFamily: IpFamily): Service {
  const completed = completeFamilies(completePlural(service), primaryFamily);
  if (!isExternalName(completed)) return completed;
  // D24: defaulted by mistake in old releases; it may still be in storage.
  const spec = without(specOf(completed), 'internalTrafficPolicy');
  return spec === completed.spec ? completed : { ...completed, spec };
}

/** D20, and A1 on create. */
export function completePlural(service: Service): Service {
  const { clusterIP = '' } = specOf(service);
  if (clusterIP === '' || clusterIpsOf(service).length > 0) return service;
  return { ...service, spec: { ...specOf(service), clusterIPs: [clusterIP] } };
}

/** D21–D23. Families that are there are never touched, and no policy is added beside them. */
function completeFamilies(service: Service, primaryFamily: IpFamily): Service {
  const spec = specOf(service);
  if (isExternalName(service) || (spec.ipFamilies ?? []).length > 0) return service;
  if (spec.clusterIP === clusterIpNone) {
    return hasSelector(service)
      ? { ...service, spec: { ...spec, ipFamilyPolicy: 'SingleStack', ipFamilies: [primaryFamily] } }
      : {
          ...service,
          spec: {
            ...spec,
            ipFamilyPolicy: 'RequireDualStack',
            ipFamilies: [primaryFamily, otherFamily(primaryFamily)],
          },
        };
  }
  const families = clusterIpsOf(service).map((ip) => (parseIpTolerant(ip)?.family === 'IPv6' ? 'IPv6' : 'IPv4'));
  if (families.length === 0) return service;
  const policy = families.length === 1 ? 'SingleStack' : families.length === 2 ? 'RequireDualStack' : undefined;
  return {
    ...service,
    spec: { ...spec, ipFamilies: families, ...(policy === undefined ? {} : { ipFamilyPolicy: policy }) },
  };
}
