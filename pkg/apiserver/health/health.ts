/** `/livez`, `/readyz`, `/healthz` (O11): named checks, each a function that says what is wrong or nothing. */
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { text } from '../http/respond.ts';

export interface Check {
  readonly name: string;
  /** Also part of livez: a failure that only a restart mends. */
  readonly live: boolean;
  /** Undefined when all is well. */
  problem(): string | undefined;
}

const roots = ['/healthz', '/livez', '/readyz'] as const;

export class Health {
  readonly #checks: readonly Check[];

  constructor(checks: readonly Check[]) {
    this.#checks = [{ name: 'ping', live: true, problem: () => undefined }, ...checks];
  }

  /** Undefined: not a health path. */
  answer(request: ApiRequest): ApiResponse | undefined {
    const root = roots.find((path) => request.path === path || request.path.startsWith(`${path}/`));
    if (root === undefined) return undefined;
    const checks = root === '/livez' ? this.#checks.filter(({ live }) => live) : this.#checks;
    const single = request.path.slice(root.length + 1);
    if (single !== '') {
      const check = checks.find(({ name }) => name === single);
      if (check === undefined) return text(404, '404 page not found\n');
      return check.problem() === undefined ? text(200, 'ok') : text(500, 'internal server error: reason withheld\n');
    }
    return this.#report(request, root, checks);
  }

  /** The names of failing readiness checks, for the start-up log. */
  failing(): string[] {
    return this.#checks.filter((check) => check.problem() !== undefined).map(({ name }) => name);
  }

  #report({ query }: ApiRequest, root: string, checks: readonly Check[]): ApiResponse {
    const excluded = new Set(query.getAll('exclude'));
    let failed = false;
    const lines = checks.map((check) => {
      if (excluded.has(check.name)) return `[+]${check.name} excluded: ok`;
      if (check.problem() === undefined) return `[+]${check.name} ok`;
      failed = true;
      return `[-]${check.name} failed: reason withheld`;
    });
    const name = root.slice(1);
    if (failed) return text(500, `${lines.join('\n')}\n${name} check failed\n`);
    return text(200, query.has('verbose') ? `${lines.join('\n')}\n${name} check passed\n` : 'ok');
  }
}
