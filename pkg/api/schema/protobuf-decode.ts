/**
 * Protobuf bodies (M10 to M15). The result is what decodeJson gives for the JSON twin of the same object; lists that
 * are empty cannot be told from absent ones, as in every store that speaks protobuf.
 */
import { DecodeError } from './decode-error.ts';
import { schemaOf } from './kinds.ts';
import { ProtoCursor } from './proto-cursor.ts';
import { messageReaderOf } from './proto-readers.ts';
import { BYTES } from './proto-wire.ts';
import type { StructType } from './types.ts';

export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The message of the kind; a view into the body. */
  readonly raw: Uint8Array;
}

export interface DecodedProtobuf {
  readonly apiVersion: string;
  readonly kind: string;
  readonly object: Record<string, unknown>;
}

/** `k8s` and NUL. */
const prefix = [0x6b, 0x38, 0x73, 0x00];

/** M11. Throws DecodeError when the bytes do not begin as an envelope does. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (prefix.some((byte, at) => bytes[at] !== byte)) {
    throw new DecodeError(
      `provided data does not appear to be a protobuf message, expected prefix [${prefix.join(' ')}]`,
    );
  }
  const cursor = new ProtoCursor(bytes.subarray(prefix.length));
  let identity = { apiVersion: '', kind: '' };
  let raw: Uint8Array = new Uint8Array();
  while (!cursor.done) {
    const tag = cursor.tag();
    if (tag === ((1 << 3) | BYTES)) identity = cursor.message(readIdentity);
    else if (tag === ((2 << 3) | BYTES)) raw = cursor.slice();
    else cursor.skip(tag & 7);
  }
  return { ...identity, raw };
}

function readIdentity(cursor: ProtoCursor): { apiVersion: string; kind: string } {
  let apiVersion = '';
  let kind = '';
  while (!cursor.done) {
    const tag = cursor.tag();
    if (tag === ((1 << 3) | BYTES)) apiVersion = cursor.string();
    else if (tag === ((2 << 3) | BYTES)) kind = cursor.string();
    else cursor.skip(tag & 7);
  }
  return { apiVersion, kind };
}

/** A bare message of a known type, without kind and apiVersion. Throws DecodeError. */
export function decodeMessage(type: StructType, bytes: Uint8Array): Record<string, unknown> {
  return messageReaderOf(type)(new ProtoCursor(bytes));
}

/** Envelope and message. Throws DecodeError, also for kinds the tables do not know. */
export function decodeProtobuf(bytes: Uint8Array): DecodedProtobuf {
  const { apiVersion, kind, raw } = readEnvelope(bytes);
  const slash = apiVersion.indexOf('/');
  const type = schemaOf(apiVersion.slice(0, Math.max(0, slash)), apiVersion.slice(slash + 1), kind);
  if (type === undefined) throw new DecodeError(`no kind "${kind}" is registered for version "${apiVersion}"`);
  return { apiVersion, kind, object: { kind, apiVersion, ...decodeMessage(type, raw) } };
}
