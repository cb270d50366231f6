/** The live page: one HTML document, and a stream of events that carries the whole view whenever it changes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { document } from './document.ts';
import { pageView, type PageInputs } from './view.ts';

export interface PageOptions {
  /** Everything, as it is now. */
  readonly inputs: () => PageInputs;
  /** Calls back after any change; returns how to end that. */
  readonly subscribe: (changed: () => void) => () => void;
  readonly port: number;
}

export interface Page extends AsyncDisposable {
  readonly url: string;
}

/** How long changes are gathered: more often than the eye follows is of no use. */
const gatherMs = 100;

export async function startPage({ inputs, subscribe, port }: PageOptions): Promise<Page> {
  const watchers = new Set<ServerResponse>();
  let sent = '';
  let timer: NodeJS.Timeout | undefined;
  const push = (): void => {
    timer = undefined;
    if (watchers.size === 0) return;
    const now = eventOf(inputs());
    if (now === sent) return;
    sent = now;
    for (const watcher of watchers) watcher.write(now);
  };
  const unsubscribe = subscribe(() => {
    if (watchers.size > 0) timer ??= setTimeout(push, gatherMs).unref();
  });
  const stream = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    sent = eventOf(inputs());
    response.write(sent);
    watchers.add(response);
    response.on('close', () => watchers.delete(response));
  };
  const server = createServer((request, response) => {
    if (!isForUs(request)) return refuse(response, 403, 'This page is for this machine only.\n');
    if (request.url === '/') return serveDocument(response);
    if (request.url === '/events') return stream(response);
    refuse(response, 404, 'There is / and /events.\n');
  });
  const listen = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, '127.0.0.1', resolve);
    });
  await listen(port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return listen(0);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      unsubscribe();
      clearTimeout(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const eventOf = (inputs: PageInputs): string => `data: ${JSON.stringify(pageView(inputs))}\n\n`;

/** A name that somebody else's DNS points at 127.0.0.1 is not ours (rebinding). */
function isForUs({ headers, method }: IncomingMessage): boolean {
  return method === 'GET' && /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '');
}

function serveDocument(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
  });
  response.end(document);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
