/** What a gRPC call can end with, beside an answer. */

/** gRPC's codes that the driver tells apart. */
export const grpcCode = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** A call that did not go through. */
export class GrpcError extends Error {
  readonly code: number;
  /** The server has certainly done nothing: the request never left, or was refused before anybody looked at it. */
  readonly untouched: boolean;

  constructor(code: number, message: string, untouched = false) {
    super(message);
    this.name = 'GrpcError';
    this.code = code;
    this.untouched = untouched;
  }
}

/** Refusals that etcd makes before it proposes a write to anybody. */
const beforeProposal = ['etcdserver: no leader', 'etcdserver: not capable', 'etcdserver: server stopped'];

/** From the trailers of an answer. */
export function grpcError(code: number, encodedMessage: string): GrpcError {
  let message = encodedMessage;
  try {
    message = decodeURIComponent(encodedMessage);
  } catch {
    // As it came is better than nothing.
  }
  return new GrpcError(code, message, beforeProposal.includes(message));
}

/** Whether another member, or the same one in a moment, may do better. */
export function isPassing(error: unknown): error is GrpcError {
  if (!(error instanceof GrpcError)) return false;
  if (error.code === grpcCode.resourceExhausted) return error.message.includes('too many requests');
  return (
    error.code === grpcCode.unavailable ||
    error.code === grpcCode.deadlineExceeded ||
    error.code === grpcCode.cancelled ||
    (error.code === grpcCode.unknown && /leader|timed out|timeout/i.test(error.message))
  );
}
