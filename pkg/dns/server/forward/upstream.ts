import type { Timer } from '../../../clock/index.ts';
import type { Message } from '../../wire/index.ts';
import { Flag, Rcode, ROOT, Type } from '../../wire/index.ts';
import type { ForwardMetrics } from './forward-metrics.ts';
import type { ForwardContext } from './options.ts';
import type { UpstreamQuestion } from './pending.ts';
import { TcpPool } from './tcp-pool.ts';
import { UdpPool } from './udp-pool.ts';
import type { UpstreamAddress } from './upstream-address.ts';

/** Failed probes after which a server is left alone (S44). */
const FAILURES_TO_DOWN = 2;

const RCODE_NAMES = new Map<number, string>(Object.entries(Rcode).map(([name, code]) => [code, name]));

export interface UpstreamSettings {
  readonly probeIntervalMs: number;
  readonly readTimeoutMs: number;
}

/**
 * One server and what is known of its health: fine until a question goes unanswered, then probed until any answer
 * comes back, whatever it says (S44).
 */
export class Upstream {
  readonly address: UpstreamAddress;
  readonly #settings: UpstreamSettings;
  readonly #context: ForwardContext;
  readonly #metrics: ForwardMetrics;
  readonly #udp: UdpPool;
  readonly #tcp: TcpPool;
  #failures = 0;
  #probe: Timer | undefined;
  #isClosed = false;

  constructor(address: UpstreamAddress, settings: UpstreamSettings, context: ForwardContext, metrics: ForwardMetrics) {
    this.address = address;
    this.#settings = settings;
    this.#context = context;
    this.#metrics = metrics;
    this.#udp = new UdpPool(address, context);
    this.#tcp = new TcpPool(address, context);
  }

  get isDown(): boolean {
    return this.#failures >= FAILURES_TO_DOWN;
  }

  /** Asks once; rejects when no answer comes in time. */
  async ask(question: UpstreamQuestion, protocol: 'udp' | 'tcp', timeoutMs: number): Promise<Message> {
    if (this.#isClosed) throw new Error('closed');
    const { clock } = this.#context;
    const startedMs = clock.monotonic();
    try {
      const message = await (protocol === 'udp' ? this.#udp : this.#tcp).ask(question, timeoutMs);
      const name = RCODE_NAMES.get(message.rcode) ?? `RCODE${message.rcode}`;
      this.#metrics.answered(this.address.text, name, (clock.monotonic() - startedMs) / 1000);
      return message;
    } catch (error) {
      this.#startProbing();
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#probe?.cancel();
    this.#udp.close();
    this.#tcp.close();
  }

  #startProbing(): void {
    if (this.#probe !== undefined || this.#isClosed) return;
    this.#probe = this.#context.clock.after(this.#settings.probeIntervalMs, () => void this.#runProbe());
  }

  async #runProbe(): Promise<void> {
    const question = { name: ROOT, type: Type.NS, recursionDesired: true };
    try {
      await this.#udp.ask(question, this.#settings.readTimeoutMs);
      if (this.isDown) this.#context.log.info({ upstream: this.address.text }, 'Upstream server answers again');
      this.#failures = 0;
      this.#probe = undefined;
    } catch {
      this.#probe = undefined;
      if (this.#isClosed) return;
      this.#failures += 1;
      this.#metrics.probeFailed(this.address.text);
      if (this.#failures === FAILURES_TO_DOWN) {
        this.#context.log.warn({ upstream: this.address.text }, 'Upstream server does not answer');
      }
      this.#startProbing();
    }
  }
}

/** The answer was cut short to fit a datagram. */
export function isCut(message: Message): boolean {
  return (message.flags & Flag.TC) !== 0;
}
