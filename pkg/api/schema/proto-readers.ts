/**
 * Protobuf messages to canonical objects, driven by the same schema as JSON. Zeros that are no pointers count as
 * absent, since Go writes them always (M12); what the schema says about zeros then decides, as it does for JSON.
 */
import { encodeBase64 } from './base64.ts';
import { DecodeError } from './decode-error.ts';
import { parseJson } from './decode-text.ts';
import { inByteOrder, setOwn, sorted } from './open-map.ts';
import { BYTES, FIXED64, VARINT } from './proto-cursor.ts';
import type { ProtoCursor } from './proto-cursor.ts';
import { canonicalQuantity } from './quantity.ts';
import { scanJson } from './scan-json.ts';
import { printMicroTime, printTime, ZERO_SECONDS } from './time.ts';
import type { Instant } from './time.ts';
import type { Either, Field, ListType, MapType, ScalarType, StructType, Type } from './types.ts';
import { dropsEmpty, isEmpty, zeroOf } from './zero.ts';

/** Reads one value behind its tag. */
type ProtoReader = (cursor: ProtoCursor) => unknown;

/** Reads all fields up to the end of the current message. */
export type MessageReader = (cursor: ProtoCursor) => Record<string, unknown>;

interface Slot {
  readonly index: number;
  readonly json: string;
  readonly wire: number;
  readonly read: ProtoReader;
  readonly gather: 'one' | 'list' | 'map';
  readonly field: Field;
  readonly drops: boolean;
}

const messages = new WeakMap<StructType, MessageReader>();

/** Made on first use, so that structs may hold themselves. */
export function messageReaderOf(type: StructType): MessageReader {
  let reader = messages.get(type);
  if (reader === undefined) {
    let inner: MessageReader | undefined;
    reader = (cursor) => {
      inner ??= messageReader(type);
      return inner(cursor);
    };
    messages.set(type, reader);
  }
  return reader;
}

function messageReader(type: StructType): MessageReader {
  const slots = type.fields.map(slotOf);
  const byNumber: (Slot | undefined)[] = [];
  const byName = new Map(slots.map((slot) => [slot.json, slot]));
  for (const slot of slots)
    if (type.byProto.has(slot.field.proto) && slot.field.embeds === undefined) byNumber[slot.field.proto] = slot;
  const inlines = new Map([...(type.inlines ?? [])].map(([number, struct]) => [number, messageReaderOf(struct)]));
  const title = type.name.slice(type.name.lastIndexOf('.') + 1);

  return (cursor) => {
    // oxlint-disable-next-line unicorn/no-new-array
    const found = new Array<unknown>(slots.length);
    while (!cursor.done) {
      const tag = cursor.tag();
      const wire = tag & 7;
      const slot = byNumber[tag >>> 3];
      if (slot !== undefined) {
        gather(found, slot, wire, cursor, title);
        continue;
      }
      const inline = inlines.get(tag >>> 3);
      if (inline === undefined) cursor.skip(wire);
      else if (wire === BYTES) {
        for (const [name, value] of Object.entries(cursor.message(inline))) {
          const outer = byName.get(name);
          if (outer !== undefined) found[outer.index] = value;
        }
      } else throw wrongWire(wire, title, tag >>> 3);
    }
    return assemble(slots, found);
  };
}

function slotOf(field: Field, index: number): Slot {
  const { type } = field;
  const many = type.kind === 'list' && type.wrapped !== true;
  const element = many ? type.item : type;
  return {
    index,
    json: field.json,
    wire: wireOf(element),
    read: element.kind === 'map' ? entryReader(element) : readerOf(element),
    gather: many ? 'list' : type.kind === 'map' ? 'map' : 'one',
    field,
    drops: dropsEmpty(field),
  };
}

function gather(found: unknown[], slot: Slot, wire: number, cursor: ProtoCursor, title: string): void {
  if (slot.gather === 'one') {
    if (wire !== slot.wire) throw wrongWire(wire, title, slot.field.proto);
    found[slot.index] = slot.read(cursor);
    return;
  }
  if (slot.gather === 'map') {
    if (wire !== BYTES) throw wrongWire(wire, title, slot.field.proto);
    const map = (found[slot.index] ??= new Map<string, unknown>()) as Map<string, unknown>;
    const [key, value] = slot.read(cursor) as [string, unknown];
    map.set(key, value);
    return;
  }
  const list = (found[slot.index] ??= []) as unknown[];
  if (wire === slot.wire) list.push(slot.read(cursor));
  else if (wire === BYTES) readPacked(list, slot, cursor);
  else throw wrongWire(wire, title, slot.field.proto);
}

/** Numbers may come packed into one field; Go reads both forms. */
function readPacked(list: unknown[], slot: Slot, cursor: ProtoCursor): void {
  cursor.message(() => {
    while (!cursor.done) list.push(slot.read(cursor));
  });
}

function wrongWire(wire: number, struct: string, field: number): DecodeError {
  return new DecodeError(`proto: wrong wireType = ${wire} for field ${field} of ${struct}`);
}

function assemble(slots: readonly Slot[], found: readonly unknown[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const slot of slots) {
    const held = found[slot.index];
    if (held === undefined) {
      if (!slot.field.omitEmpty) out[slot.json] = zeroOf(slot.field);
    } else if (held instanceof Map) out[slot.json] = objectOf(held as Map<string, unknown>);
    else if (!(slot.drops && isEmpty(held))) out[slot.json] = held;
  }
  return out;
}

function objectOf(map: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of map) setOwn(out, key, value);
  return inByteOrder([...map.keys()]) ? out : sorted(out);
}

/** M13: an entry is a message `{1: key, 2: value}`; either may be missing. */
function entryReader({ value: type }: MapType): ProtoReader {
  const wire = wireOf(type);
  const read = readerOf(type);
  return (cursor) => {
    let key = '';
    let value: unknown;
    fields(cursor, [BYTES, wire], (number) => {
      if (number === 1) key = cursor.string();
      else value = read(cursor);
    });
    return [key, value ?? missing(type)];
  };
}

/** An entry without value holds an empty one: Go makes it before it looks. */
function missing(type: Type): unknown {
  if (type.kind === 'bytes') return '';
  return type.kind === 'list' ? [] : zeroOf({ type, pointer: false });
}

function wireOf(type: Type): number {
  if (type.kind === 'bool' || type.kind === 'int32' || type.kind === 'int64') return VARINT;
  return type.kind === 'float64' ? FIXED64 : BYTES;
}

function readerOf(type: Type): ProtoReader {
  if (type.kind === 'struct') {
    const read = messageReaderOf(type);
    return (cursor) => cursor.message(read);
  }
  if (type.kind === 'list') return wrappedReader(type);
  if (type.kind === 'map') throw new Error('A map within a map has no protobuf form');
  if (type.either !== undefined) return eitherReader(type.either);
  return scalars[type.kind];
}

/** A message `{1: items}`: the one list that can be empty and there. */
function wrappedReader({ item }: ListType): ProtoReader {
  const read = readerOf(item);
  const wire = wireOf(item);
  return (cursor) => {
    const items: unknown[] = [];
    fields(cursor, [wire], () => items.push(read(cursor)));
    return items;
  };
}

/** Walks the fields of an embedded message whose fields 1, 2, … have these wire types. */
function fields(cursor: ProtoCursor, wires: readonly number[], take: (number: number) => void): void {
  cursor.message(() => {
    while (!cursor.done) {
      const tag = cursor.tag();
      const [number, wire] = [tag >>> 3, tag & 7];
      const expected = wires[number - 1];
      if (expected === undefined) cursor.skip(wire);
      else if (wire === expected) take(number);
      else throw wrongWire(wire, 'an embedded value', number);
    }
  });
}

const scalars: Readonly<Record<ScalarType['kind'], ProtoReader>> = {
  string: (cursor) => cursor.string(),
  bool: (cursor) => cursor.bool(),
  int32: (cursor) => cursor.int32(),
  int64: (cursor) => cursor.int64(),
  float64: (cursor) => cursor.double(),
  bytes: (cursor) => encodeBase64(cursor.slice()),
  time: (cursor) => printInstant(cursor, (instant) => printTime({ seconds: instant.seconds, nanos: 0 })),
  microTime: (cursor) => printInstant(cursor, printMicroTime),
  duration: () => {
    throw new Error('No kind in the tables holds a duration');
  },
  quantity: readQuantity,
  intOrString: readIntOrString,
  rawExtension: readRaw,
  fieldsV1: readRaw,
  json: readRaw,
};

/** Beyond these a date no longer prints with four digits of year, and upstream cannot print it either. */
const MAX_SECONDS = 253402300799;

/** The empty message is the zero time (M12). */
function printInstant(cursor: ProtoCursor, print: (instant: Instant) => string | null): string | null {
  let seconds = 0;
  let nanos = 0;
  let empty = true;
  fields(cursor, [VARINT, VARINT], (number) => {
    empty = false;
    if (number === 1) seconds = cursor.int64();
    else nanos = cursor.int32();
  });
  if (empty) return null;
  const carried = seconds + Math.floor(nanos / 1e9);
  if (carried < ZERO_SECONDS || carried > MAX_SECONDS) throw new DecodeError('proto: time outside of years 1 to 9999');
  return print({ seconds: carried, nanos: ((nanos % 1e9) + 1e9) % 1e9 });
}

function readQuantity(cursor: ProtoCursor): string {
  let text: string | undefined;
  fields(cursor, [BYTES], () => {
    text = cursor.string();
  });
  return text === undefined ? '0' : canonicalQuantity(text);
}

/** M13: `{1: type, 2: number, 3: text}`. */
function readIntOrString(cursor: ProtoCursor): number | string {
  let type = 0;
  let number = 0;
  let text = '';
  fields(cursor, [VARINT, VARINT, BYTES], (field) => {
    if (field === 1) type = cursor.int64();
    else if (field === 2) number = cursor.int32();
    else text = cursor.string();
  });
  if (type !== 0 && type !== 1) throw new DecodeError('impossible IntOrString.Type');
  return type === 0 ? number : text;
}

/** JSON inside protobuf: `{1: bytes}`. */
function readRaw(cursor: ProtoCursor): unknown {
  let text = '';
  fields(cursor, [BYTES], () => {
    text = cursor.string();
  });
  if (text === '') return null;
  scanJson(text);
  return parseJson(text);
}

/** A schema at one number, something simpler at the other; which stands where differs. */
function eitherReader({ other, schema }: Either): ProtoReader {
  const read = messageReaderOf(schema);
  const schemaAt = other === 'bool' ? 2 : 1;
  const wires = [other === 'bool' ? VARINT : BYTES, BYTES];
  return (cursor) => {
    let one: unknown = null;
    let allows = false;
    const many: unknown[] = [];
    fields(cursor, wires, (number) => {
      if (number === schemaAt) one = cursor.message(read);
      else if (other === 'bool') allows = cursor.bool();
      else many.push(other === 'schemas' ? cursor.message(read) : cursor.string());
    });
    if (other === 'bool') return one ?? allows;
    return many.length > 0 ? many : one;
  };
}
