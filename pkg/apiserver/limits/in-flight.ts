/**
 * S24: how many requests may be under way. Reads and writes are counted apart, watches not at all, and system:masters is
 * let through, so that an administrator can still look at a server that is overrun.
 */
import type { ApiResponse, UserInfo } from '../http/exchange.ts';
import type { RequestInfo } from '../http/request-info.ts';
import { text } from '../http/respond.ts';

export interface InFlightOptions {
  readonly reads: number;
  readonly writes: number;
}

export const defaultInFlight: InFlightOptions = { reads: 400, writes: 200 };

const readVerbs: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'head', 'options']);

export class InFlightLimit {
  readonly #limits: InFlightOptions;
  readonly current = { reads: 0, writes: 0 };

  constructor(limits: InFlightOptions) {
    this.#limits = limits;
  }

  /** Runs the request if there is room; otherwise answers as upstream's limiter does, in plain text. */
  async run(info: RequestInfo, user: UserInfo, answer: () => Promise<ApiResponse>): Promise<ApiResponse> {
    if (info.verb === 'watch' || user.groups.includes('system:masters')) return answer();
    const kind = readVerbs.has(info.verb) ? 'reads' : 'writes';
    if (this.current[kind] >= this.#limits[kind]) return tooMany();
    this.current[kind] += 1;
    try {
      return await answer();
    } finally {
      this.current[kind] -= 1;
    }
  }
}

const tooMany = (): ApiResponse => text(429, 'Too many requests, please try again later.\n', { 'retry-after': '1' });
