/** Wire types of protobuf, and which of them a schema type travels in. */
import type { Type } from './types.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;

export function wireOf(type: Type): number {
  if (type.kind === 'bool' || type.kind === 'int32' || type.kind === 'int64') return VARINT;
  return type.kind === 'float64' ? FIXED64 : BYTES;
}
