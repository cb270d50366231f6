import type { EndpointSlice, Node, Service } from '../../api/types.ts';
import type { ObjectKey } from '../model/index.ts';

/** Where objects come from: informers in a cluster, a plain list in a demo. */
export interface ProxySource {
  /** Delivers every present object, then calls `synced` once, then delivers each change. Returns how to stop. */
  subscribe(sink: ProxySink): () => void;
}

export interface ProxySink {
  serviceChanged(service: Service): void;
  serviceGone(key: ObjectKey): void;
  sliceChanged(slice: EndpointSlice): void;
  sliceGone(key: ObjectKey): void;
  /** This proxy's own Node only (G5). */
  nodeChanged(node: Node): void;
  synced(): void;
}
