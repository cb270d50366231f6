/** A client's Transport that calls the handler directly: same bytes, no sockets, no TLS. */
import type { Transport, TransportRequest, TransportResponse } from '../../client/client.ts';
import { isStream, type ApiRequest, type ApiResponse, type StreamBody, type UserInfo } from './exchange.ts';

export function inProcessTransport(handle: (request: ApiRequest) => Promise<ApiResponse>, user: UserInfo): Transport {
  const closed = new AbortController();
  return {
    request: async (request) => {
      const signal = request.signal === undefined ? closed.signal : AbortSignal.any([request.signal, closed.signal]);
      signal.throwIfAborted();
      return toTransportResponse(await handle(toApiRequest(request, user, signal)), signal);
    },
    close: async () => closed.abort(),
  };
}

function toApiRequest(request: TransportRequest, peer: UserInfo, signal: AbortSignal): ApiRequest {
  const mark = request.path.indexOf('?');
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method: request.method,
    path: mark < 0 ? request.path : request.path.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : request.path.slice(mark + 1)),
    headers: Object.fromEntries(headers),
    readBody: async () => Buffer.from(request.body ?? ''),
    signal,
    peer,
  };
}

function toTransportResponse({ status, headers, body }: ApiResponse, signal: AbortSignal): TransportResponse {
  const flat = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status,
    headers: Object.fromEntries(flat),
    body: isStream(body) ? readStream(body, signal) : once(typeof body === 'string' ? Buffer.from(body) : body),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Chunks wait here until the reader takes them; past the mark the writer is told to wait, as a socket would. */
const highWaterBytes = 64 * 1024;

async function* readStream(body: StreamBody, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const queue: Uint8Array[] = [];
  let buffered = 0;
  let ended = false;
  let wake: () => void = () => undefined;
  const drains: (() => void)[] = [];
  const closes: (() => void)[] = [];
  body({
    write: (chunk) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      queue.push(bytes);
      buffered += bytes.length;
      wake();
      return buffered < highWaterBytes;
    },
    end: () => {
      ended = true;
      wake();
    },
    get bufferedBytes() {
      return buffered;
    },
    onDrain: (callback) => drains.push(callback),
    onClose: (callback) => closes.push(callback),
  });
  const abort = (): void => wake();
  signal.addEventListener('abort', abort);
  try {
    for (;;) {
      const bytes = queue.shift();
      if (bytes !== undefined) {
        buffered -= bytes.length;
        yield bytes;
        if (queue.length === 0) for (const drain of drains) drain();
      } else if (ended || signal.aborted) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', abort);
    for (const close of closes) close();
  }
}
