/** Quotes text as Go does in messages (`%q`): what cannot be printed is escaped. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const short: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

export function goQuote(text: string): string {
  let out = '"';
  for (const char of text) out += short.get(char) ?? (printable.test(char) ? char : escaped(char.codePointAt(0) ?? 0));
  return `${out}"`;
}

function escaped(code: number): string {
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');
