/**
 * Canonical objects to protobuf, byte for byte as Go writes them: fields by ascending number, zeros of non-pointers
 * always (M12), map entries by key. Takes what the decoders give; it checks nothing.
 */
import { decodeBase64 } from './base64.ts';
import { sortKeys } from './open-map.ts';
import { BYTES, VARINT, wireOf } from './proto-wire.ts';
import { ProtoWriter } from './proto-writer.ts';
import { parseMicroTime, parseTime } from './time.ts';
import type { Either, Field, ListType, ScalarType, StructType, Type } from './types.ts';

/** Writes the value, its length before it where the wire type asks for one. Null and undefined are Go's zero. */
type ValueWriter = (writer: ProtoWriter, value: unknown) => void;

/** Writes the fields of a message, last first. */
type FieldsWriter = (writer: ProtoWriter, object: Record<string, unknown>) => void;

/** A bare message. */
export function encodeMessage(type: StructType, object: Record<string, unknown>): Uint8Array {
  const writer = new ProtoWriter();
  fieldsWriterOf(type)(writer, object);
  return writer.finish();
}

/** Envelope and message (M11). */
export function encodeProtobuf(type: StructType, object: Record<string, unknown>): Uint8Array {
  const writer = new ProtoWriter();
  for (const number of [4, 3]) writeString(writer, number, '');
  writer.message(2, () => fieldsWriterOf(type)(writer, object));
  writer.message(1, () => {
    writeString(writer, 2, object['kind']);
    writeString(writer, 1, object['apiVersion']);
  });
  const body = writer.finish();
  const out = new Uint8Array(4 + body.length);
  out.set([0x6b, 0x38, 0x73, 0x00]);
  out.set(body, 4);
  return out;
}

function writeString(writer: ProtoWriter, number: number, value: unknown): void {
  writer.string(typeof value === 'string' ? value : '');
  writer.tag(number, BYTES);
}

const writers = new WeakMap<StructType, FieldsWriter>();

function fieldsWriterOf(type: StructType): FieldsWriter {
  let writer = writers.get(type);
  if (writer === undefined) {
    let inner: FieldsWriter | undefined;
    writer = (out, object) => {
      inner ??= fieldsWriter(type);
      inner(out, object);
    };
    writers.set(type, writer);
  }
  return writer;
}

function fieldsWriter(type: StructType): FieldsWriter {
  const parts: { number: number; write: FieldsWriter }[] = [];
  for (const [number, field] of type.byProto) parts.push({ number, write: fieldWriter(field) });
  for (const [number, embedded] of type.inlines ?? []) {
    const write = fieldsWriterOf(embedded);
    parts.push({ number, write: (writer, object) => writer.message(number, () => write(writer, object)) });
  }
  parts.sort((a, b) => b.number - a.number);
  return (writer, object) => {
    for (const { write } of parts) write(writer, object);
  };
}

function fieldWriter(field: Field): FieldsWriter {
  const { json, proto: number, type } = field;
  if (type.kind === 'map') return mapWriter(field, type.value);
  if (type.kind === 'list' && type.wrapped !== true) return listWriter(field, type.item);
  const wire = wireOf(type);
  const write = writerOf(type);
  // Go writes what is no pointer whether it is zero or not; slices are absent when they are nil.
  const always = !field.pointer && type.kind !== 'bytes' && type.kind !== 'list';
  return (writer, object) => {
    const value = object[json];
    // A pointer to the zero time is null in JSON and cannot be told from none.
    if ((value === undefined || value === null) && !always) return;
    write(writer, value);
    writer.tag(number, wire);
  };
}

function listWriter({ json, proto }: Field, item: Type): FieldsWriter {
  const wire = wireOf(item);
  const write = writerOf(item);
  return (writer, object) => {
    const list = object[json];
    if (!Array.isArray(list)) return;
    for (let index = list.length - 1; index >= 0; index--) {
      write(writer, list[index]);
      writer.tag(proto, wire);
    }
  };
}

function mapWriter({ json, proto }: Field, value: Type): FieldsWriter {
  const wire = wireOf(value);
  const write = writerOf(value);
  return (writer, object) => {
    const map = object[json];
    if (typeof map !== 'object' || map === null) return;
    const held = map as Record<string, unknown>;
    for (const key of sortKeys(Object.keys(held)).reverse()) {
      writer.message(proto, () => {
        if (value.kind !== 'bytes' || held[key] !== null) {
          write(writer, held[key]);
          writer.tag(2, wire);
        }
        writeString(writer, 1, key);
      });
    }
  };
}

function writerOf(type: Type): ValueWriter {
  if (type.kind === 'struct') {
    const write = fieldsWriterOf(type);
    return embedded((writer, value) => write(writer, isObject(value) ? value : {}));
  }
  if (type.kind === 'list') return wrappedWriter(type);
  if (type.kind === 'map') throw new Error('A map within a map has no protobuf form');
  return type.either === undefined ? scalars[type.kind] : eitherWriter(type.either);
}

/** A value that is a message: its length goes before it. */
function embedded(write: ValueWriter): ValueWriter {
  return (writer, value) => writer.measured(() => write(writer, value));
}

function wrappedWriter({ item }: ListType): ValueWriter {
  const write = writerOf(item);
  const wire = wireOf(item);
  return embedded((writer, value) => {
    const items: unknown[] = Array.isArray(value) ? value : [];
    for (const element of items.toReversed()) {
      write(writer, element);
      writer.tag(1, wire);
    }
  });
}

const writeNumber: ValueWriter = (writer, value) => writer.varint(typeof value === 'number' ? value : 0);

const scalars: Readonly<Record<ScalarType['kind'], ValueWriter>> = {
  string: (writer, value) => writer.string(textOf(value)),
  bool: (writer, value) => writer.varint(value === true ? 1 : 0),
  int32: writeNumber,
  int64: writeNumber,
  float64: (writer, value) => writer.double(typeof value === 'number' ? value : 0),
  bytes: (writer, value) => writer.bytes(decodeBase64(textOf(value))),
  time: timeWriter(parseTime, false),
  microTime: timeWriter(parseMicroTime, true),
  duration: () => {
    throw new Error('No kind in the tables holds a duration');
  },
  quantity: embedded((writer, value) => writeString(writer, 1, value ?? '0')),
  intOrString: embedded(writeIntOrString),
  rawExtension: embedded(writeRaw),
  fieldsV1: embedded(writeRaw),
  json: embedded(writeRaw),
};

/** The zero time is an empty message; of whole seconds the nanoseconds are zero, and written. */
function timeWriter(parse: (text: string) => { seconds: number; nanos: number }, micros: boolean): ValueWriter {
  return embedded((writer, value) => {
    if (typeof value !== 'string') return;
    const { seconds, nanos } = parse(value);
    writer.varint(micros ? nanos : 0);
    writer.tag(2, VARINT);
    writer.varint(seconds);
    writer.tag(1, VARINT);
  });
}

function writeIntOrString(writer: ProtoWriter, value: unknown): void {
  writeString(writer, 3, value);
  writeNumber(writer, value);
  writer.tag(2, VARINT);
  writer.varint(typeof value === 'string' ? 1 : 0);
  writer.tag(1, VARINT);
}

function writeRaw(writer: ProtoWriter, value: unknown): void {
  if (value !== undefined && value !== null) writeString(writer, 1, JSON.stringify(value));
}

function eitherWriter({ other, schema }: Either): ValueWriter {
  const writeFields = fieldsWriterOf(schema);
  return embedded((writer, value) => {
    const message = (number: number, held: unknown): void =>
      writer.message(number, () => writeFields(writer, isObject(held) ? held : {}));
    if (isObject(value)) message(other === 'bool' ? 2 : 1, value);
    if (other === 'bool') {
      writer.varint(value === false ? 0 : 1);
      writer.tag(1, VARINT);
    }
    if (!Array.isArray(value)) return;
    for (const element of (value as unknown[]).toReversed()) {
      if (other === 'schemas') message(2, element);
      else writeString(writer, 2, element);
    }
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
