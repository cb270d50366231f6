/** Puts the server together and runs it from the first object to the last query. */
import type { Clock } from '../../clock/index.ts';
import { systemClock } from '../../clock/index.ts';
import type { Logger } from '../../logging/logger.ts';
import { silentLogger } from '../../logging/logger.ts';
import { Exporter, MetricRegistry } from '../../metrics/index.ts';
import type { Change } from '../records/index.ts';
import { ZoneIndex } from '../records/index.ts';
import { lowerName, parseName } from '../wire/index.ts';
import { Answerer } from './answerer.ts';
import { DnsMetrics } from './dns-metrics.ts';
import { ForwardResolver } from './forward/forward-resolver.ts';
import { Listeners } from './listeners.ts';
import { allAddresses, reachableAddresses } from './local-addresses.ts';
import type { DnsServerOptions } from './options.ts';
import { checkedPayload } from './options.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { ProbeServer } from './probes.ts';
import { Responder } from './responder.ts';
import { SearchPath } from './search-path.ts';
import { SourceMetrics } from './source-metrics.ts';
import { tcpTimeouts } from './tcp-connection.ts';
import { makeTransfer } from './transfer.ts';

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
  readonly index: ZoneIndex;
  readonly registry: MetricRegistry;
  readonly #options: DnsServerOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #addresses: readonly string[];
  readonly #responder: Responder;
  readonly #forward: ForwardResolver | undefined;
  readonly #sourceMetrics: SourceMetrics;
  readonly #processMetrics: ProcessMetrics;
  readonly #probes = new Map<string, { readonly server: ProbeServer; readonly port: number }>();
  readonly #stop = new AbortController();
  #source: Promise<void> = Promise.resolve();
  #listeners: Listeners | undefined;
  #isClosing = false;
  #isLooped = false;

  constructor(options: DnsServerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLogger;
    this.#addresses = options.addresses ?? allAddresses();
    this.registry = options.metrics ?? new MetricRegistry();
    const localAddresses = options.localAddresses ?? reachableAddresses(this.#addresses);
    this.index = new ZoneIndex({ ...options, localAddresses }, this.#nowSeconds());
    const udpPayloadOctets = checkedPayload(options.udpPayloadOctets);
    const server = `dns://:${options.port ?? 53}`;
    const random = options.random ?? Math.random;
    this.#forward =
      options.forward &&
      new ForwardResolver(
        options.forward,
        { clock: this.#clock, log: this.#log, random },
        { registry: this.registry, server, onLoop: () => this.#looped() },
      );
    this.#sourceMetrics = new SourceMetrics(this.registry, this.index, this.#clock);
    this.#processMetrics = new ProcessMetrics(
      this.registry,
      () => this.port,
      () => this.#listeners?.tcpConnections ?? 0,
    );
    const recursionAvailable = this.#forward !== undefined;
    this.#responder = new Responder({
      answerer: new Answerer({
        index: this.index,
        outside: this.#forward,
        searchPath: options.autopath && new SearchPath(options.autopath, this.index),
        chaos: parseChaos(options.chaos ?? {}),
      }),
      transfer:
        options.transfers && makeTransfer(options.transfers, this.index, { udpPayloadOctets, recursionAvailable }),
      recursionAvailable,
      random,
      clock: this.#clock,
      log: this.#log,
      metrics: new DnsMetrics(this.registry, server),
      udpPayloadOctets,
    });
  }

  /** Of UDP and TCP alike. */
  get port(): number {
    return this.#listeners?.port ?? 0;
  }

  get healthPort(): number | undefined {
    return this.#probes.get('health')?.port;
  }

  get readyPort(): number | undefined {
    return this.#probes.get('ready')?.port;
  }

  get metricsPort(): number | undefined {
    return this.#probes.get('metrics')?.port;
  }

  async start(): Promise<void> {
    const { healthPort, readyPort, metricsPort, startupTimeoutMs = 5000 } = this.#options;
    const exporter = new Exporter(this.registry);
    await this.#openProbe('health', healthPort, '/health', () => ({ status: 200, body: 'OK' }));
    await this.#openProbe('ready', readyPort, '/ready', () => this.#readiness());
    await this.#openProbe('metrics', metricsPort, '/metrics', async ({ headers }) => ({
      status: 200,
      ...(await exporter.scrape(headers.accept)),
    }));
    await this.#feed(startupTimeoutMs);
    this.#listeners = await Listeners.open({
      responder: this.#responder,
      clock: this.#clock,
      addresses: this.#addresses,
      port: this.#options.port ?? 53,
      udpReplyOctets: checkedPayload(this.#options.udpPayloadOctets),
      tcpTimeouts: this.#options.tcpTimeouts ?? tcpTimeouts,
      maxTcpConnections: this.#options.maxTcpConnections ?? 1024,
    });
    if (this.#options.forward?.detectLoops !== false) void this.#forward?.detectLoop();
    this.#log.info({ port: this.port, addresses: this.#addresses, synced: this.index.synced }, 'Serving DNS');
  }

  /** S39: says not ready, keeps answering for the lame-duck time, lets TCP clients finish, and ends. */
  async close(options: { readonly lameduckMs?: number } = {}): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const lameduckMs = options.lameduckMs ?? this.#options.lameduckMs ?? 5000;
    if (lameduckMs > 0) await new Promise<void>((done) => void this.#clock.after(lameduckMs, done));
    await this.#listeners?.close(this.#options.drainMs ?? 5000);
    this.#forward?.close();
    this.#processMetrics[Symbol.dispose]();
    this.#stop.abort();
    await this.#source;
    await Promise.all([...this.#probes.values()].map(({ server }) => server.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ lameduckMs: 0 });
  }

  async #openProbe(
    name: string,
    port: number | undefined,
    path: string,
    answer: ConstructorParameters<typeof ProbeServer>[0][string],
  ): Promise<void> {
    if (port === undefined) return;
    const server = new ProbeServer({ [path]: answer });
    this.#probes.set(name, { server, port: await server.listen(port, this.#options.probeAddress ?? '0.0.0.0') });
  }

  /** S35: ready once everything has been seen; a source that is cut off later changes nothing (S36). */
  #readiness(): { status: number; body: string } {
    if (this.#isClosing) return { status: 503, body: 'shutting down' };
    if (this.#isLooped) return { status: 503, body: 'forward loop' };
    if (this.index.synced) return { status: 200, body: 'OK' };
    return { status: 503, body: this.#options.source.missing().join(',') };
  }

  /** Starts the source and waits until it has told all there is, or until the time is up. */
  async #feed(timeoutMs: number): Promise<void> {
    await new Promise<void>((done) => {
      const timer = this.#clock.after(timeoutMs, done);
      const sink = {
        apply: (change: Change): void => {
          this.#sourceMetrics.applied(change, this.index.apply(change, this.#nowSeconds()));
        },
        synced: () => {
          this.index.markSynced();
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
    this.#isLooped = true;
    this.#log.error({}, 'Upstream servers lead back to this server, forwarding is off');
    this.#options.onLoop?.();
  }

  #nowSeconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

function parseChaos(texts: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(texts).map(([text, answer]) => {
      const name = parseName(text);
      if (name === undefined) throw new RangeError(`chaos: ${JSON.stringify(text)} is not a domain name`);
      return [lowerName(name), answer];
    }),
  );
}
