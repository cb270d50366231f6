/** One pod as an endpoint of one address family (S10, C4). */
import type { Endpoint, Node, Pod, Service } from '../../pkg/api/types.ts';
import type { IpFamily } from '../../pkg/endpoints/index.ts';
import {
  isReady,
  isTerminating,
  parseAddress,
  podIps,
  publishesHostname,
  referenceTo,
} from '../../pkg/endpoints/index.ts';
import { zoneOf } from '../../pkg/topology/index.ts';

/** Undefined when the pod has no address of the family. */
export function toEndpoint(pod: Pod, node: Node | undefined, service: Service, family: IpFamily): Endpoint | undefined {
  const addresses = addressesOf(pod, family);
  if (addresses.length === 0) return undefined;
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const endpoint: Endpoint = { addresses, conditions: { ready, serving, terminating } };
  // Field by field: this runs for every pod at every sync.
  if (publishesHostname(pod, service)) endpoint.hostname = pod.spec?.hostname ?? '';
  endpoint.targetRef = referenceTo(pod);
  const nodeName = pod.spec?.nodeName ?? '';
  if (nodeName !== '') endpoint.nodeName = nodeName;
  const zone = zoneOf(node);
  if (zone !== undefined) endpoint.zone = zone;
  return endpoint;
}

/** H22: a text that is no address is left out, where upstream would write it down as a nonsense word. */
function addressesOf(pod: Pod, family: IpFamily): string[] {
  const addresses: string[] = [];
  for (const ip of podIps(pod)) {
    const address = parseAddress(ip);
    if (address?.family === family) addresses.push(address.text);
  }
  return addresses;
}
