import { Deadline, DeadlineError, sleep } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import { isStatusError } from '../api/status.ts';
import type { Logger } from '../logging/logger.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import { readText } from './body.ts';
import type { Transport, TransportRequest, TransportResponse } from './client.ts';
import { RateLimit } from './rate-limit.ts';
import type { RateLimitOptions } from './rate-limit.ts';
import { RequestMetrics } from './request-metrics.ts';
import { toStatusError } from './response-status.ts';
import type { Asked } from './response-status.ts';
import { parseRetryAfter } from './retry-after.ts';
import { isTransportError, TransportError } from './transport-error.ts';

/** One request as the verbs describe it. A method `WATCH` is a GET whose answer does not end soon. */
export interface Asking extends Asked {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** 0: no limit. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** An answer that is read as it comes. Disposing it ends the request. */
export interface OpenStream extends Disposable {
  readonly body: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

export interface ExchangeOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly rateLimit: RateLimitOptions | undefined;
  readonly userAgent: string;
  readonly maxRetries: number;
  readonly log: Logger;
  readonly metrics: MetricRegistry | undefined;
  readonly host: string | undefined;
}

/** Sends requests one way: rate limit, time limit, Status errors, the repeats that are safe, numbers about it all. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #limit: RateLimit | undefined;
  readonly #metrics: RequestMetrics;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#limit = options.rateLimit && new RateLimit(options.clock, options.rateLimit);
    this.#metrics = new RequestMetrics(options.metrics, options.host);
  }

  /** The answer's body as `read` sees it. A refusal rejects with a StatusError. */
  async answer<T>(
    asking: Asking,
    read: (body: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    let brokenReads = 0;
    for (let attempt = 0; ; attempt++) {
      try {
        const outcome = await this.once(asking, async (response, signal) =>
          response.status < 300
            ? { value: await read(response.body, signal) }
            : { refusal: await refusal(response, asking, signal), retryAfter: response.headers['retry-after'] },
        );
        if ('value' in outcome) return outcome.value;
        const waitMs = this.#retryWait(outcome.refusal.code, outcome.retryAfter);
        if (waitMs === undefined || attempt >= this.#options.maxRetries) throw outcome.refusal;
        this.#metrics.retried(asking.method, String(outcome.refusal.code));
        await sleep(this.#options.clock, waitMs, asking.signal);
      } catch (error) {
        // CL9: only a read may be repeated, and only once; the outcome of a write is unknown.
        if (asking.method !== 'GET' || brokenReads > 0 || !isTransportError(error, 'lost')) throw error;
        brokenReads += 1;
        this.#metrics.retried(asking.method, '<error>');
      }
    }
  }

  /** Opens a stream. Never repeated here: whoever watches has its own backoff (IN9). */
  async open(asking: Asking): Promise<OpenStream> {
    await this.#admit(asking);
    const life = new Deadline(this.#options.clock, undefined, asking.signal);
    try {
      const response = await this.#send(asking, life);
      if (response.status >= 300) throw await refusal(response, asking, life.signal);
      return {
        body: response.body,
        signal: life.signal,
        [Symbol.dispose]: () => {
          life.abort(new TransportError('lost', 'the watch was closed on this side'));
          life[Symbol.dispose]();
        },
      };
    } catch (error) {
      life[Symbol.dispose]();
      throw error;
    }
  }

  /** One exchange under its time limit, whatever the answer's code. */
  async once<T>(asking: Asking, read: (response: TransportResponse, signal: AbortSignal) => Promise<T>): Promise<T> {
    await this.#admit(asking);
    using deadline = new Deadline(this.#options.clock, asking.timeoutMs || undefined, asking.signal);
    try {
      return await read(await this.#send(asking, deadline), deadline.signal);
    } catch (error) {
      if (isStatusError(error) || !deadline.signal.aborted) throw error;
      const reason: unknown = deadline.signal.reason;
      if (!(reason instanceof DeadlineError)) throw reason;
      throw new TransportError('timeout', `${asking.method} ${asking.path}: ${reason.message}`, { cause: error });
    }
  }

  async #admit(asking: Asking): Promise<void> {
    const waitedMs = (await this.#limit?.admit(asking.signal)) ?? 0;
    this.#metrics.waited(asking.method, waitedMs);
    if (waitedMs > 1000) {
      const { method, path } = asking;
      this.#options.log.change({ method, path, waitedMs }, 'Waited for the client-side rate limit');
    }
  }

  async #send(asking: Asking, life: Deadline): Promise<TransportResponse> {
    const { clock, transport } = this.#options;
    const sentAt = clock.monotonic();
    const sentBytes = asking.body === undefined ? 0 : Buffer.byteLength(asking.body);
    try {
      const response = await interruptible(transport.request(this.#render(asking, life.signal)), life.signal);
      this.#metrics.answered(asking.method, String(response.status), clock.monotonic() - sentAt, sentBytes);
      if (response.status === 429) this.#limit?.throttled();
      if (response.status >= 400) this.#logRefusal(asking, response);
      return response;
    } catch (error) {
      this.#metrics.answered(asking.method, '<error>', clock.monotonic() - sentAt, sentBytes);
      throw error;
    }
  }

  #render(asking: Asking, signal: AbortSignal): TransportRequest {
    const streaming = asking.method === 'WATCH';
    return {
      method: streaming ? 'GET' : asking.method,
      path: asking.path,
      headers: {
        accept: 'application/json',
        'user-agent': this.#options.userAgent,
        ...(asking.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...asking.headers,
      },
      ...(asking.body === undefined ? {} : { body: asking.body }),
      streaming,
      signal,
    };
  }

  /** CL8: only where the server says when to come back, and only for codes that pass. */
  #retryWait(code: number, header: string | undefined): number | undefined {
    return code === 429 || code >= 500 ? parseRetryAfter(header, this.#options.clock.now()) : undefined;
  }

  #logRefusal({ method, path }: Asking, { status, headers }: TransportResponse): void {
    // CL14: which queue of the server's flow control refused us.
    const flowSchema = headers['x-kubernetes-pf-flowschema-uid'];
    const priorityLevel = headers['x-kubernetes-pf-prioritylevel-uid'];
    this.#options.log.debug({ method, path, status, flowSchema, priorityLevel }, 'Request was refused');
  }
}

async function refusal(response: TransportResponse, asking: Asking, signal: AbortSignal) {
  return toStatusError(response.status, response.headers, await readText(response.body, signal), asking);
}

/** For transports that do not look at the signal: the wait ends, the answer is dropped when it comes. */
function interruptible<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
