/** What simulated programs find around them: the cluster's Services, its DNS, and the doors of its addresses. */
import { Resolver } from 'node:dns/promises';
import { services } from '../api/resources.ts';
import type { Service } from '../api/types.ts';
import type { InformerFactory } from '../informer/index.ts';
import type { PodWorld } from '../nodes/index.ts';
import type { Route } from '../proxy/userspace/index.ts';
import type { Loopback } from './loopback.ts';

export interface PodWorldParts {
  readonly informers: InformerFactory;
  readonly clusterDomain: string;
  readonly loopback: Loopback;
  /** Undefined: no DNS. */
  readonly dnsPort: number | undefined;
  readonly routes: () => readonly Route[];
}

/** Where kubelets of other clusters send their Pods; here nobody listens there unless such a Service exists. */
const usualNameserver = '10.96.0.10';

export function podWorld({ informers, clusterDomain, loopback, dnsPort, routes }: PodWorldParts): PodWorld {
  const all = informers.for<Service>(services).store;
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  if (dnsPort !== undefined) resolver.setServers([`127.0.0.1:${dnsPort}`]);
  return {
    services: () => all.list(),
    clusterDomain,
    reach: loopback.reach,
    nameserver: () => all.get('kube-system/kube-dns')?.spec?.clusterIP ?? usualNameserver,
    addressesOf: async (name) => {
      if (dnsPort === undefined) return undefined;
      const asked = [resolver.resolve4(`${name}.`), resolver.resolve6(`${name}.`)];
      const answers = await Promise.allSettled(asked);
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    },
    door: (ip, port) => {
      const route = routes().find(
        ({ destination, protocol }) => protocol === 'TCP' && destination.ip === ip && destination.port === port,
      );
      return route === undefined ? loopback.foundAt(ip, port) : route.listen;
    },
  };
}
