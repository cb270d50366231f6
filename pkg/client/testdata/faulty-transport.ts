import type { Transport, TransportRequest, TransportResponse } from '../client.ts';
import { TransportError } from '../transport-error.ts';
import { frame, statusBody } from './scripted-transport.ts';

/** What may go wrong with one exchange. */
export type Fault =
  | 'none'
  | 'refused'
  | 'lost'
  | 'throttled'
  | 'unavailable'
  | 'gone'
  /** Streams: broken after some bytes, anywhere. */
  | 'cut'
  /** Streams: nothing more comes, and no end. */
  | 'silent'
  /** Streams: the last frame comes twice. */
  | 'twice'
  /** Streams: 410 inside. */
  | 'expired'
  /** Streams: bytes that are no frame, in place of some. */
  | 'garbage';

/** Breaks what a good transport does, as `next` says for each exchange. */
export function faultyTransport(
  inner: Transport,
  next: () => { readonly fault: Fault; readonly at: number },
): Transport {
  return {
    request: async (request) => {
      const { fault, at } = next();
      const refusal = refuse(fault);
      if (refusal instanceof Error) throw refusal;
      if (refusal !== undefined) return refusal;
      const response = await inner.request(request);
      return request.streaming
        ? { ...response, body: spoil(response.body, fault, at) }
        : spoilWhole(request, response, fault, at);
    },
    close: () => inner.close(),
  };
}

function refuse(fault: Fault): TransportResponse | Error | undefined {
  switch (fault) {
    case 'refused':
      return new TransportError('refused', 'ECONNREFUSED');
    case 'lost':
      return new TransportError('lost', 'ECONNRESET');
    case 'throttled':
      return status(429, 'TooManyRequests', { 'retry-after': '1' });
    case 'unavailable':
      return status(503, 'ServiceUnavailable', {});
    case 'gone':
      return status(410, 'Expired', {});
    default:
      return undefined;
  }
}

function status(code: number, reason: string, headers: Record<string, string>): TransportResponse {
  return { status: code, headers, body: once(Buffer.from(JSON.stringify(statusBody(code, reason)))) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function spoilWhole(_: TransportRequest, response: TransportResponse, fault: Fault, at: number): TransportResponse {
  return fault === 'cut' ? { ...response, body: spoil(response.body, fault, at) } : response;
}

/** Lets `at` chunks pass and then goes wrong, once. */
async function* spoil(body: AsyncIterable<Uint8Array>, fault: Fault, at: number): AsyncGenerator<Uint8Array> {
  let passed = 0;
  for await (const chunk of body) {
    if (passed++ !== at) yield chunk;
    else if (fault === 'cut') {
      yield chunk.subarray(0, Math.floor(chunk.length / 2));
      throw new TransportError('lost', 'ECONNRESET');
    } else if (fault === 'silent') await new Promise(() => {});
    else if (fault === 'expired') {
      yield Buffer.from(frame('ERROR', statusBody(410, 'Expired')));
      return;
    } else if (fault === 'garbage') yield Buffer.from('{"type":"ADDED","object"\n');
    else {
      yield chunk;
      if (fault === 'twice') yield chunk;
    }
  }
}
