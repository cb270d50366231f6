/** From the octets of a query to the octets of a reply, into a buffer of the caller where the answer is known at once. */
import type { Clock } from '../../clock/index.ts';
import type { Logger } from '../../logging/logger.ts';
import type { Query, Refusal } from '../wire/index.ts';
import { acceptQuery, Flag, MAX_MESSAGE_OCTETS, Rcode, ReplyWriter, Type, udpLimit } from '../wire/index.ts';
import type { Answerer } from './answerer.ts';
import type { Client } from './client.ts';
import type { DnsMetrics } from './dns-metrics.ts';
import { DROPPED } from './dns-metrics.ts';
import type { Draft } from './draft.ts';
import { failure } from './draft.ts';
import type { RandomSource } from './shuffle.ts';
import { shuffleSections } from './shuffle.ts';

/** How many octets were written to the target (0: silence), the reply itself later, or the messages of a transfer. */
export type Reply = number | Promise<Uint8Array> | Iterable<Uint8Array>;

/** Serves zone transfers over TCP (S30): the messages, or a response code. */
export type Transfer = (query: Query, client: Client) => Iterable<Uint8Array> | number;

export interface ResponderOptions {
  readonly answerer: Answerer;
  readonly transfer: Transfer | undefined;
  /** Names outside the zones can be resolved (S13). */
  readonly recursionAvailable: boolean;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: DnsMetrics;
  /** Largest UDP reply, and what OPT records advertise (S19). */
  readonly udpPayloadOctets: number;
}

/** The making of one reply. */
interface Exchange {
  readonly query: Query;
  readonly client: Client;
  readonly target: Uint8Array;
  readonly startedMs: number;
}

export class Responder {
  readonly #options: ResponderOptions;
  readonly #writer = new ReplyWriter();

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  /** Writes the reply to a message at the start of `target`, which must hold the longest reply of the transport. */
  respond(octets: Uint8Array, client: Client, target: Uint8Array): Reply {
    const startedMs = this.#options.clock.monotonic();
    const accepted = acceptQuery(octets);
    if (accepted === undefined) return 0;
    if (accepted.kind === 'refusal') return this.#refuse(accepted, client, target, startedMs);
    const exchange = { query: accepted, client, target, startedMs };
    try {
      if (accepted.type === Type.AXFR || accepted.type === Type.IXFR) return this.#transfer(exchange); // S8
      const draft = this.#options.answerer.answer(accepted, client);
      return draft instanceof Promise ? this.#later(exchange, draft) : this.#write(exchange, draft);
    } catch (error) {
      return this.#panic(exchange, error);
    }
  }

  #transfer(exchange: Exchange): Reply {
    const { query, client } = exchange;
    const { transfer } = this.#options;
    const result = transfer === undefined || client.protocol === 'udp' ? Rcode.REFUSED : transfer(query, client); // S30
    return typeof result === 'number' ? this.#write(exchange, failure(result, DROPPED, 'transfer')) : result;
  }

  /** A reply that waits gets its own buffer: the caller's is in use for others by then. */
  async #later(exchange: Exchange, draft: Promise<Draft>): Promise<Uint8Array> {
    const own = { ...exchange, target: new Uint8Array(this.#limit(exchange)) };
    try {
      return own.target.subarray(0, this.#write(own, await draft));
    } catch (error) {
      return own.target.subarray(0, this.#panic(own, error));
    }
  }

  #write(exchange: Exchange, draft: Draft): number {
    const { query, client, target, startedMs } = exchange;
    const { random, udpPayloadOctets, recursionAvailable, clock, metrics } = this.#options;
    const octets = this.#limit(exchange);
    const sections = shuffleSections(draft.sections, random, octets);
    const { rcode, authoritative, truncated = false, authenticData = false } = draft;
    const head = { rcode, authoritative, truncated, authenticData, recursionAvailable };
    const length = this.#writer.write(target, query, head, sections, { octets, udpPayloadOctets });
    if (((target[2] ?? 0) & (Flag.TC >>> 8)) !== 0) metrics.truncated.value += 1;
    const meter = metrics.of(draft.zone, client);
    meter.request(query.type, query.octets.length, query.edns?.dnssecOk ?? false);
    meter.response(rcode, draft.component, length, (clock.monotonic() - startedMs) / 1000);
    return length;
  }

  #refuse(refusal: Refusal, client: Client, target: Uint8Array, startedMs: number): number {
    const { recursionAvailable, udpPayloadOctets, clock, metrics } = this.#options;
    const length = this.#writer.writeRefusal(target, refusal, recursionAvailable, udpPayloadOctets);
    const meter = metrics.of(DROPPED, client);
    meter.request(0, refusal.octets.length, false);
    meter.response(refusal.rcode, '', length, (clock.monotonic() - startedMs) / 1000);
    return length;
  }

  /** S11: an error of ours costs one query, not the process. */
  #panic(exchange: Exchange, error: unknown): number {
    this.#options.metrics.panics.value += 1;
    this.#options.log.error({ err: error, type: exchange.query.type }, 'Answering a query ended in an exception');
    return this.#write(exchange, failure(Rcode.SERVFAIL, DROPPED));
  }

  #limit({ query, client }: Exchange): number {
    return client.protocol === 'udp' ? udpLimit(query, this.#options.udpPayloadOctets) : MAX_MESSAGE_OCTETS;
  }
}
