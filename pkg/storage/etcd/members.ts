/** The members of an etcd cluster, and which of them is asked: the one that answered last, until it does not. */
import { readFileSync } from 'node:fs';
import { Connection, type MessageStream, type StreamSink, type TlsFiles } from './connection.ts';
import { GrpcError, grpcCode, isPassing } from './grpc-error.ts';
import { authenticateRequest } from './requests.ts';
import { tokenAnswer } from './responses.ts';

/** Where etcd is and how it is spoken to. */
export interface MemberOptions {
  /** `https://10.0.0.1:2379`, one for each member; any of them will do. */
  readonly endpoints: readonly string[];
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly user?: { readonly name: string; readonly password: string };
  /** How long a call may take over all attempts; default 15 s. */
  readonly timeoutMs?: number;
}

/** How a call behaves when a member fails in the middle of it. */
export type Retry =
  /** Reads, and writes that may happen twice without harm. */
  | 'always'
  /** Only when the failed attempt has certainly done nothing. */
  | 'untouched';

/** One attempt: a member that does not answer within this is left for the next. */
const attemptMs = 5_000;
const pauseMs = 50;
const longestPauseMs = 500;

export class Members {
  readonly #options: MemberOptions;
  readonly #tls: TlsFiles;
  #current: Connection | undefined;
  #next = 0;
  #token: Promise<string> | undefined;
  #closed = false;

  constructor(options: MemberOptions) {
    this.#options = options;
    const text = (path: string | undefined): string | undefined =>
      path === undefined ? undefined : readFileSync(path, 'utf8');
    const [ca, cert, key] = [text(options.caFile), text(options.certFile), text(options.keyFile)];
    this.#tls = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    };
    // Servers of one cluster spread over its members.
    this.#next = Math.floor(Math.random() * options.endpoints.length);
  }

  /** One request, tried on one member after the other until the time is over. */
  async call(path: string, body: Buffer, retry: Retry): Promise<Buffer> {
    const deadline = performance.now() + (this.#options.timeoutMs ?? 15_000);
    for (let attempt = 0; ; attempt += 1) {
      const member = this.#member();
      try {
        return await member.call(path, body, await this.#metadata(member), attemptMs);
      } catch (error) {
        if (error instanceof GrpcError && error.code === grpcCode.unauthenticated && attempt === 0) {
          this.#token = undefined;
          continue;
        }
        if (!isPassing(error)) throw error;
        this.leave(member);
        if (this.#closed || performance.now() > deadline) throw error;
        if (retry === 'untouched' && !error.untouched) throw error;
      }
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(pauseMs * 2 ** Math.min(attempt, 6), longestPauseMs)),
      );
    }
  }

  /** A stream on the present member. Whoever sees it fail calls `leave` and opens another. */
  async stream(
    path: string,
    sink: StreamSink,
  ): Promise<{ readonly stream: MessageStream; readonly member: Connection }> {
    const member = this.#member();
    return { stream: member.stream(path, await this.#metadata(member), sink), member };
  }

  /** The member has failed somebody; the next call goes to another one. */
  leave(member: Connection): void {
    if (this.#current !== member) return;
    this.#current = undefined;
    // Calls under way may still be answered.
    setTimeout(() => member.close(), attemptMs).unref();
  }

  close(): void {
    this.#closed = true;
    this.#current?.close();
    this.#current = undefined;
  }

  #member(): Connection {
    if (this.#closed) throw new GrpcError(grpcCode.cancelled, 'closed', true);
    if (this.#current?.usable === true) return this.#current;
    const { endpoints } = this.#options;
    const endpoint = endpoints[this.#next % endpoints.length];
    if (endpoint === undefined) throw new GrpcError(grpcCode.unavailable, 'no member of etcd is known', true);
    this.#next += 1;
    this.#current = new Connection(endpoint, this.#tls);
    return this.#current;
  }

  /** K24: a member that has lost its leader says so instead of stalling. */
  async #metadata(member: Connection): Promise<Record<string, string>> {
    const { user } = this.#options;
    if (user === undefined) return { hasleader: 'true' };
    this.#token ??= member
      .call('/etcdserverpb.Auth/Authenticate', authenticateRequest(user.name, user.password), {}, attemptMs)
      .then(tokenAnswer);
    try {
      return { hasleader: 'true', token: await this.#token };
    } catch (error) {
      this.#token = undefined;
      throw error;
    }
  }
}
