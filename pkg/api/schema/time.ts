/**
 * Times on the wire: RFC 3339 in, always UTC out. The readers accept and refuse what Go's time.Parse does, with its
 * words; a time already in canonical form is returned as it is.
 */
import { DecodeError } from './decode-error.ts';

export interface Instant {
  /** Since 1970, negative before. */
  readonly seconds: number;
  readonly nanos: number;
}

/** Go's zero time, year 1: `null` on the wire. */
export const ZERO_SECONDS = -62135596800;

const layouts = { seconds: '2006-01-02T15:04:05Z07:00', micros: '2006-01-02T15:04:05.000000Z07:00' };

/** `2026-01-02T03:04:05Z`, or null for the zero time. Throws DecodeError. */
export function canonicalTime(text: string): string | null {
  return isCanonical(text, 20) && !text.startsWith('0001-01-01T00:00:00') ? text : printTime(parse(text, 'seconds'));
}

/** `2026-01-02T03:04:05.000000Z`, or null for the zero time. Exactly six digits must come in, too. */
export function canonicalMicroTime(text: string): string | null {
  if (isCanonical(text, 27) && !text.startsWith('0001-01-01T00:00:00')) return text;
  return printMicroTime(parse(text, 'micros'));
}

export function parseTime(text: string): Instant {
  return parse(text, 'seconds');
}

export function parseMicroTime(text: string): Instant {
  return parse(text, 'micros');
}

export function printTime({ seconds, nanos }: Instant): string | null {
  return seconds === ZERO_SECONDS && nanos === 0 ? null : `${printSeconds(seconds)}Z`;
}

export function printMicroTime({ seconds, nanos }: Instant): string | null {
  if (seconds === ZERO_SECONDS && nanos === 0) return null;
  return `${printSeconds(seconds)}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}

/** Date counts astronomical years, as Go does; only its printing of years outside 0 to 9999 differs. */
function printSeconds(seconds: number): string {
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  const rest = date.toISOString().slice(-20, -5);
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}${rest}`;
}

/** Digits and separators in place, every field in range, `Z` at the end. */
function isCanonical(text: string, length: number): boolean {
  if (text.length !== length || text.charCodeAt(length - 1) !== 0x5a) return false;
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d || text.charCodeAt(10) !== 0x54) return false;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return false;
  const year = digits(text, 0, 2) * 100 + digits(text, 2, 2);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month, year))) return false;
  if (!(digits(text, 11, 2) <= 23 && digits(text, 14, 2) <= 59 && digits(text, 17, 2) <= 59)) return false;
  return length === 20 || (text.charCodeAt(19) === 0x2e && digits(text, 20, 6) >= 0);
}

/** NaN when one of them is no digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Go's layout walk: each element takes its digits or fails with the rest of the text and the element's name. One
 * digit is enough for the hour; a fraction may follow the seconds with point or comma.
 */
function parse(text: string, precision: 'seconds' | 'micros'): Instant {
  let at = 0;
  const bad = (element: string, from = at): DecodeError =>
    new DecodeError(
      `parsing time ${quote(text)} as ${quote(layouts[precision])}: cannot parse ${quote(text.slice(from))} as ${quote(element)}`,
    );
  const outOfRange = (what: string): DecodeError =>
    new DecodeError(`parsing time ${quote(text)}: ${what} out of range`);
  const literal = (char: string): void => {
    if (text[at] !== char) throw bad(char);
    at += 1;
  };
  const number = (element: string, max: number, what: string, least = 2): number => {
    const width = Number.isNaN(digits(text, at + 1, 1)) ? 1 : 2;
    const value = digits(text, at, width);
    if (width < least || Number.isNaN(value)) throw bad(element);
    at += width;
    if (value > max) throw outOfRange(what);
    return value;
  };

  const year = digits(text, 0, 4);
  if (Number.isNaN(year)) throw bad('2006');
  at = 4;
  literal('-');
  const month = number('01', 12, 'month');
  if (month === 0) throw outOfRange('month');
  literal('-');
  const day = number('02', 99, 'day');
  literal('T');
  const hour = number('15', 23, 'hour', 1);
  literal(':');
  const minute = number('04', 59, 'minute');
  literal(':');
  const second = number('05', 59, 'second');

  let nanos = 0;
  const separator = text[at] === '.' || text[at] === ',';
  if (precision === 'micros') {
    const micros = digits(text, at + 1, 6);
    if (text.length < at + 7 || !separator || Number.isNaN(micros)) throw bad('.000000');
    nanos = micros * 1000;
    at += 7;
  } else if (separator && !Number.isNaN(digits(text, at + 1, 1))) {
    let end = at + 2;
    while (!Number.isNaN(digits(text, end, 1))) end += 1;
    nanos = Number(text.slice(at + 1, Math.min(end, at + 10)).padEnd(9, '0'));
    at = end;
  }

  let offset = 0;
  if (text[at] === 'Z') at += 1;
  else {
    const sign = text[at];
    const [hours, minutes] = [digits(text, at + 1, 2), digits(text, at + 4, 2)];
    if (text.length < at + 6 || text[at + 3] !== ':') throw bad('Z07:00');
    if (hours > 24) throw outOfRange('time zone offset hour');
    if (minutes > 60) throw outOfRange('time zone offset minute');
    if ((sign !== '+' && sign !== '-') || Number.isNaN(hours + minutes)) throw bad('Z07:00');
    offset = (hours * 60 + minutes) * (sign === '-' ? -60 : 60);
    at += 6;
  }
  if (at < text.length) {
    throw new DecodeError(`parsing time ${quote(text)}: extra text: ${quote(text.slice(at))}`);
  }
  if (day < 1 || day > daysIn(month, year)) throw outOfRange('day');
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return { seconds: date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset, nanos };
}

/** Go's time package quotes on its own: anything outside printable ASCII goes byte by byte as \x. */
function quote(text: string): string {
  let out = '"';
  for (const char of text) {
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (char >= ' ' && char < '\u0080') out += char;
    else for (const byte of new TextEncoder().encode(char)) out += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${out}"`;
}
