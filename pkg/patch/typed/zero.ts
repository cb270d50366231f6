/** What a Go struct looks like as JSON before anything is set: the live object of a create (M34). */
import type { Field, StructType, Type } from '../../api/schema/types.ts';
import { put } from '../json/json-object.ts';

/** The empty object of a type. Fields that are always written are there with their zero value. */
export function zeroObject(type: Type): Readonly<Record<string, unknown>> {
  if (type.kind !== 'struct') return {};
  const known = zeros.get(type);
  if (known !== undefined) return known;
  const zero: Record<string, unknown> = {};
  for (const field of type.fields) if (!field.omitEmpty) put(zero, field.json, zeroField(field));
  zeros.set(type, zero);
  return zero;
}

/** Types are fixed for the life of a server, and every create asks. */
const zeros = new WeakMap<StructType, Readonly<Record<string, unknown>>>();

function zeroField({ pointer, type }: Field): unknown {
  if (pointer) return null;
  switch (type.kind) {
    case 'struct':
      return zeroObject(type);
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    default:
      return null;
  }
}
