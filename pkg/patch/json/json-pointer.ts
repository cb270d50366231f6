/**
 * The tokens of a JSON pointer, unescaped, in the lenient reading of upstream's library: what stands before the first
 * slash is ignored, `~` followed by anything but 0 or 1 is itself. `undefined` when there is no slash at all.
 */
export function parsePointer(pointer: string): readonly string[] | undefined {
  const tokens = pointer.split('/');
  return tokens.length < 2 ? undefined : tokens.slice(1).map(unescapeToken);
}

const unescapeToken = (token: string): string =>
  token.includes('~') ? token.replaceAll(/~[01]/g, (escape) => (escape === '~1' ? '/' : '~')) : token;
