/**
 * From the octets of a query to the octets of a reply. What the zones can answer is answered at once, into a buffer
 * of the caller; what lies outside waits for a resolver.
 */
import type { Clock } from '../../clock/index.ts';
import type { Logger } from '../../logging/logger.ts';
import type { Lookup, ZoneIndex } from '../records/index.ts';
import type { Query, Refusal, ReplyHead, RRset, Sections } from '../wire/index.ts';
import {
  acceptQuery,
  Class,
  Flag,
  MAX_MESSAGE_OCTETS,
  NO_RECORDS,
  Rcode,
  ReplyWriter,
  Type,
  udpLimit,
} from '../wire/index.ts';
import type { Client } from './client.ts';
import type { Component, DnsMetrics } from './dns-metrics.ts';
import { DROPPED, OUTSIDE } from './dns-metrics.ts';
import type { OutsideAnswer, OutsideResolver } from './outside.ts';
import { spellLike } from './spelling.ts';
import type { RandomSource } from './shuffle.ts';
import { shuffleSections } from './shuffle.ts';

/** How many octets were written to the target (0: silence), the reply itself later, or the messages of a transfer. */
export type Reply = number | Promise<Uint8Array> | Iterable<Uint8Array>;

/** Serves zone transfers over TCP (S30): the messages, or a response code. */
export type Transfer = (query: Query, client: Client) => Iterable<Uint8Array> | number;

export interface ResponderOptions {
  readonly index: ZoneIndex;
  /** Undefined: names outside the zones are refused, and RA stays 0 (S13). */
  readonly outside: OutsideResolver | undefined;
  readonly transfer: Transfer | undefined;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: DnsMetrics;
  /** Largest UDP reply, and what OPT records advertise (S19). */
  readonly udpPayloadOctets: number;
  /** By lower-case name: texts for questions of class CH. Others are refused (S7). */
  readonly chaos: ReadonlyMap<string, string>;
}

/** The making of one reply. */
interface Exchange {
  readonly query: Query;
  readonly client: Client;
  readonly target: Uint8Array;
  readonly startedMs: number;
}

interface Draft extends Pick<ReplyHead, 'rcode' | 'authoritative' | 'truncated' | 'authenticData'> {
  readonly sections: Sections;
  readonly zone: string;
  readonly component: Component;
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
      return this.#resolve(exchange);
    } catch (error) {
      return this.#panic(exchange, error);
    }
  }

  #resolve(exchange: Exchange): Reply {
    const { query, client } = exchange;
    if (query.class !== Class.IN) return this.#write(exchange, this.#chaos(query)); // S7
    if (query.type === Type.AXFR || query.type === Type.IXFR) return this.#transfer(exchange); // S8
    const lookup: Lookup = this.#options.index.lookup(query.name, query.type, query.key);
    switch (lookup.kind) {
      case 'answer': {
        const { zone, rcode, sections } = lookup;
        return this.#write(exchange, { zone, rcode, authoritative: true, sections, component: 'kubernetes' });
      }
      case 'alias':
        return this.#chase(exchange, lookup);
      case 'loop':
      case 'unsynced':
        return this.#write(exchange, failure(Rcode.SERVFAIL, lookup.zone, 'kubernetes')); // C8, S33
      case 'elsewhere': {
        if (this.#options.outside === undefined) return this.#write(exchange, failure(Rcode.REFUSED, DROPPED)); // N2
        return this.#finish(exchange, this.#ask(query, query.key, client), (answer) => relayed(answer, query));
      }
    }
  }

  #chaos(query: Query): Draft {
    const text = query.class === Class.CH && query.type === Type.TXT ? this.#options.chaos.get(query.key) : undefined;
    if (text === undefined) return failure(Rcode.REFUSED, DROPPED);
    const answer: RRset = { owner: query.name, type: Type.TXT, ttl: 0, kind: 'text', data: [[text]] };
    const sections = { ...NO_RECORDS, answer: [answer] };
    return { rcode: Rcode.NOERROR, authoritative: true, sections, zone: OUTSIDE, component: 'chaos' };
  }

  #transfer(exchange: Exchange): Reply {
    const { query, client } = exchange;
    const { transfer } = this.#options;
    const result = transfer === undefined || client.protocol === 'udp' ? Rcode.REFUSED : transfer(query, client); // S30
    return typeof result === 'number' ? this.#write(exchange, failure(result, DROPPED, 'transfer')) : result;
  }

  /** C4: the rest of a chain of aliases, from a resolver; without one the client has to go on by itself. */
  #chase(exchange: Exchange, { aliases, target, zone }: Lookup & { kind: 'alias' }): Reply {
    const { query, client } = exchange;
    const head = { rcode: Rcode.NOERROR, authoritative: true, zone, component: 'kubernetes' } as const;
    if (this.#options.outside === undefined) {
      return this.#write(exchange, { ...head, sections: { ...NO_RECORDS, answer: aliases } });
    }
    return this.#finish(exchange, this.#ask(query, target, client), ({ rcode, truncated, sections }) => {
      const isAnswer = rcode === Rcode.NOERROR || rcode === Rcode.NXDOMAIN;
      if (!isAnswer) return failure(Rcode.SERVFAIL, zone, 'kubernetes'); // C7
      const { answer, authority } = spellLike(target, sections);
      return { ...head, rcode, truncated, sections: { answer: [...aliases, ...answer], authority, additional: [] } };
    });
  }

  #ask(query: Query, name: Query['name'], { protocol }: Client): OutsideAnswer | Promise<OutsideAnswer> {
    const { outside } = this.#options;
    if (outside === undefined) throw new Error('no resolver');
    return outside.resolve({
      name,
      type: query.type,
      protocol,
      dnssecOk: query.edns?.dnssecOk ?? false,
      checkingDisabled: (query.flags & Flag.CD) !== 0,
    });
  }

  /** Writes at once what is known at once. A reply that waits gets its own buffer: the caller's is in use by then. */
  #finish(
    exchange: Exchange,
    answer: OutsideAnswer | Promise<OutsideAnswer>,
    draft: (answer: OutsideAnswer) => Draft,
  ): Reply {
    if (!(answer instanceof Promise)) return this.#write(exchange, draft(answer));
    return answer.then((late) => {
      const own = { ...exchange, target: new Uint8Array(this.#limit(exchange)) };
      try {
        return own.target.subarray(0, this.#write(own, draft(late)));
      } catch (error) {
        return own.target.subarray(0, this.#panic(own, error));
      }
    });
  }

  #write(exchange: Exchange, draft: Draft): number {
    const { query, client, target, startedMs } = exchange;
    const { random, udpPayloadOctets, outside, clock, metrics } = this.#options;
    const octets = this.#limit(exchange);
    const sections = shuffleSections(draft.sections, random, octets);
    const head = { ...draft, recursionAvailable: outside !== undefined };
    const length = this.#writer.write(target, query, head, sections, { octets, udpPayloadOctets });
    if (((target[2] ?? 0) & (Flag.TC >>> 8)) !== 0) metrics.truncated.value += 1;
    const meter = metrics.of(draft.zone, client);
    meter.request(query.type, query.octets.length, query.edns?.dnssecOk ?? false);
    meter.response(draft.rcode, draft.component, length, (clock.monotonic() - startedMs) / 1000);
    return length;
  }

  #refuse(refusal: Refusal, client: Client, target: Uint8Array, startedMs: number): number {
    const { outside, udpPayloadOctets, clock, metrics } = this.#options;
    const length = this.#writer.writeRefusal(target, refusal, outside !== undefined, udpPayloadOctets);
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

function failure(rcode: number, zone: string, component: Component = ''): Draft {
  return { rcode, authoritative: false, sections: NO_RECORDS, zone, component };
}

/** A resolver's answer as it goes to the client: AD only to those who asked for it (section 7.1). */
function relayed(answer: OutsideAnswer, query: Query): Draft {
  const wantsAd = (query.flags & Flag.AD) !== 0 || query.edns?.dnssecOk === true;
  const sections = spellLike(query.name, answer.sections);
  return { ...answer, sections, authenticData: answer.authenticData && wantsAd, zone: OUTSIDE };
}
