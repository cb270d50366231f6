/**
 * Protobuf messages to canonical objects, driven by the same schema as JSON. Zeros that are no pointers count as
 * absent, since Go writes them always (M12); what the schema says about zeros then decides, as it does for JSON.
 */
import { inByteOrder, setOwn, sorted } from './open-map.ts';
import type { ProtoCursor } from './proto-cursor.ts';
import { eachField, scalarReaders, wrongWire } from './proto-scalars.ts';
import type { ProtoReader } from './proto-scalars.ts';
import { BYTES, VARINT, wireOf } from './proto-wire.ts';
import type { Either, Field, ListType, MapType, StructType, Type } from './types.ts';
import { dropsEmpty, isEmpty, zeroOf } from './zero.ts';

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
  for (const slot of slots) {
    if (slot.field.embeds === undefined && slot.field.proto !== 0) byNumber[slot.field.proto] = slot;
  }
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
    eachField(cursor, [BYTES, wire], (number) => {
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

function readerOf(type: Type): ProtoReader {
  if (type.kind === 'struct') {
    const read = messageReaderOf(type);
    return (cursor) => cursor.message(read);
  }
  if (type.kind === 'list') return wrappedReader(type);
  if (type.kind === 'map') throw new Error('A map within a map has no protobuf form');
  if (type.either !== undefined) return eitherReader(type.either);
  return scalarReaders[type.kind];
}

/** A message `{1: items}`: the one list that can be empty and there. */
function wrappedReader({ item }: ListType): ProtoReader {
  const read = readerOf(item);
  const wire = wireOf(item);
  return (cursor) => {
    const items: unknown[] = [];
    eachField(cursor, [wire], () => items.push(read(cursor)));
    return items;
  };
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
    eachField(cursor, wires, (number) => {
      if (number === schemaAt) one = cursor.message(read);
      else if (other === 'bool') allows = cursor.bool();
      else many.push(other === 'schemas' ? cursor.message(read) : cursor.string());
    });
    if (other === 'bool') return one ?? allows;
    return many.length > 0 ? many : one;
  };
}
