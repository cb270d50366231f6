import type { Clock } from '../../clock/index.ts';
import type { Logger } from '../../logging/logger.ts';
import type { MetricRegistry } from '../../metrics/index.ts';
import type { ZoneOptions } from '../records/index.ts';
import type { ForwardOptions } from './forward/options.ts';
import type { DnsSource } from './source.ts';
import type { SearchPathOptions } from './search-path.ts';
import type { RandomSource } from './shuffle.ts';
import type { TcpTimeouts } from './tcp-connection.ts';
import type { TransferOptions } from './transfer.ts';

export interface DnsServerOptions extends ZoneOptions {
  /** Where the objects come from. */
  readonly source: DnsSource;
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
  /** The upstream servers lead back here: nothing is forwarded from now on, and `/ready` says no (S48). */
  readonly onLoop?: () => void;
  /** Ports of `GET /health`, `/ready` and `/metrics` on `probeAddress`; undefined switches one off. */
  readonly healthPort?: number;
  readonly readyPort?: number;
  readonly metricsPort?: number;
  /** Default `0.0.0.0`. */
  readonly probeAddress?: string;
  /** Largest UDP reply, 512 to 4096. Default 1232 (S19). */
  readonly udpPayloadOctets?: number;
  /** Answers to `version.bind.` and the like, class CH. Default none: refused (S7). */
  readonly chaos?: Readonly<Record<string, string>>;
  /** Sockets open this long after the start even if objects are missing (S34). Default 5000. */
  readonly startupTimeoutMs?: number;
  /** How long `close` keeps answering after `/ready` says no (S39). Default 5000. */
  readonly lameduckMs?: number;
  /** How long `close` lets TCP clients finish (S39). Default 5000. */
  readonly drainMs?: number;
  readonly tcpTimeouts?: TcpTimeouts;
  /** Default 1024 (S27). */
  readonly maxTcpConnections?: number;
  readonly metrics?: MetricRegistry;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** In [0, 1), for the order of records. Default `Math.random`. */
  readonly random?: RandomSource;
}

/** Throws a RangeError when a limit makes no sense. */
export function checkedPayload(octets = 1232): number {
  if (Number.isInteger(octets) && octets >= 512 && octets <= 4096) return octets;
  throw new RangeError(`udpPayloadOctets: expected an integer from 512 to 4096, got ${octets}`);
}
