/** What cluster DNS listens to, from informers. */
import { endpointSlices, namespaces, pods, services } from '../api/resources.ts';
import type { EndpointSlice, KubeObject, Namespace, Pod, Service } from '../api/types.ts';
import { changeAway, changeTo, type Change } from '../dns/records/index.ts';
import type { DnsSource } from '../dns/server/index.ts';
import type { Informer, InformerFactory, Registration } from '../informer/index.ts';

export function dnsSource(informers: InformerFactory): DnsSource {
  const watched = {
    namespaces: informers.for<Namespace>(namespaces),
    services: informers.for<Service>(services),
    endpointslices: informers.for<EndpointSlice>(endpointSlices),
    pods: informers.for<Pod>(pods),
  };
  const waiting = new Set<string>(Object.keys(watched));
  return {
    missing: () => [...waiting],
    async run(sink, signal) {
      const feed = <T extends KubeObject>(
        informer: Informer<T>,
        kind: Change['kind'],
        to: (object: T) => Change,
      ): Registration =>
        informer.addHandler({
          add: (object) => sink.apply(to(object)),
          update: (_old, object) => sink.apply(to(object)),
          delete: ({ metadata }) => sink.apply(changeAway(kind, metadata.namespace ?? '', metadata.name ?? '')),
        });
      const registrations = {
        namespaces: feed(watched.namespaces, 'Namespace', (object) => changeTo('Namespace', object)),
        services: feed(watched.services, 'Service', (object) => changeTo('Service', object)),
        endpointslices: feed(watched.endpointslices, 'EndpointSlice', (object) => changeTo('EndpointSlice', object)),
        pods: feed(watched.pods, 'Pod', (object) => changeTo('Pod', object)),
      };
      const filled = Object.entries(registrations).map(async ([name, registration]) => {
        await registration.synced(signal);
        waiting.delete(name);
      });
      await Promise.all(filled);
      sink.synced();
      await new Promise<void>((done) => {
        signal.addEventListener('abort', () => done(), { once: true });
      });
      for (const registration of Object.values(registrations)) registration.remove();
    },
  };
}
