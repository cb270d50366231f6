import type { Clock } from '../../../clock/index.ts';
import type { Logger } from '../../../logging/logger.ts';
import type { RandomSource } from '../shuffle.ts';

/** In which order servers are tried (S43). */
export type ForwardPolicy = 'random' | 'round-robin' | 'sequential';

export interface ForwardOptions {
  /** Addresses with optional port, or paths of resolv.conf files; at most 15 servers (S42). */
  readonly upstreams: readonly string[];
  /** Other servers for names under a domain; the longest domain wins (S42). */
  readonly stubDomains?: Readonly<Record<string, readonly string[]>>;
  /** Names under these domains are refused instead of forwarded (S42). */
  readonly except?: readonly string[];
  /** Default `random`. */
  readonly policy?: ForwardPolicy;
  /** Always ask over TCP. Default false: the client's transport is kept (S45). */
  readonly forceTcp?: boolean;
  /** Always ask over UDP first, and over TCP when the answer was cut. Default false. */
  readonly preferUdp?: boolean;
  /** Questions that may wait for upstream at the same time; more are refused (S47). Default 1000. */
  readonly maxConcurrent?: number;
  /** For one server to answer. Default 2000. */
  readonly readTimeoutMs?: number;
  /** For all tries together. Default 5000. */
  readonly totalTimeoutMs?: number;
  /** Between probes of a server that has failed (S44). Default 500. */
  readonly probeIntervalMs?: number;
  /** With every server down: true answers SERVFAIL at once, false (the default) tries one at random (S44). */
  readonly failFast?: boolean;
  /** Cap on how long answers are kept, in seconds; 0 keeps none. Default 30 (S49). */
  readonly cacheSeconds?: number;
  /** Answers kept, positive and negative each. Default 10,000. */
  readonly cacheEntries?: number;
  /** IPv4-only clusters: AAAA of names outside is empty, nobody is asked (S54). Default false. */
  readonly noAAAA?: boolean;
  /** Names of one label do not exist outside (S50). Default false: they are forwarded. */
  readonly domainNeeded?: boolean;
  /** Asks the own servers at the start whether they lead back here (S48). Default true. */
  readonly detectLoops?: boolean;
}

/** What the parts of the forwarder share. */
export interface ForwardContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: RandomSource;
}
