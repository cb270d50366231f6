/** From an Endpoints object to the slices that say the same (M6–M10): one group an address type and port list. */
import type { Endpoint, EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from '../../pkg/api/types.ts';
import type { IpFamily } from '../../pkg/endpoints/index.ts';
import { endpointIdentity, explode, parseAddress, portGroupKey, repack } from '../../pkg/endpoints/index.ts';

export interface MirrorGroup {
  readonly addressType: IpFamily;
  readonly ports: readonly EndpointPort[];
  /** By identity (S11). */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

export interface Mirror {
  /** By address type and port list; groups without endpoints need no slice and are left out. */
  readonly groups: ReadonlyMap<string, MirrorGroup>;
  /** M8: addresses that are none. */
  readonly invalid: number;
  /** Invalid ones and those over the limit. */
  readonly skipped: number;
}

export const groupKey = (addressType: string, ports: readonly EndpointPort[] | null | undefined): string =>
  `${addressType}\n${portGroupKey(ports)}`;

export function mirrorOf(endpoints: Endpoints, maxEndpointsPerSubset: number): Mirror {
  const groups = new Map<string, MirrorGroup & { endpoints: Map<string, Endpoint> }>();
  let invalid = 0;
  let skipped = 0;
  for (const subset of repack(explode(endpoints.subsets))) {
    const ports = (subset.ports ?? []).map(toSlicePort);
    const taken = take(subset, maxEndpointsPerSubset);
    invalid += taken.invalid;
    skipped += taken.skipped;
    for (const { addressType, endpoint } of taken.endpoints) {
      const key = groupKey(addressType, ports);
      const group = groups.get(key) ?? { addressType, ports, endpoints: new Map<string, Endpoint>() };
      groups.set(key, group);
      group.endpoints.set(endpointIdentity(endpoint), endpoint);
    }
  }
  return { groups, invalid, skipped };
}

interface Mirrored {
  readonly addressType: IpFamily;
  readonly endpoint: Endpoint;
}

/** M7: ready ones first; the limit counts both families together, and invalid addresses do not use it up. */
function take(subset: EndpointSubset, max: number): { endpoints: Mirrored[]; invalid: number; skipped: number } {
  const offered = [
    ...(subset.addresses ?? []).map((address) => ({ address, ready: true })),
    ...(subset.notReadyAddresses ?? []).map((address) => ({ address, ready: false })),
  ];
  const endpoints: Mirrored[] = [];
  let invalid = 0;
  for (const { address, ready } of offered) {
    if (endpoints.length >= max) break;
    const mirrored = toMirrored(address, ready);
    if (mirrored === undefined) invalid += 1;
    else endpoints.push(mirrored);
  }
  return { endpoints, invalid, skipped: offered.length - endpoints.length };
}

/** M9: readiness is all an Endpoints object knows of the conditions. */
function toMirrored(address: EndpointAddress, ready: boolean): Mirrored | undefined {
  const ip = parseAddress(address.ip);
  if (ip === undefined) return undefined;
  const { hostname = '', nodeName, targetRef } = address;
  return {
    addressType: ip.family,
    endpoint: {
      addresses: [ip.text],
      conditions: { ready },
      ...(hostname === '' ? {} : { hostname }),
      ...(targetRef === undefined || targetRef === null ? {} : { targetRef }),
      ...(nodeName === undefined || nodeName === null ? {} : { nodeName }),
    },
  };
}

function toSlicePort({
  name,
  port,
  protocol,
  appProtocol,
}: NonNullable<EndpointSubset['ports']>[number]): EndpointPort {
  return {
    name: name ?? '',
    port,
    protocol: protocol ?? 'TCP',
    ...(appProtocol === undefined || appProtocol === null ? {} : { appProtocol }),
  };
}
