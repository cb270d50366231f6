/** From pods to the subsets an Endpoints object should hold, not yet cut to the limit (E6–E13). */
import type { EndpointAddress, EndpointSubset, Pod, Service } from '../../pkg/api/types.ts';
import type { Exclusion, Offer, SubsetPort } from '../../pkg/endpoints/index.ts';
import {
  isExplicitlyHeadless,
  isReady,
  parseAddress,
  podIps,
  primaryFamilyOf,
  publishesHostname,
  referenceTo,
  repack,
  resolvePorts,
  toEndpointPort,
  whyIneligible,
} from '../../pkg/endpoints/index.ts';

export interface DesiredSubsets {
  /** Canonical (E11, E12). */
  readonly subsets: EndpointSubset[];
  readonly excluded: readonly Exclusion[];
}

/** `pods` are all that the selector means, in one order. */
export function desiredSubsets(service: Service, pods: readonly Pod[]): DesiredSubsets {
  const offers: Offer[] = [];
  const excluded: Exclusion[] = [];
  const publishAll = service.spec?.publishNotReadyAddresses === true;
  for (const pod of pods) {
    const name = pod.metadata.name ?? '';
    const ineligible = whyIneligible(pod, publishAll);
    if (ineligible !== undefined) {
      excluded.push({ pod: name, because: ineligible });
      continue;
    }
    const address = toAddress(pod, service);
    if (address === undefined) {
      // E8: no error and no retry; a cluster on its way to dual stack has such pods.
      excluded.push({ pod: name, because: 'wrongFamily', wanted: primaryFamilyOf(service, pod) });
      continue;
    }
    const { ports, missing } = offeredPorts(service, pod);
    for (const wanted of missing) excluded.push({ pod: name, because: 'portNameMissing', wanted });
    const ready = publishAll || isReady(pod);
    for (const port of ports) offers.push({ address, port, ready });
  }
  return { subsets: repack(offers), excluded };
}

/** E9, E10, C14: an explicitly headless Service without ports offers bare addresses, any other such Service nothing. */
function offeredPorts(service: Service, pod: Pod): { ports: (SubsetPort | undefined)[]; missing: string[] } {
  if ((service.spec?.ports ?? []).length === 0) {
    return { ports: isExplicitlyHeadless(service) ? [undefined] : [], missing: [] };
  }
  const ports: SubsetPort[] = [];
  const missing: string[] = [];
  for (const { port, number } of resolvePorts(service, pod)) {
    if (number === undefined) {
      missing.push(String(port.targetPort));
    } else {
      const { name = '', ...rest } = toEndpointPort(port, number);
      ports.push({ ...(name === '' ? {} : { name }), ...rest, port: number });
    }
  }
  return { ports, missing };
}

/** Undefined when the pod has no address of the one family that is published (E7, E8). */
function toAddress(pod: Pod, service: Service): EndpointAddress | undefined {
  const family = primaryFamilyOf(service, pod);
  const ip = podIps(pod)
    .map(parseAddress)
    .find((address) => address?.family === family);
  if (ip === undefined) return undefined;
  return {
    ip: ip.text,
    ...(publishesHostname(pod, service) ? { hostname: pod.spec?.hostname ?? '' } : {}),
    // H23: present even when the pod has no node.
    nodeName: pod.spec?.nodeName ?? '',
    targetRef: referenceTo(pod),
  };
}
