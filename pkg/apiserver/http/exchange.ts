/**
 * One request and its answer, free of sockets: the TLS listener, the in-process transport and tests all speak this.
 */
import type { Duplex } from 'node:stream';

export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface ApiRequest {
  readonly method: string;
  /** Raw path, still percent-encoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The whole body; rejects with a 413 StatusError past the limit (P10). */
  readBody(limitBytes: number): Promise<Uint8Array>;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Who the connection already proved to be (client certificate, in-process caller). */
  readonly peer?: UserInfo;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array | StreamBody;
  /** S7: with HTTP/2 the session ends after this answer. */
  readonly endsSession?: boolean;
  /** With status 101: what the connection is for from now on. */
  readonly takeOver?: (socket: Duplex) => void;
}

/** Called once the headers are on their way; writes until `sink.end()`. */
export type StreamBody = (sink: Sink) => void;

export interface Sink {
  /** False when the receiver lags; resume on drain. */
  write(chunk: string | Uint8Array): boolean;
  end(): void;
  /** Bytes accepted but not yet taken by the receiver. */
  readonly bufferedBytes: number;
  onDrain(callback: () => void): void;
  /** The receiver is gone. */
  onClose(callback: () => void): void;
}

export const isStream = (body: ApiResponse['body']): body is StreamBody => typeof body === 'function';
