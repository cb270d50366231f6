/** One pod as an endpoint of one address family (S10, C4). */
import type { Endpoint, Node, Pod, Service } from '../../pkg/api/types.ts';
import type { IpFamily } from '../../pkg/endpoints/index.ts';
import { isReady, isTerminating, parseAddress, podIps, publishesHostname } from '../../pkg/endpoints/index.ts';
import { zoneOf } from '../../pkg/topology/index.ts';

/** Undefined when the pod has no address of the family. */
export function toEndpoint(pod: Pod, node: Node | undefined, service: Service, family: IpFamily): Endpoint | undefined {
  const addresses = addressesOf(pod, family);
  if (addresses.length === 0) return undefined;
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const nodeName = pod.spec?.nodeName ?? '';
  const zone = zoneOf(node);
  const { namespace, name, uid } = pod.metadata;
  return {
    addresses,
    conditions: {
      ready: service.spec?.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(publishesHostname(pod, service) ? { hostname: pod.spec?.hostname ?? '' } : {}),
    targetRef: {
      kind: 'Pod',
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
    },
    ...(nodeName === '' ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  };
}

/** H22: a text that is no address is left out, where upstream would write it down as a nonsense word. */
function addressesOf(pod: Pod, family: IpFamily): string[] {
  return podIps(pod).flatMap((ip) => {
    const address = parseAddress(ip);
    return address?.family === family ? [address.text] : [];
  });
}
