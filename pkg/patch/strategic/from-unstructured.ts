/**
 * After a strategic merge upstream does not decode JSON: it copies the merged map into the Go struct by reflection,
 * which has words and rules of its own. Numbers are narrowed without a check, and the first misfit ends it.
 */
import { DecodeError, decodeJson } from '../../api/schema/index.ts';
import { goNameOf } from '../../api/schema/scalars.ts';
import type { Field, ListType, MapType, ScalarType, StructType, Type } from '../../api/schema/types.ts';
import { typeName } from '../json/go-print.ts';
import { isList, isObject, own, put } from '../json/json-object.ts';

/** The value with its numbers as the struct would hold them. Throws DecodeError with upstream's text. */
export function fromUnstructured(type: StructType, value: unknown): unknown {
  return copy(type, value);
}

function copy(type: Type, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  switch (type.kind) {
    case 'struct':
      return copyStruct(type, value);
    case 'list':
      return copyList(type, value);
    case 'map':
      return copyMap(type, value);
    default:
      return copyScalar(type, value);
  }
}

/** Fields in the order of the struct; unknown keys stay, for the decoder to report. */
function copyStruct(type: StructType, value: unknown): unknown {
  if (!isObject(value)) throw new DecodeError(`cannot restore struct from: ${kindOf(value)}`);
  const copied: Record<string, unknown> = { ...value };
  for (const { json, type: inner } of type.fields) {
    if (Object.hasOwn(value, json)) put(copied, json, copy(inner, value[json]));
  }
  return copied;
}

function copyList(type: ListType, value: unknown): unknown {
  if (!isList(value)) throw new DecodeError(`cannot restore slice from ${kindOf(value)}`);
  return value.map((item) => copy(type.item, item));
}

function copyMap(type: MapType, value: unknown): unknown {
  if (!isObject(value)) throw new DecodeError(`cannot restore map from ${kindOf(value)}`);
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(value)) put(copied, key, copy(type.value, own(value, key)));
  return copied;
}

function copyScalar(type: ScalarType, value: unknown): unknown {
  switch (type.kind) {
    case 'string':
      if (typeof value === 'string') return value;
      // Go could make a string of an integer, and takes care not to.
      throw new DecodeError(isInteger(value) ? cannotConvert(value, type) : 'unrecognized type: string');
    case 'bool':
      if (typeof value === 'boolean') return value;
      throw new DecodeError('unrecognized type: bool');
    case 'int32':
    case 'int64':
      if (isInteger(value)) return type.kind === 'int32' ? Number(value) | 0 : value;
      throw new DecodeError(typeof value === 'number' ? cannotConvert(value, type) : `unrecognized type: ${type.kind}`);
    case 'float64':
      if (typeof value === 'number') return value;
      throw new DecodeError('unrecognized type: float64');
    case 'bytes':
      if (typeof value === 'string' || isList(value)) return value;
      throw new DecodeError(`cannot restore slice from ${kindOf(value)}`);
    default:
      return decodedAlone(type, value);
  }
}

/** Types with a decoder of their own read the value as a document by itself. */
function decodedAlone(type: ScalarType, value: unknown): unknown {
  const field: Field = {
    json: 'value',
    proto: 0,
    type,
    pointer: false,
    omitEmpty: false,
    required: false,
    description: '',
  };
  const holder: StructType = {
    kind: 'struct',
    name: '',
    description: '',
    fields: [field],
    byJson: new Map([['value', field]]),
    byProto: new Map(),
  };
  try {
    decodeJson(holder, { value });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(error.message.replace(/ into Go struct field \S+ of type /, ' into Go value of type '));
  }
  return value;
}

const isInteger = (value: unknown): boolean => typeof value === 'bigint' || Number.isInteger(value);

const cannotConvert = (value: unknown, type: ScalarType): string =>
  `cannot convert ${typeName(value)} to ${goNameOf(type)}`;

/** Go's word for the kind of a decoded value. */
function kindOf(value: unknown): string {
  if (isList(value)) return 'slice';
  return isObject(value) ? 'map' : typeName(value);
}
