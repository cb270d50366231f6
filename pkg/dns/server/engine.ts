/** Index, answers and sockets: everything that serves queries in one thread. */
import type { Clock } from '../../clock/index.ts';
import { systemClock } from '../../clock/index.ts';
import { silentLogger } from '../../logging/logger.ts';
import type { Exposition } from '../../metrics/index.ts';
import { Exporter, MetricRegistry } from '../../metrics/index.ts';
import type { Change } from '../records/index.ts';
import { ZoneIndex } from '../records/index.ts';
import { Answerer } from './answerer.ts';
import type { Backend } from './backend.ts';
import { DnsMetrics } from './dns-metrics.ts';
import { ForwardResolver } from './forward/forward-resolver.ts';
import { Listeners } from './listeners.ts';
import { allAddresses, reachableAddresses } from './local-addresses.ts';
import type { EngineOptions } from './options.ts';
import { checkedPayload, parseChaos } from './options.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { Responder } from './responder.ts';
import { SearchPath } from './search-path.ts';
import { SourceMetrics } from './source-metrics.ts';
import { tcpTimeouts } from './tcp-connection.ts';
import { makeTransfer } from './transfer.ts';

export class Engine implements Backend {
  readonly #options: EngineOptions;
  readonly #clock: Clock;
  readonly #addresses: readonly string[];
  readonly #registry: MetricRegistry;
  readonly #index: ZoneIndex;
  readonly #forward: ForwardResolver | undefined;
  readonly #responder: Responder;
  readonly #sourceMetrics: SourceMetrics | undefined;
  readonly #processMetrics: ProcessMetrics;
  #listeners: Listeners | undefined;

  /** Throws a RangeError for options that make no sense. */
  constructor(options: EngineOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#addresses = options.addresses ?? allAddresses();
    this.#registry = options.metrics ?? new MetricRegistry();
    const localAddresses = options.localAddresses ?? reachableAddresses(this.#addresses);
    this.#index = new ZoneIndex({ ...options, localAddresses }, options.startSeconds);
    const udpPayloadOctets = checkedPayload(options.udpPayloadOctets);
    const random = options.random ?? Math.random;
    const log = options.log ?? silentLogger;
    const server = `dns://:${options.port ?? 53}`;
    const context = { clock: this.#clock, log, random };
    const hooks = { registry: this.#registry, server, onLoop: () => options.onLoop?.() };
    const recursionAvailable = options.forward !== undefined;
    this.#forward = options.forward && new ForwardResolver(options.forward, context, hooks);
    const { transfers, autopath } = options;
    this.#responder = new Responder({
      answerer: new Answerer({
        index: this.#index,
        outside: this.#forward,
        searchPath: autopath && new SearchPath(autopath, this.#index),
        chaos: parseChaos(options.chaos ?? {}),
      }),
      transfer: transfers && makeTransfer(transfers, this.#index, { udpPayloadOctets, recursionAvailable }),
      metrics: new DnsMetrics(this.#registry, server),
      recursionAvailable,
      udpPayloadOctets,
      ...context,
    });
    this.#sourceMetrics = options.countsSource
      ? new SourceMetrics(this.#registry, this.#index, this.#clock)
      : undefined;
    const connections = (): number => this.#listeners?.tcpConnections ?? 0;
    this.#processMetrics = new ProcessMetrics(this.#registry, () => this.port, connections);
  }

  get port(): number {
    return this.#listeners?.port ?? 0;
  }

  get registry(): MetricRegistry {
    return this.#registry;
  }

  apply(change: Change, nowSeconds: number): void {
    const isVisible = this.#index.apply(change, nowSeconds);
    this.#sourceMetrics?.applied(change, isVisible);
  }

  markSynced(): void {
    this.#index.markSynced();
  }

  /** `portOverride`: the port that another engine has drawn. */
  async listen(portOverride?: number): Promise<void> {
    const { maxTcpConnections = 1024, reusePort = false, forward } = this.#options;
    this.#listeners = await Listeners.open({
      responder: this.#responder,
      clock: this.#clock,
      addresses: this.#addresses,
      port: portOverride ?? this.#options.port ?? 53,
      reusePort,
      udpReplyOctets: checkedPayload(this.#options.udpPayloadOctets),
      tcpTimeouts: this.#options.tcpTimeouts ?? tcpTimeouts,
      maxTcpConnections,
    });
    if (forward?.detectLoops !== false) void this.#forward?.detectLoop();
  }

  scrape(accept?: string): Promise<Exposition> {
    return new Exporter(this.#registry).scrape(accept);
  }

  async close(drainMs: number): Promise<void> {
    await this.#listeners?.close(drainMs);
    this.#forward?.close();
    this.#processMetrics[Symbol.dispose]();
  }
}
