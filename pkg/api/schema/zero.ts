/** Go's zero values: what stands in a field that nobody set, and which ones JSON leaves out. */
import type { Field, StructType } from './types.ts';

type Held = Pick<Field, 'type' | 'pointer'>;

/** The JSON of a field, list item or map value that was never set. A new value on each call. */
export function zeroOf({ type, pointer }: Held): unknown {
  if (pointer) return null;
  switch (type.kind) {
    case 'struct':
      return zeroStruct(type);
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
    case 'list':
    case 'map':
    case 'bytes':
    case 'time':
    case 'microTime':
    case 'rawExtension':
    case 'fieldsV1':
    case 'json':
      return null;
  }
}

function zeroStruct(type: StructType): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of type.fields) if (!field.omitEmpty) out[field.json] = zeroOf(field);
  return out;
}

/** A pointer keeps a written zero; structs, quantities and the like are never left out by omitempty. */
export function dropsEmpty(field: Field): boolean {
  return field.omitEmpty && !field.pointer && field.type.kind !== 'struct';
}

/** Of canonical values; null is a zero time. */
export function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object') return value === '' || value === 0 || value === false;
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return Object.keys(value).length === 0;
}
