/** How Go's `encoding/json` and `%#U` show a value inside a message (W5). */

/** Letters, marks, numbers, punctuation, symbols and the ASCII space: what Go calls printable. */
export const isPrintable = (character: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);

const hex = (code: number): string => code.toString(16).padStart(4, '0');

/** Compact JSON with Go's extra escapes; absent values show as null. */
export function goJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${hex(character.charCodeAt(0))}`,
  );
}

/** `U+0007`, or `U+0041 'A'` when printable. */
export function unicodeName(character: string): string {
  const name = `U+${hex(character.codePointAt(0) ?? 0).toUpperCase()}`;
  return isPrintable(character) ? `${name} '${character}'` : name;
}
