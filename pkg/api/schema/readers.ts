/** One reader a type, made when first needed and kept. A reader never sees null: its caller decides what that means. */
import { readEither } from './read-either.ts';
import { wordFor } from './read-state.ts';
import type { FieldFrame, ReadState } from './read-state.ts';
import { readScalar } from './read-scalar.ts';
import { goNameOf } from './scalars.ts';
import { inByteOrder, setOwn, sorted } from './open-map.ts';
import type { Field, ListType, MapType, StructType, Type } from './types.ts';
import { dropsEmpty, isEmpty, zeroOf } from './zero.ts';

/** Returns the canonical value; what it returns after a mismatch is never used. */
export type Reader = (value: unknown, state: ReadState) => unknown;

const structReaders = new WeakMap<StructType, Reader>();

export function readerOf(type: Type): Reader {
  switch (type.kind) {
    case 'struct':
      return structReaderOf(type);
    case 'list':
      return listReader(type);
    case 'map':
      return mapReader(type);
    case 'json':
      return type.either === undefined ? keep : readEither(type.either, structReaderOf);
    case 'rawExtension':
    case 'fieldsV1':
      return keep;
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float64':
    case 'bytes':
    case 'time':
    case 'microTime':
    case 'duration':
    case 'quantity':
    case 'intOrString':
      return readScalar(type.kind, goNameOf(type));
  }
}

const keep: Reader = (value) => value;

/** Filled on first use, so that structs may hold themselves. */
function structReaderOf(type: StructType): Reader {
  let reader = structReaders.get(type);
  if (reader === undefined) {
    let inner: Reader | undefined;
    reader = (value, state) => {
      inner ??= structReader(type);
      return inner(value, state);
    };
    structReaders.set(type, reader);
  }
  return reader;
}

interface Slot extends FieldFrame {
  readonly index: number;
  readonly read: Reader;
  readonly field: Field;
  /** Zero values read from JSON are left out. */
  readonly drops: boolean;
  /** Protobuf cannot tell an empty list or map from none. */
  readonly forgets: boolean;
  /** M37: an empty list of managed fields says something, as long as it is not stored. */
  readonly speaks: boolean;
  /** What stands there when nothing came; undefined means nothing. */
  readonly always: boolean;
}

function structReader(type: StructType): Reader {
  const goName = goNameOf(type);
  const owner = type.name.slice(type.name.lastIndexOf('.') + 1);
  const slots = type.fields.map((field, index) => slotOf(field, index, owner));
  const byName = new Map(slots.map((slot) => [slot.json, slot]));
  const count = slots.length;

  return (value, state) => {
    if (typeof value !== 'object' || Array.isArray(value)) return state.mismatch(wordFor(value), goName);
    state.guardDepth();
    const depth = state.depth;
    const source = value as Record<string, unknown>;
    // Array.from costs more here than all the rest of reading.
    // oxlint-disable-next-line unicorn/no-new-array
    const found = new Array<unknown>(count);
    let unknown: string[] | undefined;
    for (const key of Object.keys(source)) {
      const slot = byName.get(key);
      if (slot === undefined) {
        if (type.preserveUnknown === true) (unknown ??= []).push(key);
        else state.unknownField(depth, key);
        continue;
      }
      const raw = source[key];
      if (raw === null) continue;
      state.frames[depth] = slot;
      state.depth = depth + 1;
      found[slot.index] = slot.read(raw, state);
    }
    state.depth = depth;

    const out: Record<string, unknown> = {};
    for (let index = 0; index < count; index++) {
      const slot = slots[index];
      if (slot === undefined) continue;
      const held = found[index];
      if (held === undefined) {
        if (slot.always) out[slot.json] = zeroOf(slot.field);
      } else if (state.asStored && slot.forgets && isEmpty(held)) out[slot.json] = null;
      else if (!(slot.drops && isEmpty(held)) || (slot.speaks && !state.asStored)) out[slot.json] = held;
    }
    return unknown === undefined ? out : withUnknown(out, source, unknown);
  };
}

function slotOf(field: Field, index: number, owner: string): Slot {
  return {
    json: field.json,
    goPath: [...(field.embeds ?? []), field.json].join('.'),
    owner,
    index,
    read: readerOf(field.type),
    field,
    drops: dropsEmpty(field),
    forgets: !field.omitEmpty && field.proto > 0 && (field.type.kind === 'list' || field.type.kind === 'map'),
    speaks: owner === 'ObjectMeta' && field.json === 'managedFields',
    always: !field.omitEmpty,
  };
}

/** Custom kinds print like unstructured objects: every key in byte order. */
function withUnknown(
  known: Record<string, unknown>,
  source: Record<string, unknown>,
  unknown: readonly string[],
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(known)) out[key] = known[key];
  for (const key of unknown) setOwn(out, key, source[key]);
  return sorted(out);
}

function listReader(type: ListType): Reader {
  const goName = goNameOf(type);
  const read = readerOf(type.item);
  const item = type.item;
  return (value, state) => {
    if (!Array.isArray(value)) return state.mismatch(wordFor(value), goName);
    const depth = state.depth;
    const out: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      const raw: unknown = value[index];
      if (raw === null) {
        out.push(zeroOf({ type: item, pointer: false }));
        continue;
      }
      state.frames[depth] = index;
      state.depth = depth + 1;
      out.push(read(raw, state));
    }
    state.depth = depth;
    return out;
  };
}

function mapReader(type: MapType): Reader {
  const goName = goNameOf(type);
  const read = readerOf(type.value);
  return (value, state) => {
    if (typeof value !== 'object' || Array.isArray(value)) return state.mismatch(wordFor(value), goName);
    const depth = state.depth;
    const source = value as Record<string, unknown>;
    const out: Record<string, unknown> = {};
    const keys = Object.keys(source);
    // Read in the order of the document, for the sake of errors, and put into byte order after.
    for (const key of keys) {
      const raw = source[key];
      state.frames[depth] = key;
      state.depth = depth + 1;
      const name = key.isWellFormed() ? key : key.toWellFormed();
      setOwn(out, name, raw === null ? zeroOf({ type: type.value, pointer: false }) : read(raw, state));
    }
    state.depth = depth;
    return inByteOrder(keys) ? out : sorted(out);
  };
}
