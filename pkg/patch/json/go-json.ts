/**
 * JSON as Go writes it: object keys sorted by bytes, `<`, `>`, `&` and the two line separators escaped. Texts that
 * upstream stores or counts (last-applied annotation, size of a copy, list keys of field sets) have to match byte for
 * byte.
 */
import { compareBytes } from './byte-order.ts';
import { isList, isObject } from './json-object.ts';

export function goJson(value: unknown): string {
  if (typeof value === 'string') return goJsonString(value);
  if (isList(value)) return `[${value.map(goJson).join(',')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort(compareBytes);
    return `{${keys.map((key) => `${goJsonString(key)}:${goJson(value[key])}`).join(',')}}`;
  }
  return goJsonScalar(value);
}

/** The same without sorting. */
export function goJsonInOrder(value: unknown): string {
  if (typeof value === 'string') return goJsonString(value);
  if (isList(value)) return `[${value.map(goJsonInOrder).join(',')}]`;
  if (!isObject(value)) return goJsonScalar(value);
  const entries = Object.keys(value).map((key) => `${goJsonString(key)}:${goJsonInOrder(value[key])}`);
  return `{${entries.join(',')}}`;
}

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** A Go JSON string with its quotes. */
export function goJsonString(text: string): string {
  if (isPlain(text)) return `"${text}"`;
  return JSON.stringify(text).replaceAll(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character);
}

/** Printable ASCII that needs no escape: nearly every string there is. */
const isPlain = (text: string): boolean => /^[ !#-%'-;=?-[\]-~]*$/.test(text);

/** Numbers and booleans; `undefined`, functions and the like have no JSON and come out as `null`. */
export function goJsonScalar(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value) ?? 'null';
}

/** Bytes that `text` takes in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // A surrogate pair is two units and four bytes: one more per unit.
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) bytes += 2;
    else if (unit > 0x7f) bytes += 1;
  }
  return bytes;
}
