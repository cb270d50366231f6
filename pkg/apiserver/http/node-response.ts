/** ApiResponses to Node's responses: compressed where it pays, at the pace of the receiver, and not for ever. */
import type { ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';
import type { Clock } from '../../clock/index.ts';
import { isStream, type ApiResponse, type Sink, type StreamBody } from './exchange.ts';
import { isHttp2, type NodeRequest, type NodeResponse } from './node-request.ts';
import { StallGuard } from './stall-guard.ts';

/** M5 */
const gzipAboveBytes = 128 * 1024;

export interface StallLimit {
  readonly clock: Clock;
  readonly stallTimeoutMs: number;
}

export function send(request: NodeRequest, response: NodeResponse, answer: ApiResponse, stall: StallLimit): void {
  const { status, headers, body } = answer;
  const node = response as ServerResponse;
  if (answer.endsSession === true && isHttp2(response)) response.stream.session?.close();
  node.statusCode = status;
  for (const [name, value] of Object.entries(headers))
    node.setHeader(name, typeof value === 'string' ? value : [...value]);
  if (request.method === 'HEAD') {
    node.end();
    return;
  }
  if (isStream(body)) {
    const compress = headers['content-type'] === 'application/json' && !isWatch(request) && acceptsGzip(request);
    sendStream(node, body, compress, stall);
    return;
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (length > gzipAboveBytes) {
    sendStream(node, inPieces(Buffer.from(body)), acceptsGzip(request), stall);
    return;
  }
  if (status !== 304) node.setHeader('content-length', length);
  const guard = guardOver(node, () => node.writableLength, stall);
  // Text leaves in one write with the header, and so in one TLS record; of bytes, node would make a second.
  node.end(body, 'utf8', guard.taken);
  guard.wrote();
}

const pieceBytes = 64 * 1024;

/** Bytes in pieces, at the pace of the receiver: what it has not asked for is held once, not copied. */
function inPieces(bytes: Uint8Array): StreamBody {
  return (sink) => {
    let at = 0;
    const receiver = { gone: false };
    sink.onClose(() => {
      receiver.gone = true;
    });
    const more = (): void => {
      while (!receiver.gone) {
        if (at >= bytes.length) {
          receiver.gone = true;
          sink.end();
          return;
        }
        const piece = bytes.subarray(at, at + pieceBytes);
        at += piece.length;
        if (!sink.write(piece)) return;
      }
    };
    sink.onDrain(more);
    more();
  };
}

const acceptsGzip = (request: NodeRequest): boolean => /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
const isWatch = (request: NodeRequest): boolean => /[?&]watch=(?!0|false)/.test(request.url ?? '');

function sendStream(response: ServerResponse, body: StreamBody, compress: boolean, stall: StallLimit): void {
  if (!compress) {
    response.flushHeaders();
    body(sinkOver(response, response, stall));
    return;
  }
  response.setHeader('content-encoding', 'gzip');
  response.setHeader('vary', 'Accept-Encoding');
  const gzip = createGzip({ level: 1 });
  gzip.pipe(response);
  response.once('close', () => gzip.destroy());
  body(sinkOver(gzip, response, stall));
}

function sinkOver(
  target: ServerResponse | ReturnType<typeof createGzip>,
  response: ServerResponse,
  stall: StallLimit,
): Sink {
  const bufferedBytes = (): number =>
    target === response ? response.writableLength : target.writableLength + response.writableLength;
  const guard = guardOver(response, bufferedBytes, stall);
  return {
    write: (chunk) => {
      const more = target.write(chunk, guard.taken);
      guard.wrote();
      return more;
    },
    end: () => target.end(),
    get bufferedBytes() {
      return bufferedBytes();
    },
    onDrain: (callback) => target.on('drain', callback),
    onClose: (callback) => response.once('close', callback),
  };
}

function guardOver(response: ServerResponse, pendingBytes: () => number, stall: StallLimit): StallGuard {
  const guard = new StallGuard({
    clock: stall.clock,
    limitMs: stall.stallTimeoutMs,
    pendingBytes,
    cut: () => cut(response),
  });
  response.on('drain', guard.taken);
  response.once('close', () => guard.stop());
  return guard;
}

/** Ends the answer where it is: the stream alone with HTTP/2, the connection with HTTP/1.1. */
export function cut(response: NodeResponse): void {
  // `close` would wait for what the client does not take; a destroyed stream is reset with INTERNAL_ERROR.
  if (isHttp2(response)) response.stream.destroy(new Error('the answer was cut'));
  else response.destroy();
}
