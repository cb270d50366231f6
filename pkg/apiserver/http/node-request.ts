/** Node's requests, of either protocol, as ApiRequests. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { failure, timeout } from '../../api/status.ts';
import type { Clock } from '../../clock/index.ts';
import type { ApiRequest, UserInfo } from './exchange.ts';

export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;

export const isHttp2 = (response: NodeResponse): response is Http2ServerResponse => 'stream' in response;

/** The client going away, as a signal that is made only for who asks: most requests are over before anybody does. */
export class Departure {
  over = false;
  #controller: AbortController | undefined;

  happened(): void {
    this.over = true;
    this.#controller?.abort();
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.over) this.#controller.abort();
    return this.#controller.signal;
  }
}

export function toApiRequest(
  request: NodeRequest,
  response: NodeResponse,
  departure: Departure,
  body: BodyTimeout,
): ApiRequest {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const peer = peerOf(request);
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: flatHeaders(request),
    readBody: (limit) => readBody(request, response, limit, body),
    get signal() {
      return departure.signal;
    },
    ...(peer === undefined ? {} : { peer }),
  };
}

function flatHeaders(request: NodeRequest): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name === ':authority') headers['host'] = String(value);
    if (name.startsWith(':')) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** S4: CN is the user, every O a group; only for certificates that our client CA signed. */
function peerOf(request: NodeRequest): UserInfo | undefined {
  const socket = ('stream' in request ? request.stream.session?.socket : request.socket) as TLSSocket | undefined;
  if (socket === undefined) return undefined;
  let known = peers.get(socket);
  if (known === undefined) {
    known = { user: userOf(socket) };
    peers.set(socket, known);
  }
  return known.user;
}

/** A connection keeps its certificate, and decoding one takes longer than many a request. */
const peers = new WeakMap<TLSSocket, { readonly user: UserInfo | undefined }>();

function userOf(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined || typeof subject.CN !== 'string') return undefined;
  // Several O values come as a list, which node's types do not say.
  const organisations: string | string[] | undefined = subject.O;
  const groups = organisations === undefined ? [] : [organisations].flat();
  return { username: subject.CN, groups };
}

export interface BodyTimeout {
  readonly clock: Clock;
  readonly bodyTimeoutMs: number;
}

/** HTTP/2: a body that nobody reads keeps its stream open unless that is said; after the answer, or it is lost. */
function resetOnceAnswered(stream: ServerHttp2Stream): void {
  stream.once('finish', () => setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR)));
}

/** P10, S26: past the limit, in bytes or in time, the rest is not read and the connection is not used again. */
function readBody(
  request: NodeRequest,
  response: NodeResponse,
  limit: number,
  { clock, bodyTimeoutMs }: BodyTimeout,
): Promise<Uint8Array> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    return Promise.reject(failure(415, 'UnsupportedMediaType', 'compressed request bodies are not accepted'));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const give = (error: Error): void => {
      timer.cancel();
      chunks.length = 0;
      request.removeAllListeners('data');
      request.pause();
      if (isHttp2(response)) resetOnceAnswered(response.stream);
      else response.setHeader('connection', 'close');
      reject(error);
    };
    const tooLarge = (): void =>
      give(failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`));
    const timer = clock.after(bodyTimeoutMs, () =>
      give(timeout('Timeout: the body of the request did not arrive in time')),
    );
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      tooLarge();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) tooLarge();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      timer.cancel();
      resolve(Buffer.concat(chunks, length));
    });
    const gone = (): void => give(failure(499, '', 'the client went away'));
    request.on('error', gone);
    request.on('aborted', gone);
  });
}
