import type { Dispatcher } from 'undici';
import type { Credentials } from './credentials.ts';

export interface DispatcherPair {
  readonly unary: Dispatcher;
  readonly watch: Dispatcher;
}

/**
 * One pair of connection pools per TLS identity (CL1, DC1). When certificates change, new requests use a new pair and
 * the old one closes as its requests end (CL16). undici is loaded with the first request.
 */
export class Dispatchers {
  readonly #origin: URL;
  #current: { readonly identity: string; readonly pair: Promise<DispatcherPair> } | undefined;

  constructor(origin: URL) {
    this.#origin = origin;
  }

  for(credentials: Credentials): Promise<DispatcherPair> {
    if (this.#origin.protocol === 'http:' && credentials.insecure !== true) {
      const refused = new Error(
        `${this.#origin.origin} is plain HTTP: credentials and data would travel unprotected. ` +
          'Use https, or set insecure-skip-tls-verify: true for this cluster.',
      );
      return Promise.reject(refused);
    }
    const identity = identityOf(credentials);
    if (this.#current?.identity === identity) return this.#current.pair;
    const old = this.#current?.pair;
    const pair = makePair(credentials);
    this.#current = { identity, pair };
    void old?.then(({ unary, watch }) => Promise.all([unary.close(), watch.close()]));
    return pair;
  }

  async close(): Promise<void> {
    const pair = await this.#current?.pair;
    this.#current = undefined;
    await Promise.all([pair?.unary.destroy(), pair?.watch.destroy()]);
  }
}

/** Tokens are headers and need no connection of their own. */
function identityOf({ ca, cert, key, serverName, insecure, proxy }: Credentials): string {
  return JSON.stringify([ca?.toString(), cert?.toString(), key?.toString(), serverName, insecure, proxy]);
}

async function makePair(credentials: Credentials): Promise<DispatcherPair> {
  const { Agent, ProxyAgent } = await import('undici');
  const { ca, cert, key, serverName, insecure, proxy } = credentials;
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(insecure === true ? { rejectUnauthorized: false } : {}),
    minVersion: 'TLSv1.2' as const,
  };
  const make = (options: object): Dispatcher =>
    proxy === undefined
      ? new Agent({ ...options, connect: { ...tls, timeout: 30_000, keepAliveInitialDelay: 30_000 } })
      : new ProxyAgent({ ...options, uri: proxy, requestTls: tls });
  // Time limits are the caller's (CL4, IN4), so undici's own are off.
  const limits = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 60_000 };
  return {
    unary: make({ ...limits, allowH2: false, connections: 64 }),
    watch: make({ ...limits, allowH2: false }),
  };
}
