/** The string formats a schema may ask for. Unknown ones are ignored, with a warning when the definition is written. */
import { parseIp, parsePrefix } from '../ip/index.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from '../validation/formats/dns.ts';

const matches =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);
const uuid = (digit: string, variant: string): ((text: string) => boolean) =>
  matches(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${digit}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i'));

const formats = new Map<string, (text: string) => boolean>([
  ['bsonobjectid', matches(/^[0-9a-fA-F]{24}$/)],
  ['uri', isUri],
  ['email', matches(/^(?:[^<>]*<)?[^\s@<>,;:"]+@[^\s@<>,;:"]+>?$/)],
  ['hostname', isHostname],
  ['ipv4', (text) => parseIp(text) !== undefined && text.includes('.') && !text.includes(':')],
  ['ipv6', (text) => parseIp(text) !== undefined && text.includes(':')],
  ['cidr', (text) => parsePrefix(text) !== undefined],
  [
    'mac',
    matches(
      /^(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{2}[:-]){7}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})$/i,
    ),
  ],
  ['uuid', uuid('[0-9a-f]', '[0-9a-f]')],
  ['uuid3', uuid('3', '[0-9a-f]')],
  ['uuid4', uuid('4', '[89ab]')],
  ['uuid5', uuid('5', '[89ab]')],
  ['isbn', (text) => isIsbn10(text) || isIsbn13(text)],
  ['isbn10', isIsbn10],
  ['isbn13', isIsbn13],
  ['creditcard', isCreditCard],
  ['ssn', matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/)],
  ['hexcolor', matches(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/)],
  [
    'rgbcolor',
    matches(
      /^rgb\(\s*(?:(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*){2}(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)$/,
    ),
  ],
  ['byte', matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})?$/)],
  ['password', () => true],
  ['date', isDate],
  ['duration', isDuration],
  ['datetime', isDateTime],
  ['k8sshortname', (text) => dnsLabelProblems(text).length === 0],
  ['k8slongname', (text) => dnsSubdomainProblems(text).length === 0],
]);

const normalised = (format: string): string => format.replaceAll('-', '');

/** Undefined: a format that says nothing here. */
export function formatTest(format: string): ((text: string) => boolean) | undefined {
  return formats.get(normalised(format));
}

/** What counts for a type: other formats are dropped before validation. */
export function isKnownFormat(type: string | undefined, format: string): boolean {
  switch (type ?? '') {
    case '':
    case 'string':
      return formats.has(normalised(format));
    case 'integer':
      return format === 'int32' || format === 'int64';
    case 'number':
      return format === 'float' || format === 'double';
    default:
      return false;
  }
}

function isUri(text: string): boolean {
  if (text === '' || Array.from(text).some((char) => char < ' ' || char === '\u007f')) return false;
  return text.startsWith('/') || /^[a-zA-Z][a-zA-Z0-9+.-]*:.+/.test(text);
}

function isHostname(text: string): boolean {
  if (text.length > 255) return false;
  return /^[a-zA-Z0-9\p{L}](?:[-a-zA-Z0-9\p{L}]*[a-zA-Z0-9\p{L}])?(?:\.[a-zA-Z0-9\p{L}](?:[-a-zA-Z0-9\p{L}]*[a-zA-Z0-9\p{L}])?)*\.?$/u.test(
    text,
  );
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  const [, date = ''] = /^(\d{4}-\d\d-\d\d)[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  return date !== '' && isDate(date) && !Number.isNaN(Date.parse(text.toUpperCase()));
}

const unit = '(?:ns|us|µs|μs|ms|s|m|h)';
const goDuration = new RegExp(`^[+-]?(?:0|(?:(?:\\d+\\.?\\d*|\\.\\d+)${unit})+)$`, 'u');
const scalaDuration =
  /^\s*\d+(?:\.\d+)?\s*(?:ns|nanos?|nanoseconds?|us|µs|micros?|microseconds?|ms|millis?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\s*$/i;

function isDuration(text: string): boolean {
  return goDuration.test(text) || scalaDuration.test(text);
}

function isIsbn10(text: string): boolean {
  const digits = text.replaceAll(/[-\s]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = Array.from(digits).reduce(
    (total, digit, index) => total + (digit === 'X' ? 10 : Number(digit)) * (10 - index),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replaceAll(/[-\s]/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  return (
    Array.from(digits).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0) % 10 === 0
  );
}

const cards =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/;

function isCreditCard(text: string): boolean {
  const digits = text.replaceAll(/\D+/g, '');
  if (!cards.test(digits)) return false;
  let sum = 0;
  for (const [index, digit] of Array.from(digits).reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
