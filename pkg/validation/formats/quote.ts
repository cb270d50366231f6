/** How Go's `%q` and `encoding/json` show a value: both appear inside messages (W5). */

const named = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

/** Letters, marks, numbers, punctuation, symbols and the ASCII space: what Go calls printable. */
export const isPrintable = (character: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');

function escapeCharacter(character: string): string {
  const short = named.get(character);
  if (short !== undefined) return short;
  if (isPrintable(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** A string in Go quotes. Plain ASCII, the usual case, takes the short way. */
export function goQuote(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  let quoted = '';
  for (const character of text.toWellFormed()) quoted += escapeCharacter(character);
  return `"${quoted}"`;
}

/** Compact JSON with Go's extra escapes; absent values show as null. */
export function goJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${hex(character.charCodeAt(0), 4)}`,
  );
}

/** Go's `%#U`: `U+0007`, or `U+0041 'A'` when printable. */
export function unicodeName(character: string): string {
  const name = `U+${hex(character.codePointAt(0) ?? 0, 4).toUpperCase()}`;
  return isPrintable(character) ? `${name} '${character}'` : name;
}
