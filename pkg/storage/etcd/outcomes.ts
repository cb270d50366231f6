/** From etcd's answers and errors to those of the contract. */
import {
  CompactedError,
  FutureRevisionError,
  StoreBusyError,
  StoreUnavailableError,
  type WriteResult,
} from '../store.ts';
import { GrpcError, grpcCode } from './grpc-error.ts';
import type { TxnAnswer } from './responses.ts';

/** The answer to a conditional write, under the store's own key. */
export function toWriteResult({ succeeded, header, found }: TxnAnswer, key: string): WriteResult {
  if (!succeeded) return found === undefined ? { ok: false } : { ok: false, current: { ...found, key } };
  const { revision } = header;
  return found === undefined ? { ok: true, revision } : { ok: true, revision, previous: { ...found, key } };
}

/** What went wrong, in the words of the contract. */
export function translate(error: unknown): unknown {
  if (!(error instanceof GrpcError)) return error;
  const { message, code } = error;
  if (message.includes('required revision has been compacted')) return new CompactedError(0, 0);
  if (message.includes('required revision is a future revision')) return new FutureRevisionError(0, 0);
  if (message.includes('lease not found') || message.includes('lease already exists')) return error;
  if (code === grpcCode.resourceExhausted && message.includes('too many requests')) return new StoreBusyError(message);
  return new StoreUnavailableError(message, { cause: error });
}
