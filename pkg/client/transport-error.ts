/**
 * No usable answer came. `refused`: nothing was sent. `lost`: the connection broke. `timeout`: our patience ended.
 * `name`: the host is unknown. `tls`: identity not accepted. `protocol`: bytes that make no sense. After a `lost` or
 * `timeout` of a write its outcome is unknown (CL9, WQ14).
 */
export type TransportFault = 'refused' | 'lost' | 'timeout' | 'name' | 'tls' | 'protocol';

export class TransportError extends Error {
  readonly fault: TransportFault;
  constructor(fault: TransportFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransportError';
    this.fault = fault;
  }
}

export function isTransportError(error: unknown, ...faults: readonly TransportFault[]): error is TransportError {
  return error instanceof TransportError && (faults.length === 0 || faults.includes(error.fault));
}

const faultOfCode: ReadonlyMap<string, TransportFault> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ENOENT', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['ECONNRESET', 'lost'],
  ['EPIPE', 'lost'],
  ['ECONNABORTED', 'lost'],
  ['UND_ERR_SOCKET', 'lost'],
  ['UND_ERR_CLOSED', 'lost'],
  ['UND_ERR_DESTROYED', 'lost'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'lost'],
  ['Z_BUF_ERROR', 'lost'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['ENOTFOUND', 'name'],
  ['EAI_AGAIN', 'name'],
]);

/** Sorts what sockets, undici and TLS throw by the code they carry, looking into causes. */
export function toTransportError(error: unknown, doing: string): TransportError {
  if (error instanceof TransportError) return error;
  const { code, message } = firstCode(error, 4);
  return new TransportError(faultOf(code), `${doing}: ${message}`, { cause: error });
}

function faultOf(code: string): TransportFault {
  const known = faultOfCode.get(code);
  if (known !== undefined) return known;
  if (code.startsWith('ERR_HTTP2')) return 'lost';
  return /CERT|TLS|SSL|UNABLE_TO_|SELF_SIGNED/.test(code) ? 'tls' : 'protocol';
}

function firstCode(error: unknown, depth: number): { code: string; message: string } {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) };
  const { code, message, cause, errors } = error as Partial<Record<'code' | 'message' | 'cause' | 'errors', unknown>>;
  if (typeof code === 'string') return { code, message: textOf(message, code) };
  const inner = Array.isArray(errors) ? (errors as unknown[])[0] : cause;
  if (inner !== undefined && depth > 0) return firstCode(inner, depth - 1);
  return { code: '', message: textOf(message, 'no reason given') };
}

const textOf = (message: unknown, otherwise: string): string =>
  typeof message === 'string' && message !== '' ? message : otherwise;
