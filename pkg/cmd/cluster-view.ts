/** What a local cluster's own caches know, for those who watch it: the live page and the key for the last change. */
import { endpoints, endpointSlices, nodes, pods, services } from '../api/resources.ts';
import type { Endpoints, EndpointSlice, KubeObject, Node, Pod, Service } from '../api/types.ts';
import type { Informer, InformerFactory } from '../informer/index.ts';

export interface ClusterView {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly endpoints: readonly Endpoints[];
  /** With all their fields. */
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
}

export interface ViewSource {
  view(): ClusterView;
  /** Each change of one of these, as it is seen; what is there already is not told. */
  subscribe(changed: (object: KubeObject) => void): () => void;
}

/** `lean` informers are enough for what is not a Pod; whole Pods say why they are not ready. */
export function viewOf({
  lean,
  whole,
}: {
  readonly lean: InformerFactory;
  readonly whole: InformerFactory;
}): ViewSource {
  const watched = [
    lean.for<Service>(services),
    lean.for<EndpointSlice>(endpointSlices),
    lean.for<Endpoints>(endpoints),
    whole.for<Pod>(pods),
    whole.for<Node>(nodes),
  ] as const;
  const [ofServices, ofSlices, ofEndpoints, ofPods, ofNodes] = watched;
  return {
    view: () => ({
      services: ofServices.store.list(),
      slices: ofSlices.store.list(),
      endpoints: ofEndpoints.store.list(),
      pods: ofPods.store.list(),
      nodes: ofNodes.store.list(),
    }),
    subscribe: (changed) => {
      let telling = false;
      const tell = (object: KubeObject): void => (telling ? changed(object) : undefined);
      const follow = <T extends KubeObject>(informer: Informer<T>): (() => void) => {
        const registration = informer.addHandler({ add: tell, update: (_, object) => tell(object), delete: tell });
        return () => registration.remove();
      };
      const ends = [follow(ofServices), follow(ofSlices), follow(ofEndpoints), follow(ofPods), follow(ofNodes)];
      telling = true;
      return () => ends.forEach((end) => end());
    },
  };
}
