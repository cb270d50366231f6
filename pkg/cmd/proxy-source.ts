/** What a node proxy listens to, from informers. */
import { endpointSlices, nodes, services } from '../api/resources.ts';
import type { EndpointSlice, Node, Service } from '../api/types.ts';
import type { InformerFactory } from '../informer/index.ts';
import type { ProxySource } from '../proxy/userspace/index.ts';

export function proxySource(informers: InformerFactory, nodeName: string): ProxySource {
  const serviceInformer = informers.for<Service>(services);
  const sliceInformer = informers.for<EndpointSlice>(endpointSlices);
  const nodeInformer = informers.for<Node>(nodes);
  return {
    subscribe(sink) {
      const key = ({ metadata }: Service | EndpointSlice): { namespace: string; name: string } => ({
        namespace: metadata.namespace ?? '',
        name: metadata.name ?? '',
      });
      const onNode = (node: Node): void => {
        if (node.metadata.name === nodeName) sink.nodeChanged(node);
      };
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
        nodeInformer.addHandler({ add: onNode, update: (_old, node) => onNode(node) }),
      ];
      const stopped = new AbortController();
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
