import type { Clock } from '../../clock/index.ts';
import type { Logger } from '../../logging/logger.ts';
import type { MetricRegistry } from '../../metrics/index.ts';
import type { ZoneOptions } from '../records/index.ts';
import type { Name } from '../wire/index.ts';
import { lowerName, parseName } from '../wire/index.ts';
import type { ForwardOptions } from './forward/options.ts';
import type { SearchPathOptions } from './search-path.ts';
import type { RandomSource } from './shuffle.ts';
import type { DnsSource } from './source.ts';
import type { TcpTimeouts } from './tcp-connection.ts';
import type { TransferOptions } from './transfer.ts';

/** What concerns the answering of queries. */
export interface AnswerOptions extends ZoneOptions {
  /** Addresses to listen on, over UDP and TCP. Default `0.0.0.0` and, where the machine has IPv6, `::`. */
  readonly addresses?: readonly string[];
  /** Default 53; 0 takes any that is free. */
  readonly port?: number;
  /** Servers for names outside the zones. Default none: such names are refused. */
  readonly forward?: ForwardOptions;
  /** Walks the search path of Pods for them (S53); needs pod mode `verified`. Default off. */
  readonly autopath?: SearchPathOptions;
  /** By zone: addresses and networks that may transfer it over TCP. Default none (S30). */
  readonly transfers?: TransferOptions;
  /** Largest UDP reply, 512 to 4096. Default 1232 (S19). */
  readonly udpPayloadOctets?: number;
  /** Answers to `version.bind.` and the like, class CH. Default none: refused (S7). */
  readonly chaos?: Readonly<Record<string, string>>;
  readonly tcpTimeouts?: TcpTimeouts;
  /** Default 1024 (S27). */
  readonly maxTcpConnections?: number;
}

export interface DnsServerOptions extends AnswerOptions {
  /** Where the objects come from. */
  readonly source: DnsSource;
  /**
   * Threads that answer, each with sockets and an index of its own. Default 1: this thread. With more, clients spread
   * over them by address and port, and `random` and `clock` are those of the machine.
   */
  readonly workers?: number;
  /** The upstream servers lead back here: nothing is forwarded from now on, and `/ready` says no (S48). */
  readonly onLoop?: () => void;
  /** Ports of `GET /health`, `/ready` and `/metrics` on `probeAddress`; undefined switches one off. */
  readonly healthPort?: number;
  readonly readyPort?: number;
  readonly metricsPort?: number;
  /** Default `0.0.0.0`. */
  readonly probeAddress?: string;
  /** Sockets open this long after the start even if objects are missing (S34). Default 5000. */
  readonly startupTimeoutMs?: number;
  /** How long `close` keeps answering after `/ready` says no (S39). Default 5000. */
  readonly lameduckMs?: number;
  /** How long `close` lets TCP clients finish (S39). Default 5000. */
  readonly drainMs?: number;
  readonly metrics?: MetricRegistry;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** In [0, 1), for the order of records. Default `Math.random`. */
  readonly random?: RandomSource;
}

export interface EngineOptions
  extends AnswerOptions, Pick<DnsServerOptions, 'onLoop' | 'metrics' | 'log' | 'clock' | 'random'> {
  /** The first serial (N20). */
  readonly startSeconds: number;
  /** Share the port with other engines. */
  readonly reusePort?: boolean;
  /** Count objects and programming latency here: one engine of a server does. */
  readonly countsSource: boolean;
}

/** Throws a RangeError when a limit makes no sense. */
export function checkedPayload(octets = 1232): number {
  if (Number.isInteger(octets) && octets >= 512 && octets <= 4096) return octets;
  throw new RangeError(`udpPayloadOctets: expected an integer from 512 to 4096, got ${octets}`);
}

/** Texts by lower-case name. Throws a RangeError for a name that is none. */
export function parseChaos(texts: Readonly<Record<string, string>>): Map<Name, string> {
  return new Map(
    Object.entries(texts).map(([text, answer]) => {
      const name = parseName(text);
      if (name === undefined) throw new RangeError(`chaos: ${JSON.stringify(text)} is not a domain name`);
      return [lowerName(name), answer];
    }),
  );
}
