/** The model of a set of objects, from nothing and by the shortest way: for plans, dry-runs and as the tracker's yardstick. */
import type { EndpointSlice, Service } from '../../api/types.ts';
import { claimKey, compareClaims } from './claims.ts';
import { planPort } from './plan.ts';
import { compareServicePorts, destinationsOf, servicePortKey, toServicePorts } from './service-port.ts';
import { mergeEndpoints, toSliceState } from './slice.ts';
import type { NodeModel, TrackerOptions } from './tracker.ts';
import { isVisibleService, isVisibleSlice } from './visibility.ts';

export function buildModel(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  { family, node, serviceProxyName }: TrackerOptions,
): NodeModel {
  const ports = services
    .filter((service) => isVisibleService(service, serviceProxyName))
    .flatMap((service) => toServicePorts(service, family))
    .sort(compareServicePorts);
  const states = slices.filter(isVisibleSlice).flatMap((slice) => toSliceState(slice, family) ?? []);
  const slicesOf = Map.groupBy(states, ({ service }) => service);

  const claims = ports.flatMap((port) => destinationsOf(port).map((destination) => ({ port, destination })));
  const holders = new Map<string, (typeof claims)[number]>();
  for (const claim of claims.sort(compareClaims)) {
    const key = claimKey(claim.destination, claim.port);
    if (!holders.has(key)) holders.set(key, claim);
  }
  const lost = claims.flatMap((claim) => {
    const holder = holders.get(claimKey(claim.destination, claim.port)) ?? claim;
    return holder === claim ? [] : [{ destination: claim.destination, loser: claim.port, winner: holder.port }];
  });
  const lostBy = Map.groupBy(lost, ({ loser }) => servicePortKey(loser));

  return {
    family,
    node,
    ports: ports.map((port) => {
      const endpoints = mergeEndpoints(slicesOf.get(`${port.namespace}/${port.name}`) ?? [], port, node.name);
      return planPort(port, endpoints, node, lostBy.get(servicePortKey(port))?.map((claim) => claim.destination) ?? []);
    }),
    conflicts: lost,
  };
}
