/** Values with a message of their own in protobuf (M13): times, quantities, int-or-string, JSON. */
import { encodeBase64 } from './base64.ts';
import { DecodeError } from './decode-error.ts';
import { parseJson } from './decode-text.ts';
import type { ProtoCursor } from './proto-cursor.ts';
import { BYTES, VARINT } from './proto-wire.ts';
import { canonicalQuantity } from './quantity.ts';
import { scanJson } from './scan-json.ts';
import { printMicroTime, printTime, ZERO_SECONDS } from './time.ts';
import type { Instant } from './time.ts';
import type { ScalarType } from './types.ts';

/** Reads one value behind its tag. */
export type ProtoReader = (cursor: ProtoCursor) => unknown;

/** Walks the fields of an embedded message whose fields 1, 2, … have these wire types. */
export function eachField(cursor: ProtoCursor, wires: readonly number[], take: (number: number) => void): void {
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

export function wrongWire(wire: number, struct: string, field: number): DecodeError {
  return new DecodeError(`proto: wrong wireType = ${wire} for field ${field} of ${struct}`);
}

export const scalarReaders: Readonly<Record<ScalarType['kind'], ProtoReader>> = {
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
  eachField(cursor, [VARINT, VARINT], (number) => {
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
  eachField(cursor, [BYTES], () => {
    text = cursor.string();
  });
  return text === undefined ? '0' : canonicalQuantity(text);
}

/** M13: `{1: type, 2: number, 3: text}`. */
function readIntOrString(cursor: ProtoCursor): number | string {
  let type = 0;
  let number = 0;
  let text = '';
  eachField(cursor, [VARINT, VARINT, BYTES], (field) => {
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
  eachField(cursor, [BYTES], () => {
    text = cursor.string();
  });
  if (text === '') return null;
  scanJson(text);
  return parseJson(text);
}
