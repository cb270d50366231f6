/** Readers of scalar types: what Go's decoder accepts, in the form Go's encoder prints. */
import { canonicalBase64, encodeBase64 } from './base64.ts';
import { DecodeError } from './decode-error.ts';
import { LooseNumber } from './loose-number.ts';
import { canonicalQuantity } from './quantity.ts';
import { wordFor } from './read-state.ts';
import type { ReadState } from './read-state.ts';
import type { Reader } from './readers.ts';
import { canonicalMicroTime, canonicalTime } from './time.ts';
import type { ScalarType } from './types.ts';

type Kind = Exclude<ScalarType['kind'], 'json' | 'rawExtension' | 'fieldsV1'>;

/** `goName` is how Go calls the type in errors. */
export function readScalar(kind: Kind, goName: string): Reader {
  switch (kind) {
    case 'string':
      return (value, state) => {
        if (typeof value !== 'string') return state.mismatch(wordFor(value), goName);
        return wellFormed(value);
      };
    case 'bool':
      return (value, state) => (typeof value === 'boolean' ? value : state.mismatch(wordFor(value), goName));
    case 'int32':
      return (value, state) => (isInt32(value) ? value | 0 : state.mismatch(numberWord(value), goName));
    case 'int64':
      return (value, state) => {
        const number = value instanceof LooseNumber ? bigInteger(value.text) : value;
        return isInt64(number) ? number + 0 : state.mismatch(numberWord(value), goName);
      };
    case 'float64':
      return (value, state) => {
        const number = value instanceof LooseNumber ? Number(value.text) : value;
        return Number.isFinite(number) ? number : state.mismatch(numberWord(value), goName);
      };
    case 'bytes':
      return (value, state) => readBytes(value, state, goName);
    case 'time':
      return (value, state) => canonicalTime(stringFor(value, state));
    case 'microTime':
      return (value, state) => canonicalMicroTime(stringFor(value, state));
    case 'duration':
      return (value, state) => stringFor(value, state);
    case 'quantity':
      return (value) => canonicalQuantity(quantityText(value).trim());
    case 'intOrString':
      return readIntOrString;
  }
}

/** Go writes U+FFFD where UTF-16 is broken. */
function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}

function isInt32(value: unknown): value is number {
  return typeof value === 'number' && (value | 0) === value;
}

/** 2⁶³ itself is let through: it is what JSON.parse makes of the largest int64. */
function isInt64(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 63) && value <= 2 ** 63;
}

/** Where Go wants a number it shows the one that came. */
function numberWord(value: unknown): string {
  if (value instanceof LooseNumber) return `number ${value.text}`;
  return typeof value === 'number' ? `number ${value}` : wordFor(value);
}

/** An int64 beyond 2⁵³ is rounded, one beyond 2⁶³ is none. */
function bigInteger(text: string): number | undefined {
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const exact = BigInt(text);
  return exact >= -(2n ** 63n) && exact < 2n ** 63n ? Number(exact) : undefined;
}

function quantityText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof LooseNumber ? value.text : JSON.stringify(value);
}

/** Types with a decoder of their own end the reading at once, with whatever error they have. */
function stringFor(value: unknown, state: ReadState): string {
  if (typeof value === 'string') return value;
  throw new DecodeError(state.typeError(wordFor(value), 'string'));
}

/** Besides base64, Go takes a list of small numbers for bytes. */
function readBytes(value: unknown, state: ReadState, goName: string): unknown {
  if (Array.isArray(value)) {
    for (const byte of value as unknown[]) {
      if (!isInt32(byte) || byte < 0 || byte > 255) state.mismatch(numberWord(byte), 'uint8');
    }
    return encodeBase64(Uint8Array.from(value as number[]));
  }
  if (typeof value !== 'string') return state.mismatch(wordFor(value), goName);
  try {
    return canonicalBase64(value);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    state.failure ??= error.message;
    return '';
  }
}

/** M7: a number stays a number, a string a string. */
function readIntOrString(value: unknown, state: ReadState): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (isInt32(value)) return value | 0;
  throw new DecodeError(state.typeError(numberWord(value), 'int32'));
}
