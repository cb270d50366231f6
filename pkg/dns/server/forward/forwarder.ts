import type { Message } from '../../wire/index.ts';
import type { ForwardMetrics } from './forward-metrics.ts';
import type { ForwardContext, ForwardOptions, ForwardPolicy } from './options.ts';
import type { UpstreamQuestion } from './pending.ts';
import { isCut, Upstream } from './upstream.ts';
import { parseUpstreams } from './upstream-address.ts';

const ATTEMPTS_A_SERVER = 2;

/** A group of servers that are as good as one another. */
export class Forwarder {
  readonly #upstreams: readonly Upstream[];
  readonly #policy: ForwardPolicy;
  readonly #options: Pick<ForwardOptions, 'forceTcp' | 'preferUdp' | 'failFast'>;
  readonly #readTimeoutMs: number;
  readonly #totalTimeoutMs: number;
  readonly #context: ForwardContext;
  readonly #metrics: ForwardMetrics;
  #turn = 0;

  constructor(
    upstreams: readonly string[],
    options: Omit<ForwardOptions, 'upstreams'>,
    context: ForwardContext,
    metrics: ForwardMetrics,
  ) {
    const { policy = 'random', readTimeoutMs = 2000, totalTimeoutMs = 5000, probeIntervalMs = 500 } = options;
    this.#policy = policy;
    this.#options = options;
    this.#readTimeoutMs = readTimeoutMs;
    this.#totalTimeoutMs = totalTimeoutMs;
    this.#context = context;
    this.#metrics = metrics;
    const settings = { probeIntervalMs, readTimeoutMs };
    this.#upstreams = parseUpstreams(upstreams).map((address) => new Upstream(address, settings, context, metrics));
  }

  /**
   * S43: asks one server after the other, each at most twice, until one answers or the time is up. Undefined when
   * none did.
   */
  async ask(question: UpstreamQuestion, clientProtocol: 'udp' | 'tcp'): Promise<Message | undefined> {
    const { forceTcp = false, preferUdp = false } = this.#options;
    const protocol = forceTcp ? 'tcp' : preferUdp ? 'udp' : clientProtocol;
    const deadlineMs = this.#context.clock.monotonic() + this.#totalTimeoutMs;
    const candidates = this.#candidates();
    for (let attempt = 0; attempt < candidates.length * ATTEMPTS_A_SERVER; attempt++) {
      const leftMs = deadlineMs - this.#context.clock.monotonic();
      const upstream = candidates[attempt % candidates.length];
      if (upstream === undefined || leftMs <= 0) return undefined;
      try {
        const message = await upstream.ask(question, protocol, Math.min(leftMs, this.#readTimeoutMs));
        if (!preferUdp || !isCut(message)) return message;
        const restMs = deadlineMs - this.#context.clock.monotonic();
        return await upstream.ask(question, 'tcp', Math.min(Math.max(restMs, 1), this.#readTimeoutMs));
      } catch {
        // The upstream has taken note; on to the next.
      }
    }
    return undefined;
  }

  close(): void {
    for (const upstream of this.#upstreams) upstream.close();
  }

  /** Servers to try, in order: those that are up, or with all down any one of them (S44). */
  #candidates(): readonly Upstream[] {
    const up = this.#upstreams.filter(({ isDown }) => !isDown);
    if (up.length > 0) return this.#ordered(up);
    this.#metrics.broken.value += 1;
    if (this.#options.failFast === true) return [];
    return this.#upstreams.slice(this.#pick(this.#upstreams.length)).slice(0, 1);
  }

  #ordered(upstreams: readonly Upstream[]): readonly Upstream[] {
    if (this.#policy === 'sequential') return upstreams;
    const first = this.#policy === 'random' ? this.#pick(upstreams.length) : this.#turn++ % upstreams.length;
    return [...upstreams.slice(first), ...upstreams.slice(0, first)];
  }

  #pick(count: number): number {
    return Math.floor(this.#context.random() * count);
  }
}
