/** The requests of etcd's version 3 protocol that the driver sends, by their published field numbers. */
import { MessageWriter } from './protobuf.ts';

/** A range of physical keys; without an end it is one key, with `\0` everything from there on. */
export interface PhysicalRange {
  readonly key: string;
  readonly end?: string;
}

/** A snapshot read. */
export interface RangeCall extends PhysicalRange {
  readonly limit?: number;
  readonly revision?: number;
  readonly keysOnly?: boolean;
  readonly countOnly?: boolean;
}

/** `RangeRequest`: linearizable, as nothing else is asked for. */
export function rangeRequest({
  key,
  end = '',
  limit = 0,
  revision = 0,
  keysOnly,
  countOnly,
}: RangeCall): MessageWriter {
  return new MessageWriter()
    .bytes(1, key === '' ? '\0' : key)
    .bytes(2, end)
    .int(3, limit)
    .int(4, revision)
    .flag(8, keysOnly)
    .flag(9, countOnly);
}

/** What a transaction compares for equality. */
export type CompareTarget = 'version' | 'modRevision';

/** What a transaction does when its comparison holds. */
export type TxnWrite =
  | {
      readonly kind: 'put';
      readonly key: string;
      readonly value: string;
      readonly lease: number;
      readonly prevKv: boolean;
    }
  | { readonly kind: 'delete'; readonly key: string };

/** One transaction for one write: done if the key stands at that number, else the key is read (K20, DS11). */
export function txnRequest(write: TxnWrite, target: CompareTarget, expected: number): Buffer {
  const compare = new MessageWriter().bytes(3, write.key);
  if (target === 'modRevision') compare.int(2, 2).int(6, expected);
  else compare.int(4, expected);
  const otherwise = new MessageWriter().message(1, rangeRequest({ key: write.key }));
  return new MessageWriter().message(1, compare).message(2, writeOperation(write)).message(3, otherwise).finish();
}

/** One transaction that puts all of them. */
export function loadRequest(
  entries: readonly { readonly key: string; readonly value: string }[],
  lease: number,
): Buffer {
  const txn = new MessageWriter();
  for (const { key, value } of entries) {
    txn.message(2, writeOperation({ kind: 'put', key, value, lease, prevKv: false }));
  }
  return txn.finish();
}

function writeOperation(write: TxnWrite): MessageWriter {
  if (write.kind === 'delete')
    return new MessageWriter().message(3, new MessageWriter().bytes(1, write.key).flag(3, true));
  const put = new MessageWriter().bytes(1, write.key).bytes(2, write.value).int(3, write.lease).flag(4, write.prevKv);
  return new MessageWriter().message(2, put);
}

/** `WatchCreateRequest`: with previous values, idle progress and in fragments (DS10). */
export function watchCreateRequest({ key, end = '' }: PhysicalRange, fromRevision: number): Buffer {
  const create = new MessageWriter()
    .bytes(1, key === '' ? '\0' : key)
    .bytes(2, end)
    .int(3, fromRevision)
    .flag(4, true)
    .flag(6, true)
    .flag(8, true);
  return new MessageWriter().message(1, create).finish();
}

/** Asks a watch stream how far its watches have come. */
export function watchProgressRequest(): Buffer {
  return new MessageWriter().message(3, new MessageWriter()).finish();
}

/** `CompactionRequest` */
export const compactionRequest = (revision: number): Buffer => new MessageWriter().int(1, revision).finish();

/** `LeaseGrantRequest`, under an id of ours: etcd's own do not fit into a JavaScript number. */
export const leaseGrantRequest = (ttlSeconds: number, lease: number): Buffer =>
  new MessageWriter().int(1, ttlSeconds).int(2, lease).finish();

/** `LeaseRevokeRequest` */
export const leaseRevokeRequest = (lease: number): Buffer => new MessageWriter().int(1, lease).finish();

/** `AuthenticateRequest` */
export const authenticateRequest = (name: string, password: string): Buffer =>
  new MessageWriter().bytes(1, name).bytes(2, password).finish();
