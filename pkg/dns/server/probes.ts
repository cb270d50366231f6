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

/** GET paths and what answers them. */
export type ProbeRoutes = Readonly<Record<string, ProbeRoute>>;
type ProbeRoute = (request: IncomingMessage) => ProbeAnswer | Promise<ProbeAnswer>;

export class ProbeServer {
  readonly #server: Server;
  readonly #routes: ReadonlyMap<string, ProbeRoute>;

  constructor(routes: ProbeRoutes) {
    this.#routes = new Map(Object.entries(routes));
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Undefined while it does not listen. */
  get port(): number | undefined {
    return (this.#server.address() as AddressInfo | null)?.port;
  }

  /** Resolves with the port; 0 asks for a free one. */
  async listen(port: number, host: string): Promise<number> {
    this.#server.listen({ port, host });
    await once(this.#server, 'listening');
    return this.port ?? 0;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = this.#routes.get(request.url?.split('?')[0] ?? '');
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const answer: ProbeAnswer = await answerOf(route, request, isRead);
    response.writeHead(answer.status, {
      'content-type': answer.contentType ?? 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-length': Buffer.byteLength(answer.body),
    });
    response.end(answer.body);
  }
}

async function answerOf(
  route: ProbeRoute | undefined,
  request: IncomingMessage,
  isRead: boolean,
): Promise<ProbeAnswer> {
  if (route === undefined) return { status: 404, body: 'not found' };
  if (!isRead) return { status: 405, body: 'only GET' };
  try {
    return await route(request);
  } catch (error) {
    return { status: 500, body: String(error) };
  }
}
