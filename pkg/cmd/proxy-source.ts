/** What a node proxy listens to, from informers. */
import { endpointSlices, nodes, services } from '../api/resources.ts';
import type { EndpointSlice, KubeObject, Node, Service } from '../api/types.ts';
import type { Informer, InformerFactory, Scope } from '../informer/index.ts';
import type { ProxySource } from '../proxy/userspace/index.ts';

export interface ProxySourceOptions {
  readonly nodeName: string;
  /** Nobody else uses the informers: they ask for no more than a proxy looks at, and keep no more (G1, G5). */
  readonly alone: boolean;
}

/** G1: what other proxies handle, and what has no virtual address, is not even sent. */
const otherProxies = '!service.kubernetes.io/service-proxy-name';
const headless = '!service.kubernetes.io/headless';

export function proxySource(informers: InformerFactory, { nodeName, alone }: ProxySourceOptions): ProxySource {
  const watched = <T extends KubeObject>(
    type: typeof services,
    scope: Scope,
    transform: (object: T) => T = slim,
  ): Informer<T> => (alone ? informers.for<T>(type, { ...scope, transform }) : informers.for<T>(type));
  const serviceInformer = watched<Service>(services, { labelSelector: otherProxies });
  const sliceInformer = watched<EndpointSlice>(endpointSlices, { labelSelector: headless }, slimSlice);
  const nodeInformer = watched<Node>(nodes, { fieldSelector: `metadata.name=${nodeName}` });
  return {
    subscribe(sink) {
      const key = ({ metadata }: Service | EndpointSlice): { namespace: string; name: string } => ({
        namespace: metadata.namespace ?? '',
        name: metadata.name ?? '',
      });
      const onNode = (node: Node): void => {
        if (node.metadata.name === nodeName) sink.nodeChanged(node);
      };
      nodeInformer.addHandler({ add: onNode, update: (_old, node) => onNode(node) });
      const registrations = [
        serviceInformer.addHandler({
          add: (service) => sink.serviceChanged(service),
          update: (_old, service) => sink.serviceChanged(service),
          delete: (service) => sink.serviceGone(key(service)),
        }),
        sliceInformer.addHandler({
          add: (slice) => sink.sliceChanged(slice),
          update: (_old, slice) => sink.sliceChanged(slice),
          delete: (slice) => sink.sliceGone(key(slice)),
        }),
      ];
      const stopped = new AbortController();
      // G6: the node is not waited for.
      Promise.all(registrations.map((registration) => registration.synced(stopped.signal))).then(
        () => sink.synced(),
        () => undefined,
      );
      return () => {
        stopped.abort();
        for (const registration of registrations) registration.remove();
      };
    },
  };
}

/** Who set which field, and who owns it, is half of an object, and nothing here reads it. */
function slim<T extends KubeObject>(object: T): T {
  const {
    managedFields: _fields,
    ownerReferences: _owners,
    generation: _generation,
    creationTimestamp: _made,
    ...metadata
  } = object.metadata;
  return { ...object, metadata };
}

/** Which Pod an endpoint is, its address says well enough. */
function slimSlice(slice: EndpointSlice): EndpointSlice {
  const endpoints = slice.endpoints?.map(({ targetRef: _pod, ...endpoint }) => endpoint);
  return slim(endpoints === undefined ? slice : { ...slice, endpoints });
}
