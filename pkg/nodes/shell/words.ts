/** A plain command line as words: quotes and variables are understood, everything that needs a shell is not. */
export function splitWords(line: string, variable: (name: string) => string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let rest = line;
  const expanded = (text: string): string =>
    text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) =>
      variable(braced ?? bare ?? ''),
    );
  while (rest !== '') {
    const piece = /^(?:(\s+)|'([^']*)'|"((?:[^"\\`]|\\.)*)"|((?:[^\s'"|&;<>()`\\]|\\.)+))/.exec(rest);
    if (piece === null) return undefined;
    const [whole, space, single, double, bare] = piece;
    rest = rest.slice(whole.length);
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const raw = double ?? bare;
    if (raw?.includes('$(') === true) return undefined;
    word = (word ?? '') + (single ?? expanded(raw ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  if (word !== undefined) words.push(word);
  return words;
}
