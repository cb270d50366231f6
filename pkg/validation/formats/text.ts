/** Text measures and sentences shared by the formats. */

/** Length in UTF-8 bytes, which is what every limit counts. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    else if (code >= 0xd800 && code < 0xdc00 && isLowSurrogate(text.charCodeAt(at + 1))) {
      bytes += 2;
      at += 1;
    } else bytes += 2;
  }
  return bytes;
}

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code < 0xe000;

/** Go's strings.TrimSpace: Unicode white space, which includes U+0085 and excludes U+FEFF. */
export function trimSpace(text: string): string {
  return text.replace(/^[\p{White_Space}]+/u, '').replace(/[\p{White_Space}]+$/u, '');
}

/** `<rule> (e.g. 'a',  or 'b', regex used for validation is '<pattern>')`, two spaces included. */
export function regexSentence(rule: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${rule} (${examples.length === 0 ? '' : `e.g. ${shown}`}regex used for validation is '${pattern}')`;
}

export const tooManyCharacters = (limit: number): string => `must be no more than ${limit} characters`;
export const tooManyBytes = (limit: number): string => `must be no more than ${limit} bytes`;
export const between = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;
export const nonEmpty = 'must be non-empty';
