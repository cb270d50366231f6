/** What one connection may take and how long it may dawdle (S27, S31, S32, SV10, SV11). Node's defaults do not fit. */
export interface ListenerLimits {
  /** Bytes of all header fields of a request. */
  readonly maxHeaderSize: number;
  readonly maxHeaderListPairs: number;
  readonly handshakeTimeoutMs: number;
  /** From the start of a connection, or of the next request, to the end of its headers (HTTP/1.1). */
  readonly headersTimeoutMs: number;
  /** The same to the end of its body. */
  readonly requestTimeoutMs: number;
  /** How long a handler waits for a body, with either protocol. */
  readonly bodyTimeoutMs: number;
  /** How long an HTTP/1.1 connection may idle; Go clients keep theirs for 90 s. */
  readonly keepAliveTimeoutMs: number;
  /** The same for an HTTP/2 session without streams. */
  readonly idleSessionMs: number;
  /** An answer of which the client takes nothing for so long is cut (SV13). */
  readonly stallTimeoutMs: number;
  /** How often the HTTP/1.1 timeouts are looked at. */
  readonly checkIntervalMs: number;
  readonly maxConnections: number;
  readonly maxConcurrentStreams: number;
  /** Megabytes a session may hold: many watches share one. */
  readonly maxSessionMemory: number;
  /** Streams a client may reset at once, and then each second, before its session ends (rapid reset). */
  readonly streamResetBurst: number;
  readonly streamResetRate: number;
}

export const defaultListenerLimits: ListenerLimits = {
  maxHeaderSize: 64 * 1024,
  maxHeaderListPairs: 256,
  handshakeTimeoutMs: 10_000,
  headersTimeoutMs: 32_000,
  requestTimeoutMs: 60_000,
  bodyTimeoutMs: 34_000,
  keepAliveTimeoutMs: 120_000,
  idleSessionMs: 120_000,
  stallTimeoutMs: 60_000,
  checkIntervalMs: 2_000,
  maxConnections: 4_096,
  maxConcurrentStreams: 250,
  maxSessionMemory: 256,
  streamResetBurst: 2_000,
  streamResetRate: 200,
};
