/**
 * Faults on order, between every client and the server: the n-th request that matches fails, waits or conflicts,
 * watches are cut, versions expire. The server's own parts and controllers are spared unless `user` names them.
 */
import { expired, failure, isStatusError } from '../api/status.ts';
import { isStream, type ApiRequest, type ApiResponse, type Sink, type StreamBody } from '../apiserver/http/exchange.ts';
import { parseRequest, type RequestInfo } from '../apiserver/http/request-info.ts';
import { statusResponse } from '../apiserver/http/respond.ts';
import type { Handler } from '../apiserver/handler.ts';
import type { Clock } from '../clock/index.ts';

/** Everything said must hold; what is left out holds for every request. */
export interface RequestMatch {
  readonly verb?: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
  /** Plural, as in paths: `configmaps`. */
  readonly resource?: string;
  /** `status`; '' for the object itself. */
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Default: anybody whose name does not begin with `system:`. */
  readonly user?: string;
  /** The first of the matching requests that is meant, from 1. Default 1. */
  readonly nth?: number;
  /** How many from then on. Default 1. */
  readonly times?: number;
}

export interface Failure {
  /** Default 500. */
  readonly code?: number;
  /** Default `InternalError`. */
  readonly reason?: string;
  readonly message?: string;
}

export interface Faults {
  fail(match: RequestMatch, failure?: Failure): void;
  /** 409, as if somebody else had been faster. */
  conflict(match: RequestMatch): void;
  /** Answered only after this time. */
  delay(match: RequestMatch, ms: number): void;
  /** Ends the watches that are open now; the number of them. */
  cutWatches(match?: Pick<RequestMatch, 'resource' | 'namespace' | 'user'>): number;
  /** Lists and watches from any version until now are told that it is too old. */
  expireVersions(): void;
  /** What was ordered and has not happened, in words: empty when the test met all its faults. */
  pending(): readonly string[];
  clear(): void;
}

interface Order {
  readonly match: RequestMatch;
  readonly what: string;
  readonly answer: (request: ApiRequest, next: Handler) => Promise<ApiResponse>;
  seen: number;
}

interface OpenWatch {
  readonly request: ApiRequest;
  readonly end: () => void;
}

export class FaultPlan implements Faults {
  readonly #clock: Clock;
  readonly #revision: () => number;
  readonly #tell: (what: string) => void;
  readonly #orders = new Set<Order>();
  readonly #watches = new Set<OpenWatch>();
  #expiredBefore = 0;

  constructor(clock: Clock, revision: () => number, tell: (what: string) => void) {
    this.#clock = clock;
    this.#revision = revision;
    this.#tell = tell;
  }

  fail(
    match: RequestMatch,
    { code = 500, reason = 'InternalError', message = 'a fault ordered by the test' }: Failure = {},
  ): void {
    this.#order(match, `fail with ${code}`, async () => statusResponse(failure(code, reason, message).status));
  }

  conflict(match: RequestMatch): void {
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    this.#order(match, 'conflict', async ({ path }) => {
      const [name = '', plural = ''] = path.split('/').reverse();
      const message = `Operation cannot be fulfilled on ${plural} ${JSON.stringify(name)}: ${why}`;
      return statusResponse(failure(409, 'Conflict', message, { name, kind: plural }).status);
    });
  }

  delay(match: RequestMatch, ms: number): void {
    this.#order(match, `delay by ${ms} ms`, async (request, next) => {
      await new Promise<void>((resolve) => this.#clock.after(ms, resolve));
      return next(request);
    });
  }

  cutWatches(match: Pick<RequestMatch, 'resource' | 'namespace' | 'user'> = {}): number {
    const cut = [...this.#watches].filter(({ request }) => matches(match, request, infoOf(request)));
    for (const watch of cut) watch.end();
    this.#tell(`${cut.length} watches were cut`);
    return cut.length;
  }

  expireVersions(): void {
    this.#expiredBefore = this.#revision() + 1;
    this.#tell('all versions until now have expired');
  }

  pending(): readonly string[] {
    return [...this.#orders].map(({ what, match, seen }) => `${what}: ${JSON.stringify(match)}, met ${seen} times`);
  }

  clear(): void {
    this.#orders.clear();
    this.#expiredBefore = 0;
  }

  /** Stands before the server. */
  readonly intercept =
    (next: Handler): Handler =>
    async (request) => {
      const info = infoOf(request);
      if (info?.kind === 'resource') {
        const old = this.#expiry(request, info.verb);
        if (old !== undefined) return old;
        for (const order of this.#orders) {
          if (!matches(order.match, request, info)) continue;
          order.seen += 1;
          const { nth = 1, times = 1 } = order.match;
          if (order.seen < nth) continue;
          if (order.seen >= nth + times - 1) this.#orders.delete(order);
          this.#tell(`fault: ${order.what} for ${request.method} ${request.path}`);
          return order.answer(request, next);
        }
      }
      const response = await next(request);
      return isStream(response.body) ? { ...response, body: this.#cuttable(request, response.body) } : response;
    };

  #order(match: RequestMatch, what: string, answer: Order['answer']): void {
    this.#orders.add({ match, what, answer, seen: 0 });
  }

  #expiry(request: ApiRequest, verb: string): ApiResponse | undefined {
    if (this.#expiredBefore === 0 || (verb !== 'watch' && verb !== 'list')) return undefined;
    const asked = Number(request.query.get('resourceVersion') ?? 0);
    const exact = verb === 'watch' || request.query.get('resourceVersionMatch') === 'Exact';
    if (!exact || asked === 0 || asked >= this.#expiredBefore || !isOutsider(request)) return undefined;
    return statusResponse(expired(`too old resource version: ${asked} (${this.#expiredBefore})`).status);
  }

  #cuttable(request: ApiRequest, body: StreamBody): StreamBody {
    return (sink) => {
      const closing: (() => void)[] = [];
      let ended = false;
      const close = (): void => {
        this.#watches.delete(open);
        for (const callback of closing.splice(0)) callback();
      };
      const open: OpenWatch = {
        request,
        end: () => {
          if (ended) return;
          ended = true;
          close();
          sink.end();
        },
      };
      this.#watches.add(open);
      sink.onClose(close);
      const guarded: Sink = {
        write: (chunk) => ended || sink.write(chunk),
        end: () => {
          if (ended) return;
          ended = true;
          this.#watches.delete(open);
          sink.end();
        },
        get bufferedBytes() {
          return sink.bufferedBytes;
        },
        onDrain: (callback) => sink.onDrain(callback),
        onClose: (callback) => closing.push(callback),
      };
      body(guarded);
    };
  }
}

function infoOf({ method, path, query }: ApiRequest): RequestInfo | undefined {
  try {
    return parseRequest(method, path, query);
  } catch (error) {
    if (isStatusError(error)) return undefined;
    throw error;
  }
}

const isOutsider = ({ peer }: ApiRequest): boolean => !(peer?.username ?? '').startsWith('system:');

function matches(match: RequestMatch, request: ApiRequest, info: RequestInfo | undefined): boolean {
  if (info?.kind !== 'resource') return false;
  if (match.user === undefined ? !isOutsider(request) : match.user !== request.peer?.username) return false;
  return (['verb', 'resource', 'subresource', 'namespace', 'name'] as const).every(
    (part) => match[part] === undefined || match[part] === info[part],
  );
}
