import { ConfigError, didYouMean } from './config-error.ts';

/**
 * `--controllers`: `*` is all that are on by default, `name` one more, `-name` one less; the first entry that speaks
 * of a controller counts. Names by what they were called before are understood.
 */
export function selectControllers<Name extends string>(
  patterns: readonly string[],
  known: Readonly<Record<Name, { readonly default: boolean; readonly alias?: string }>>,
): ReadonlySet<Name> {
  const names = Object.keys(known) as Name[];
  const resolve = (word: string): Name | undefined => names.find((name) => name === word || known[name].alias === word);
  const wanted = new Map<Name, boolean>();
  let all = false;
  for (const pattern of patterns.map((word) => word.trim())) {
    if (pattern === '*') all = true;
    else {
      const word = pattern.replace(/^-/, '');
      const name = resolve(word);
      if (name === undefined)
        throw new ConfigError(
          `${JSON.stringify(word)} is not in the list of known controllers${didYouMean(word, names)}`,
        );
      if (!wanted.has(name)) wanted.set(name, !pattern.startsWith('-'));
    }
  }
  return new Set(names.filter((name) => wanted.get(name) ?? (all && known[name].default)));
}
