/** Runs a server from the first object to the last query: source, sockets, probes, and their order. */
import type { Clock } from '../../clock/index.ts';
import { systemClock } from '../../clock/index.ts';
import type { Logger } from '../../logging/logger.ts';
import { silentLogger } from '../../logging/logger.ts';
import type { Exposition } from '../../metrics/index.ts';
import type { Backend } from './backend.ts';
import { Engine } from './engine.ts';
import type { DnsServerOptions } from './options.ts';
import type { ProbeAnswer } from './probes.ts';
import { ProbeServer } from './probes.ts';
import type { DnsSink } from './source.ts';
import { WorkerPool } from './workers/worker-pool.ts';

/**
 * Starts the server; resolves when its sockets are open, which is once all objects are known, but at the latest
 * after the start-up time (S34). Rejects when a port cannot be had, with nothing left running.
 */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const server = new DnsServer(options);
  try {
    await server.start();
  } catch (error) {
    await server.close({ lameduckMs: 0 });
    throw error;
  }
  return server;
}

export class DnsServer implements AsyncDisposable {
  readonly #options: DnsServerOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #backend: Backend;
  readonly #health = new ProbeServer({ '/health': () => ({ status: 200, body: 'OK' }) });
  readonly #ready = new ProbeServer({ '/ready': () => this.#readiness() });
  readonly #metrics = new ProbeServer({
    '/metrics': async ({ headers }) => ({ status: 200, ...(await this.scrape(headers.accept)) }),
  });
  readonly #stop = new AbortController();
  #source: Promise<void> = Promise.resolve();
  #isSynced = false;
  #isClosing = false;
  #isLooped = false;

  constructor(options: DnsServerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
    const startSeconds = this.#nowSeconds();
    const onLoop = (): void => this.#looped();
    this.#backend =
      (options.workers ?? 1) > 1
        ? new WorkerPool(options, startSeconds, onLoop)
        : new Engine({ ...options, startSeconds, onLoop, countsSource: true });
  }

  /** Of UDP and TCP alike. */
  get port(): number {
    return this.#backend.port;
  }

  get healthPort(): number | undefined {
    return this.#health.port;
  }

  get readyPort(): number | undefined {
    return this.#ready.port;
  }

  get metricsPort(): number | undefined {
    return this.#metrics.port;
  }

  /** What `/metrics` answers. */
  scrape(accept?: string): Promise<Exposition> {
    return this.#backend.scrape(accept);
  }

  async start(): Promise<void> {
    const { healthPort, readyPort, metricsPort, probeAddress = '0.0.0.0', startupTimeoutMs = 5000 } = this.#options;
    if (healthPort !== undefined) await this.#health.listen(healthPort, probeAddress);
    if (readyPort !== undefined) await this.#ready.listen(readyPort, probeAddress);
    if (metricsPort !== undefined) await this.#metrics.listen(metricsPort, probeAddress);
    await this.#feed(startupTimeoutMs);
    await this.#backend.listen();
    this.#log.info({ port: this.port, synced: this.#isSynced }, 'Serving DNS');
  }

  /** S39: says not ready, keeps answering for the lame-duck time, lets TCP clients finish, and ends. */
  async close(options: { readonly lameduckMs?: number } = {}): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const lameduckMs = options.lameduckMs ?? this.#options.lameduckMs ?? 5000;
    if (lameduckMs > 0) await new Promise<void>((done) => void this.#clock.after(lameduckMs, done));
    await this.#backend.close(this.#options.drainMs ?? 5000);
    this.#stop.abort();
    await this.#source;
    await Promise.all([this.#health.close(), this.#ready.close(), this.#metrics.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ lameduckMs: 0 });
  }

  /** S35: ready once everything has been seen; a source that is cut off later changes nothing (S36). */
  #readiness(): ProbeAnswer {
    if (this.#isClosing) return { status: 503, body: 'shutting down' };
    if (this.#isLooped) return { status: 503, body: 'forward loop' };
    if (this.#isSynced) return { status: 200, body: 'OK' };
    return { status: 503, body: this.#options.source.missing().join(',') };
  }

  /** Starts the source and waits until it has told all there is, or until the time is up. */
  async #feed(timeoutMs: number): Promise<void> {
    await new Promise<void>((done) => {
      const timer = this.#clock.after(timeoutMs, done);
      const sink: DnsSink = {
        apply: (change) => this.#backend.apply(change, this.#nowSeconds()),
        synced: () => {
          this.#isSynced = true;
          this.#backend.markSynced();
          timer.cancel();
          done();
        },
      };
      this.#source = this.#options.source
        .run(sink, this.#stop.signal)
        .catch((error: unknown) => this.#log.error({ err: error }, 'Source of objects ended, serving the last state'));
    });
  }

  #looped(): void {
    if (this.#isLooped) return;
    this.#isLooped = true;
    this.#log.error({}, 'Upstream servers lead back to this server, forwarding is off');
    this.#options.onLoop?.();
  }

  #nowSeconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}
