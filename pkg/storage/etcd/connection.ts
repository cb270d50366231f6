/** One member of etcd over one HTTP/2 connection: unary calls and one kind of stream, in gRPC's framing. */
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { GrpcError, grpcCode, grpcError } from './grpc-error.ts';

/** What a TLS connection needs; PEM texts. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A stream of messages in both directions. */
export interface MessageStream {
  send(message: Buffer): void;
  close(): void;
}

/** Where the messages of a stream go. */
export interface StreamSink {
  message(message: Buffer): void;
  /** Called once, whatever ended it. */
  end(error: GrpcError): void;
}

const windowBytes = 16 * 1024 * 1024;
/** A member that does not answer a ping is as good as gone: a stopped process, a cut cable. */
const pingEveryMs = 5_000;
const pingAnswerMs = 4_000;
const connectMs = 3_000;

export class Connection {
  readonly endpoint: string;
  readonly #session: ClientHttp2Session;
  readonly #authority: string;
  readonly #ping: NodeJS.Timeout;
  readonly #connectTimer: NodeJS.Timeout;
  #why = 'closed';
  #connected = false;
  #ended = false;

  constructor(endpoint: string, tls: TlsFiles) {
    this.endpoint = endpoint;
    const url = new URL(endpoint);
    this.#authority = url.host;
    this.#session = connect(url.origin, {
      ...tls,
      maxSessionMemory: 2048,
      settings: { initialWindowSize: windowBytes, enablePush: false },
    });
    this.#session.on('connect', () => {
      this.#connected = true;
      clearTimeout(this.#connectTimer);
      this.#session.setLocalWindowSize(4 * windowBytes);
    });
    this.#session.on('error', (error: Error) => (this.#why = error.message));
    this.#session.on('goaway', () => this.#end('the member goes away'));
    this.#session.on('close', () => this.#end(this.#why));
    this.#connectTimer = setTimeout(() => this.#end('no connection within 3 s'), connectMs);
    this.#ping = setInterval(() => this.#askForLife(), pingEveryMs);
    this.#ping.unref();
    this.#session.unref();
  }

  get usable(): boolean {
    return !this.#ended && !this.#session.closed && !this.#session.destroyed;
  }

  /** One request, one answer. */
  call(path: string, body: Buffer, metadata: Readonly<Record<string, string>>, timeoutMs: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      let answer: Buffer | undefined;
      let timer: NodeJS.Timeout | undefined;
      const stream = this.#open(
        path,
        { ...metadata, 'grpc-timeout': `${Math.ceil(timeoutMs)}m` },
        {
          message: (message) => (answer = message),
          end: (error) => {
            clearTimeout(timer);
            if (error.code === 0 && answer !== undefined) resolve(answer);
            else
              reject(error.code === 0 ? new GrpcError(grpcCode.internal, `${path} was answered with nothing`) : error);
          },
        },
      );
      if (stream === undefined) return;
      timer = setTimeout(() => {
        stream.close(constants.NGHTTP2_CANCEL);
        reject(new GrpcError(grpcCode.deadlineExceeded, `no answer from ${this.endpoint} within ${timeoutMs} ms`));
      }, timeoutMs);
      stream.end(frame(body));
    });
  }

  /** A stream that stays open until one side ends it. */
  stream(path: string, metadata: Readonly<Record<string, string>>, sink: StreamSink): MessageStream {
    const stream = this.#open(path, metadata, sink);
    return {
      send: (message) => {
        if (stream?.writable === true) stream.write(frame(message));
      },
      close: () => stream?.close(constants.NGHTTP2_CANCEL),
    };
  }

  close(): void {
    this.#end('closed');
  }

  #open(path: string, metadata: Readonly<Record<string, string>>, sink: StreamSink): ClientHttp2Stream | undefined {
    let stream: ClientHttp2Stream;
    const sentBefore = this.#connected;
    try {
      if (!this.usable) throw new Error(this.#why);
      stream = this.#session.request({
        ':method': 'POST',
        ':path': path,
        ':authority': this.#authority,
        te: 'trailers',
        'content-type': 'application/grpc',
        'user-agent': 'fairlead',
        ...metadata,
      });
    } catch (error) {
      sink.end(new GrpcError(grpcCode.unavailable, `${this.endpoint}: ${(error as Error).message}`, true));
      return undefined;
    }
    this.#listen(stream, sink, sentBefore);
    return stream;
  }

  #listen(stream: ClientHttp2Stream, sink: StreamSink, sentBefore: boolean): void {
    let outcome: GrpcError | undefined;
    let problem = '';
    const frames = new FrameReader((message) => sink.message(message));
    const trailers = (headers: Readonly<Record<string, unknown>>): void => {
      const status = headers['grpc-status'];
      const message = headers['grpc-message'];
      if (typeof status === 'string') outcome = grpcError(Number(status), typeof message === 'string' ? message : '');
    };
    stream.on('response', (headers) => {
      trailers(headers);
      const status = headers[':status'];
      if (status !== 200) outcome ??= new GrpcError(grpcCode.unavailable, `${this.endpoint} answered HTTP ${status}`);
    });
    stream.on('trailers', trailers);
    stream.on('data', (chunk: Buffer) => {
      try {
        frames.add(chunk);
      } catch (error) {
        outcome = new GrpcError(grpcCode.internal, (error as Error).message);
        stream.close(constants.NGHTTP2_CANCEL);
      }
    });
    stream.on('error', (error) => (problem = error.message));
    stream.on('close', () => {
      const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM || (!sentBefore && !this.#connected);
      const why = `${this.endpoint}: ${problem === '' ? this.#why : problem}`;
      sink.end(outcome ?? new GrpcError(grpcCode.unavailable, why, refused));
    });
  }

  #askForLife(): void {
    if (!this.usable || !this.#connected) return;
    const timer = setTimeout(() => this.#end('no answer to a ping'), pingAnswerMs);
    timer.unref();
    this.#session.ping((error) => {
      clearTimeout(timer);
      if (error !== null) this.#end(error.message);
    });
  }

  #end(why: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#why = why;
    clearInterval(this.#ping);
    clearTimeout(this.#connectTimer);
    this.#session.destroy();
  }
}

/** gRPC's envelope: a byte for compression, which we do not use, and the length. */
function frame(message: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(5 + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  message.copy(framed, 5);
  return framed;
}

/** Puts messages together from chunks that end anywhere. */
class FrameReader {
  readonly #deliver: (message: Buffer) => void;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(deliver: (message: Buffer) => void) {
    this.#deliver = deliver;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (;;) {
      if (this.#length < 5) return;
      if ((this.#chunks[0]?.length ?? 0) < 5) this.#join();
      const head = this.#chunks[0];
      if (head === undefined) return;
      if (head[0] !== 0) throw new Error('etcd sent a compressed message, which nobody asked for');
      const end = 5 + head.readUInt32BE(1);
      if (this.#length < end) return;
      if (head.length < end) this.#join();
      const all = this.#chunks[0];
      if (all === undefined) return;
      this.#chunks[0] = all.subarray(end);
      this.#length -= end;
      this.#deliver(all.subarray(5, end));
    }
  }

  #join(): void {
    this.#chunks = [Buffer.concat(this.#chunks, this.#length)];
  }
}
