/** The objects that commands reason about, from a cluster or from manifests. */
import { endpoints, endpointSlices, namespaces, nodes, pods, services, type ResourceType } from '../api/resources.ts';
import type { Endpoints, EndpointSlice, KubeObject, Namespace, Node, Pod, Service } from '../api/types.ts';
import type { Client } from '../client/index.ts';

export interface World {
  readonly services: readonly Service[];
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly slices: readonly EndpointSlice[];
  readonly endpoints: readonly Endpoints[];
  readonly namespaces: readonly Namespace[];
}

/** Sorts objects by kind; kinds that no command looks at are passed over. */
export function worldOf(objects: readonly KubeObject[]): World {
  const all = <T extends KubeObject>({ group, version, kind }: ResourceType): T[] => {
    const apiVersion = group === '' ? version : `${group}/${version}`;
    return objects.filter((object): object is T => object.kind === kind && object.apiVersion === apiVersion);
  };
  return {
    services: all<Service>(services),
    pods: all<Pod>(pods),
    nodes: all<Node>(nodes),
    slices: all<EndpointSlice>(endpointSlices),
    endpoints: all<Endpoints>(endpoints),
    namespaces: all<Namespace>(namespaces),
  };
}

/** Everything at one time or nearly so; `namespace` narrows what has one. */
export async function worldFrom(client: Client, namespace?: string): Promise<World> {
  const narrowed = namespace === undefined ? {} : { namespace };
  const list = async <T>(type: ResourceType): Promise<T[]> =>
    (await client.list<T>(type, type.namespaced ? narrowed : {})).items;
  const [allServices, allPods, allNodes, allSlices, allEndpoints, allNamespaces] = await Promise.all([
    list<Service>(services),
    list<Pod>(pods),
    list<Node>(nodes),
    list<EndpointSlice>(endpointSlices),
    list<Endpoints>(endpoints),
    list<Namespace>(namespaces),
  ]);
  return {
    services: allServices,
    pods: allPods,
    nodes: allNodes,
    slices: allSlices,
    endpoints: allEndpoints,
    namespaces: allNamespaces,
  };
}

/**
 * Manifests rarely hold the Nodes of their Pods. Where they hold none, the Nodes that Pods name are taken to be there.
 */
export function nodesMeant({ nodes: given, pods: all }: Pick<World, 'nodes' | 'pods'>): readonly Node[] {
  if (given.length > 0) return given;
  const names = new Set(all.flatMap(({ spec }) => (spec?.nodeName ? [spec.nodeName] : [])));
  return [...names].toSorted().map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } }));
}
