/** A port for each Service that an external load balancer asks whether this node has an endpoint (H1–H7). */
import { createServer, type Server } from 'node:http';
import type { NodeModel } from '../model/index.ts';

export interface ServiceHealth {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** Addresses, not ports: two ports of one pod are one endpoint (H2, S100). */
  readonly localEndpoints: number;
}

/** What the models ask for; of two families the larger count (H7). */
export function serviceHealthOf(models: readonly NodeModel[]): ServiceHealth[] {
  const found = new Map<string, ServiceHealth>();
  for (const { ports } of models) {
    const services = Map.groupBy(ports, ({ service }) => `${service.namespace}/${service.name}`);
    for (const [key, plans] of services) {
      const [first] = plans;
      if (first === undefined || first.service.healthCheckNodePort === 0) continue;
      const ips = new Set(
        plans.flatMap(({ endpoints }) => endpoints.filter(({ local, ready }) => local && ready).map(({ ip }) => ip)),
      );
      const localEndpoints = Math.max(ips.size, found.get(key)?.localEndpoints ?? 0);
      const { namespace, name, healthCheckNodePort: port } = first.service;
      found.set(key, { namespace, name, port, localEndpoints });
    }
  }
  return [...found.values()];
}

export interface ServiceHealthOptions {
  /** Addresses to listen on; default all. */
  readonly hosts?: readonly string[];
  readonly isProxyHealthy: () => boolean;
  /** Called once for each port that cannot be listened on, at every sync that tries (H5). */
  readonly onListenFailure?: (service: ServiceHealth, error: Error) => void;
}

interface Open {
  service: ServiceHealth;
  readonly servers: readonly Server[];
}

export class ServiceHealthServers {
  readonly #options: ServiceHealthOptions;
  readonly #open = new Map<string, Open>();
  #last: Promise<void> = Promise.resolve();

  constructor(options: ServiceHealthOptions) {
    this.#options = options;
  }

  /**
   * Closes what goes, then opens what comes; counts of the rest are taken over (H5, H6). Call it after the rules. Calls
   * run one after the other, since each family has a sync of its own.
   */
  sync(wanted: readonly ServiceHealth[]): Promise<void> {
    this.#last = this.#last.then(() => this.#sync(wanted));
    return this.#last;
  }

  async close(): Promise<void> {
    await this.sync([]);
  }

  async #sync(wanted: readonly ServiceHealth[]): Promise<void> {
    const byKey = new Map(wanted.map((service) => [keyOf(service), service]));
    for (const [key, { service, servers }] of this.#open) {
      if (byKey.get(key)?.port === service.port) continue;
      this.#open.delete(key);
      await close(servers);
    }
    for (const [key, service] of byKey) {
      const known = this.#open.get(key);
      if (known === undefined) await this.#listen(key, service);
      else known.service = service;
    }
  }

  async #listen(key: string, service: ServiceHealth): Promise<void> {
    const servers: Server[] = [];
    try {
      for (const host of this.#options.hosts ?? [undefined]) servers.push(await this.#serve(key, service.port, host));
      this.#open.set(key, { service, servers });
    } catch (error) {
      await close(servers);
      this.#options.onListenFailure?.(service, error as Error);
    }
  }

  #serve(key: string, port: number, host: string | undefined): Promise<Server> {
    const server = createServer((_request, response) => {
      const { status, headers, body } = this.#answer(key);
      response.writeHead(status, headers).end(body);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve(server));
    });
  }

  /** H3, H4: any path, any method. */
  #answer(key: string): { status: number; headers: Record<string, string | number>; body: string } {
    const service = this.#open.get(key)?.service;
    const count = service?.localEndpoints ?? 0;
    const serviceProxyHealthy = this.#options.isProxyHealthy();
    return {
      status: count > 0 && serviceProxyHealthy ? 200 : 503,
      headers: {
        'Content-Type': 'application/json',
        'X-Content-Type-Options': 'nosniff',
        'X-Load-Balancing-Endpoint-Weight': count,
      },
      body: JSON.stringify({
        service: { namespace: service?.namespace, name: service?.name },
        localEndpoints: count,
        serviceProxyHealthy,
      }),
    };
  }
}

const keyOf = ({ namespace, name }: ServiceHealth): string => `${namespace}/${name}`;

async function close(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map((server) => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    }),
  );
}
