/** From pods to the endpoints that slices of one address family should hold, one group a port list (S7–S10). */
import type { Endpoint, Node, Pod, Service } from '../../pkg/api/types.ts';
import type { Exclusion, IpFamily, PortGroup } from '../../pkg/endpoints/index.ts';
import { endpointIdentity, portGrouper, whyIneligible } from '../../pkg/endpoints/index.ts';
import { toEndpoint } from './to-endpoint.ts';

export interface DesiredGroup extends PortGroup {
  /** By identity (S11), in order of pod names. */
  readonly endpoints: Map<string, Endpoint>;
}

export interface Desired {
  readonly groups: ReadonlyMap<string, DesiredGroup>;
  readonly excluded: readonly Exclusion[];
  /** S9: pods that could not be placed; the sync fails with these after its writes. */
  readonly problems: readonly string[];
}

/** A Map will do, and so will the reader of an informer. */
export interface NodesByName {
  get(name: string): Node | undefined;
}

/** `pods` are all that the selector means, in one order. */
export function desiredEndpoints(
  service: Service,
  pods: readonly Pod[],
  nodes: NodesByName,
  family: IpFamily,
): Desired {
  const groups = new Map<string, DesiredGroup>();
  const excluded: Exclusion[] = [];
  const problems: string[] = [];
  const groupOf = portGrouper(service);
  for (const pod of pods) {
    const name = pod.metadata.name ?? '';
    const ineligible = whyIneligible(pod, true);
    if (ineligible !== undefined) {
      excluded.push({ pod: name, because: ineligible });
      continue;
    }
    const { group, missing } = groupOf(pod);
    for (const wanted of missing) excluded.push({ pod: name, because: 'portNameMissing', wanted });
    // S7: the group counts as wanted even if this pod is left out below.
    const desired = groups.get(group.key) ?? { ...group, endpoints: new Map<string, Endpoint>() };
    groups.set(group.key, desired);

    const nodeName = pod.spec?.nodeName ?? '';
    const node = nodeName === '' ? undefined : nodes.get(nodeName);
    if (node === undefined && service.spec?.publishNotReadyAddresses !== true) {
      excluded.push({ pod: name, because: 'nodeUnknown', wanted: nodeName });
      problems.push(nodeMissing(name, nodeName, service));
      continue;
    }
    const endpoint = toEndpoint(pod, node, service, family);
    if (endpoint === undefined) excluded.push({ pod: name, because: 'wrongFamily', wanted: family });
    else desired.endpoints.set(endpointIdentity(endpoint), endpoint);
  }
  return { groups, excluded, problems };
}

function nodeMissing(pod: string, node: string, { metadata: { namespace, name } }: Service): string {
  return `skipping Pod ${pod} for Service ${namespace}/${name}: Node ${node} Not Found`;
}
