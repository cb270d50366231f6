/** What cluster DNS listens to, from informers. */
import { endpointSlices, namespaces, pods, services } from '../api/resources.ts';
import type { EndpointSlice, KubeObject, Namespace, Pod, Service } from '../api/types.ts';
import {
  changeAway,
  changeTo,
  slimNamespace,
  slimPod,
  slimService,
  slimSlice,
  type Change,
} from '../dns/records/index.ts';
import type { DnsSink, DnsSource } from '../dns/server/index.ts';
import type { Informer, InformerFactory, Registration } from '../informer/index.ts';

export interface DnsSourceOptions {
  /** Pods are asked for only when they have names of their own, so that no right to read them is needed otherwise. */
  readonly pods: boolean;
  /** Nobody else uses the informers: they keep what DNS looks at and nothing more (S38). */
  readonly alone: boolean;
}

/** D4: Pods that are over have no name. */
const livePods = 'status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown';

interface Feed {
  readonly resource: string;
  start(sink: DnsSink): Registration;
}

export function dnsSource(informers: InformerFactory, options: DnsSourceOptions): DnsSource {
  const feeds = feedsOf(informers, options);
  const waiting = new Set<string>(feeds.map(({ resource }) => resource));
  return {
    missing: () => [...waiting],
    async run(sink, signal) {
      const registrations = feeds.map((feed) => ({ resource: feed.resource, registration: feed.start(sink) }));
      const filled = registrations.map(async ({ resource, registration }) => {
        await registration.synced(signal);
        waiting.delete(resource);
      });
      await Promise.all(filled);
      sink.synced();
      await new Promise<void>((done) => {
        signal.addEventListener('abort', () => done(), { once: true });
      });
      for (const { registration } of registrations) registration.remove();
    },
  };
}

function feedsOf(informers: InformerFactory, { pods: withPods, alone }: DnsSourceOptions): Feed[] {
  const slim = <T>(transform: (object: T) => T): { transform?: (object: T) => T } => (alone ? { transform } : {});
  const feeds = [
    feed(informers.for<Namespace>(namespaces, slim(slimNamespace)), 'Namespace', (object) =>
      changeTo('Namespace', object),
    ),
    feed(informers.for<Service>(services, slim(slimService)), 'Service', (object) => changeTo('Service', object)),
    feed(informers.for<EndpointSlice>(endpointSlices, slim(slimSlice)), 'EndpointSlice', (object) =>
      changeTo('EndpointSlice', object),
    ),
  ];
  if (!withPods) return feeds;
  const scope = alone ? { fieldSelector: livePods } : {};
  const watched = informers.for<Pod>(pods, { ...scope, ...slim(slimPod) });
  return [...feeds, feed(watched, 'Pod', (object) => changeTo('Pod', object))];
}

function feed<T extends KubeObject>(informer: Informer<T>, kind: Change['kind'], to: (object: T) => Change): Feed {
  return {
    resource: informer.type.resource,
    start: (sink) =>
      informer.addHandler({
        add: (object) => sink.apply(to(object)),
        update: (_old, object) => sink.apply(to(object)),
        delete: ({ metadata }) => sink.apply(changeAway(kind, metadata.namespace ?? '', metadata.name ?? '')),
      }),
  };
}
