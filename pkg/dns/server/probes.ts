/** Plain HTTP for kubelets and load balancers: is it alive, is it ready. */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProbeAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}

type Route = (request: IncomingMessage) => ProbeAnswer | Promise<ProbeAnswer>;

/** One server a path, each on its own port, as the probes of CoreDNS are. */
export class Probes {
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #servers = new Map<string, Server>();

  constructor(routes: Readonly<Record<string, Route>>) {
    this.#routes = new Map(Object.entries(routes));
  }

  /** Undefined while the path is not served. */
  port(path: string): number | undefined {
    return (this.#servers.get(path)?.address() as AddressInfo | null | undefined)?.port;
  }

  /** Serves a path on a port, 0 for any that is free; undefined leaves it out. */
  async listen(path: string, port: number | undefined, host: string): Promise<void> {
    if (port === undefined) return;
    const server = createServer((request, response) => void this.#serve(path, request, response));
    server.listen({ port, host });
    await once(server, 'listening');
    this.#servers.set(path, server);
  }

  async close(): Promise<void> {
    const closing = [...this.#servers.values()].map(async (server) => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    });
    await Promise.all(closing);
  }

  async #serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = request.url?.split('?')[0] === path ? this.#routes.get(path) : undefined;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const answer: ProbeAnswer = await answerOf(route, request, isRead);
    response.writeHead(answer.status, {
      'content-type': answer.contentType ?? 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(answer.body),
    });
    response.end(answer.body);
  }
}

async function answerOf(route: Route | undefined, request: IncomingMessage, isRead: boolean): Promise<ProbeAnswer> {
  if (route === undefined) return { status: 404, body: 'not found' };
  if (!isRead) return { status: 405, body: 'only GET' };
  try {
    return await route(request);
  } catch (error) {
    return { status: 500, body: String(error) };
  }
}
