/**
 * Resource quantities in upstream's canonical form: `1000m` → `1`, `0.5` → `500m`, `2048Ki` → `2Mi`. A value is an
 * integer times a power of ten; the suffix family it came with (SI, binary, exponent) is the one it is printed with.
 */
import { DecodeError } from './decode-error.ts';

type Format = 'decimal' | 'binary' | 'exponent';

interface Parts {
  readonly negative: boolean;
  /** Digits before the point, leading zeros gone, at least one. */
  readonly whole: string;
  readonly fraction: string;
  readonly suffix: string;
}

interface Suffix {
  readonly format: Format;
  /** Of two for binary suffixes, else of ten. */
  readonly exponent: number;
}

const NANO = -9;
const MAX_INT64 = 2n ** 63n - 1n;
/** More than anybody writes; keeps hostile digits away from big integers. */
const MAX_LENGTH = 4096;

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixWrong = "unable to parse quantity's suffix";
const numericWrong = 'unable to parse numeric part of quantity';

const decimal = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const binary = new Map(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((name, index) => [name, 10 * (index + 1)]));
const decimalNames = new Map([...decimal].map(([name, exponent]) => [exponent, name]));
const binaryNames = new Map([...binary].map(([name, exponent]) => [exponent, name]));

/** Throws DecodeError with upstream's words. */
export function canonicalQuantity(text: string): string {
  if (text === '' || text.length > MAX_LENGTH) throw new DecodeError(formatWrong);
  if (isPlainInteger(text)) return text;
  const parts = split(text);
  const { format, exponent } = readSuffix(parts.suffix);
  const digits = parts.whole + parts.fraction;
  const scale = -parts.fraction.length + (format === 'binary' ? 0 : exponent);
  let amount = BigInt(digits);
  if (format === 'binary') amount <<= BigInt(exponent);

  if (isQuick(parts, format, exponent) && scale >= NANO && amount <= MAX_INT64) {
    if (keepsSpelling(digits, format, exponent, scale)) return text;
    return print(parts.negative ? -amount : amount, scale, format);
  }
  // Only what does not fit the quick way is looked at this closely upstream.
  if (!/\d/.test(text)) throw new DecodeError(numericWrong);
  const rounded = roundUp(amount, scale, NANO);
  let value = rounded.value;
  const unit = 10n ** BigInt(Math.max(0, -rounded.scale));
  if (format === 'binary' && value > MAX_INT64 * unit) value = MAX_INT64 * unit;
  const small = format === 'binary' && value < unit && value > 0n;
  return print(parts.negative ? -value : value, rounded.scale, small ? 'decimal' : format);
}

/** `0`, and integers that need neither suffix nor change. */
function isPlainInteger(text: string): boolean {
  if (text === '0') return true;
  if (text.length > 15 || text.endsWith('000')) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39 || (at === 0 && code === 0x30)) return false;
  }
  return true;
}

function split(text: string): Parts {
  let at = text[0] === '-' || text[0] === '+' ? 1 : 0;
  const skip = (wanted: string): string => {
    const from = at;
    while (at < text.length && wanted.includes(text[at] ?? '')) at += 1;
    return text.slice(from, at);
  };
  skip('0');
  const whole = skip('0123456789');
  let fraction = '';
  if (text[at] === '.') {
    at += 1;
    fraction = skip('0123456789');
  }
  const from = at;
  skip('eEinumkKMGTP');
  if (text[at] === '-' || text[at] === '+') at += 1;
  skip('0123456789');
  if (at < text.length) throw new DecodeError(formatWrong);
  return { negative: text[0] === '-', whole: whole === '' ? '0' : whole, fraction, suffix: text.slice(from) };
}

function readSuffix(suffix: string): Suffix {
  const ten = decimal.get(suffix);
  if (ten !== undefined) return { format: 'decimal', exponent: ten };
  const two = binary.get(suffix);
  if (two !== undefined) return { format: 'binary', exponent: two };
  const first = suffix[0];
  if ((first === 'e' || first === 'E') && /^[-+]?\d+$/.test(suffix.slice(1))) {
    const exponent = Number(suffix.slice(1));
    if (Math.abs(exponent) < 2 ** 31) return { format: 'exponent', exponent };
  }
  throw new DecodeError(suffixWrong);
}

/** Upstream's fast path, told by the number of digits; it alone may keep the spelling. */
function isQuick({ whole, fraction }: Parts, format: Format, exponent: number): boolean {
  if (format !== 'binary') return whole.length + fraction.length <= 18;
  return fraction === '' && 14 - whole.length - Math.floor((exponent * 3) / 10) >= 0;
}

/** Go reuses the text when it looks canonical already, sign and all: `+5` stays `+5`, `1.500` stays `1.500`. */
function keepsSpelling(digits: string, format: Format, exponent: number, scale: number): boolean {
  if (format === 'binary') return exponent % 10 === 0 && BigInt(digits) % 8n !== 0n;
  return scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0';
}

/** Away from zero, as nobody who asks for something shall get nothing. */
function roundUp(value: bigint, scale: number, least: number): { value: bigint; scale: number } {
  if (scale >= least || value === 0n) return { value, scale };
  const places = least - scale;
  if (places > value.toString().length) return { value: 1n, scale: least };
  const unit = 10n ** BigInt(places);
  return { value: (value + unit - 1n) / unit, scale: least };
}

function print(value: bigint, scale: number, format: Format): string {
  if (value === 0n) return '0';
  return format === 'binary' ? printBinary(value, scale) : printDecimal(value, scale, format);
}

function printBinary(value: bigint, scale: number): string {
  const unit = 10n ** BigInt(-Math.min(scale, 0));
  const magnitude = value < 0n ? -value : value;
  // Less than one Ki, or a fraction that would be lost.
  if (magnitude < 1024n * unit || magnitude % unit !== 0n) return printDecimal(value, scale, 'decimal');
  let rest = value / unit;
  let exponent = 0;
  while (rest % 1024n === 0n) {
    rest /= 1024n;
    exponent += 10;
  }
  return `${rest}${binaryNames.get(exponent) ?? ''}`;
}

/** The exponent becomes a multiple of three; one that no suffix names is not printed at all, as upstream has it. */
function printDecimal(value: bigint, scale: number, format: Format): string {
  let digits = value.toString();
  let exponent = scale;
  while (digits.endsWith('0')) {
    digits = digits.slice(0, -1);
    exponent += 1;
  }
  const over = ((exponent % 3) + 3) % 3;
  digits += '0'.repeat(over);
  exponent -= over;
  if (format === 'exponent') return exponent === 0 ? digits : `${digits}e${exponent}`;
  return `${digits}${decimalNames.get(exponent) ?? ''}`;
}
