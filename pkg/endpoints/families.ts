/** Which address families a Service publishes. */
import type { Pod, Service } from '../api/types.ts';
import type { IpFamily } from '../ip/index.ts';
import { parseAddress } from './address.ts';

const headless = 'None';

/** `None` and the empty string alike: there is no virtual address. */
export function isHeadless(service: Service): boolean {
  const clusterIP = service.spec?.clusterIP ?? '';
  return clusterIP === '' || clusterIP === headless;
}

/** Only the explicit `None`; E10 and C14 make this difference. */
export function isExplicitlyHeadless(service: Service): boolean {
  return service.spec?.clusterIP === headless;
}

function familyOf(text: string): IpFamily {
  return parseAddress(text)?.family ?? 'IPv4';
}

/** S4: the address types of a Service's slices. A headless Service of an old API server gets both. */
export function addressTypesOf(service: Service): IpFamily[] {
  const declared = (service.spec?.ipFamilies ?? []).filter((family) => family === 'IPv4' || family === 'IPv6');
  if (declared.length > 0) return [...new Set(declared)];
  return isHeadless(service) ? ['IPv4', 'IPv6'] : [familyOf(service.spec?.clusterIP ?? '')];
}

/** E7: the one family an Endpoints object publishes. */
export function primaryFamilyOf(service: Service, pod: Pod): IpFamily {
  const first = service.spec?.ipFamilies?.[0];
  if (first !== undefined) return first === 'IPv6' ? 'IPv6' : 'IPv4';
  return familyOf(isHeadless(service) ? (pod.status?.podIP ?? '') : (service.spec?.clusterIP ?? ''));
}
