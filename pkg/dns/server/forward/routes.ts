import type { Name } from '../../wire/index.ts';
import { lowerName, parseName, zoneOffset } from '../../wire/index.ts';
import type { ForwardMetrics } from './forward-metrics.ts';
import { Forwarder } from './forwarder.ts';
import type { ForwardContext, ForwardOptions } from './options.ts';

interface Route {
  readonly domain: Name;
  /** Undefined: names here are not forwarded. */
  readonly forwarder: Forwarder | undefined;
}

/** Which servers answer for a name: those of the longest stub domain around it, or the general ones (S42). */
export class Routes {
  readonly #general: Forwarder;
  /** Longest domain first. */
  readonly #routes: readonly Route[];

  constructor(options: ForwardOptions, context: ForwardContext, metrics: ForwardMetrics) {
    this.#general = new Forwarder(options.upstreams, options, context, metrics);
    const stubs = Object.entries(options.stubDomains ?? {}).map(([domain, upstreams]) => ({
      domain: domainOf(domain, 'stubDomains'),
      forwarder: new Forwarder(upstreams, options, context, metrics),
    }));
    const exceptions = (options.except ?? []).map((domain) => ({
      domain: domainOf(domain, 'except'),
      forwarder: undefined,
    }));
    this.#routes = [...stubs, ...exceptions].sort((a, b) => b.domain.length - a.domain.length);
  }

  /** Undefined for a name that must not leave. `name` is in lower case. */
  find(name: Name): Forwarder | undefined {
    const route = this.#routes.find(({ domain }) => zoneOffset(name, domain) >= 0);
    return route === undefined ? this.#general : route.forwarder;
  }

  close(): void {
    this.#general.close();
    for (const { forwarder } of this.#routes) forwarder?.close();
  }
}

function domainOf(text: string, option: string): Name {
  const name = parseName(text);
  if (name === undefined) throw new RangeError(`forward.${option}: ${JSON.stringify(text)} is not a domain name`);
  return lowerName(name);
}
