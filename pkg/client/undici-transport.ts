import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import type { Dispatcher } from 'undici';
import { systemClock } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Transport, TransportRequest, TransportResponse } from './client.ts';
import type { CredentialSource } from './credentials.ts';
import { Dispatchers } from './dispatchers.ts';
import { toTransportError } from './transport-error.ts';

export interface UndiciTransportOptions {
  /** `https://host:port`, with a path prefix if a proxy wants one. */
  readonly server: string;
  readonly credentials: CredentialSource;
  readonly clock?: Clock;
}

/** HTTP to a cluster, over connections that are kept (DC1). Unary calls and watches never share one (DC11). */
export class UndiciTransport implements Transport {
  readonly #origin: string;
  readonly #prefix: string;
  readonly #credentials: CredentialSource;
  readonly #clock: Clock;
  readonly #dispatchers: Dispatchers;

  constructor(options: UndiciTransportOptions) {
    const server = new URL(options.server);
    this.#origin = server.origin;
    this.#prefix = server.pathname.replace(/\/+$/, '');
    this.#credentials = options.credentials;
    this.#clock = options.clock ?? systemClock;
    this.#dispatchers = new Dispatchers(server);
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const credentials = await this.#credentials.current();
    const { unary, watch } = await this.#dispatchers.for(credentials);
    const sentAt = this.#clock.monotonic();
    const { authorization } = credentials;
    const response = await this.#send(request.streaming ? watch : unary, request, authorization);
    if (response.statusCode === 401) this.#credentials.reject(sentAt);
    return toResponse(response, `${request.method} ${this.#origin}`, request.signal);
  }

  close(): Promise<void> {
    return this.#dispatchers.close();
  }

  async #send(agent: Dispatcher, request: TransportRequest, authorization?: string) {
    try {
      return await agent.request({
        origin: this.#origin,
        path: this.#prefix + request.path,
        method: request.method,
        headers: authorization === undefined ? request.headers : { ...request.headers, authorization },
        body: request.body ?? null,
        signal: request.signal ?? null,
      });
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      throw toTransportError(error, `${request.method} ${this.#origin}`);
    }
  }
}

function toResponse(
  response: Dispatcher.ResponseData,
  doing: string,
  signal: AbortSignal | undefined,
): TransportResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: response.statusCode, headers, body: named(plain(response, headers), doing, signal) };
}

/** The body as the server meant it: gzip undone where it was used (CL5, lists only). */
function plain(response: Dispatcher.ResponseData, headers: Record<string, string>): AsyncIterable<Uint8Array> {
  if (headers['content-encoding'] !== 'gzip') return response.body;
  return pipeline(response.body, createGunzip(), () => {});
}

/** A body whose failures are TransportErrors, and whose source is destroyed when the reader leaves early. */
async function* named(
  body: AsyncIterable<Uint8Array>,
  doing: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw toTransportError(error, doing);
  }
}
