/** Values as Go's fmt package prints them inside error texts: `%v`, `%#v`, `%q` and the name of the type. */
import { compareBytes } from './byte-order.ts';
import { goJsonScalar } from './go-json.ts';
import { isList, isObject } from './json-object.ts';

/** `%v`: `map[name:x port:80]`, `[a b]`, `<nil>`. */
export function printValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (isList(value)) return `[${value.map(printValue).join(' ')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort(compareBytes);
    return `map[${keys.map((key) => `${key}:${printValue(value[key])}`).join(' ')}]`;
  }
  if (typeof value === 'number' && !isInt64(value)) return printFloat(value);
  return typeof value === 'string' ? value : goJsonScalar(value);
}

const isInt64 = (value: number): boolean => Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;

/** `%#v`: Go syntax. */
export function printSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return quote(value);
  if (isList(value)) return `[]interface {}{${value.map(printSyntax).join(', ')}}`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort(compareBytes);
    return `map[string]interface {}{${keys.map((key) => `${quote(key)}:${printSyntax(value[key])}`).join(', ')}}`;
  }
  return printValue(value);
}

/** `%s`, which complains about anything that is no string. */
export function printString(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (isObject(value)) {
    const keys = Object.keys(value).sort(compareBytes);
    return `map[${keys.map((key) => `${key}:${printString(value[key])}`).join(' ')}]`;
  }
  if (isList(value)) return `[${value.map(printString).join(' ')}]`;
  return `%!s(${typeName(value)}=${printValue(value)})`;
}

/** The dynamic type of a decoded JSON value. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (isList(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'bigint') return 'int64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** `%v` of a float64: shortest digits, an exponent of at least two digits from 1e+06 on and below 1e-04. */
export function printFloat(value: number): string {
  const [digits = '0', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

const named: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** `%q`. */
export function quote(text: string): string {
  let quoted = '"';
  for (const character of text) quoted += named[character] ?? printable(character);
  return `${quoted}"`;
}

function printable(character: string): string {
  if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
